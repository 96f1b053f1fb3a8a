"""Words of a scan that Bulgarian letters spoil: „200 €“ is read as ``200 Е``, „LIFE17“ as ``ПЕЕТ7``, codes as Cyrillic.

Their pictures are put under each other and read once more, in English alone; that costs a tenth of a second a page.
What comes back is believed only if it is the sign of the euro behind a number, or a code of a project.

>>> latin_text("Е.", "€."), latin_text("ВС-ККР-4.023-9114-С01,", "BG-RRP-4.023-9114-CO1,"), latin_text("чл.6", "un.6")
('€.', 'BG-RRP-4.023-9114-C01,', None)
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from extractors.read_scan_spelling import mended
from extractors.words import words
from models.codes import match_code

if TYPE_CHECKING:
    from PIL.Image import Image

#: A word in dots: left, top, right, bottom; and from where to where a word stands on the sheet.
Rect = tuple[int, int, int, int]
Place = tuple[int, int]

_EURO = "€"
#: What „€“ is read as; a number stands before it.
_LONE = re.compile(r"[^\W_](?=[^\w\s]*$)|[€Є](?=[^\w\s]*$)")
_EURO_ENDS = re.compile("€[^\\w\\s]*$")
#: The least length of a word with letters and digits that may be a code.
_CODE = 5
_LIFE = re.compile(r"LIFE\d\d|[A-Z]{3}/BG/\d{6}")
_EDGE = "()[]„“”\"'.,;:"
#: White space around a word on the sheet, and between two, in dots.
_MARGIN, _GAP = 40, 28
#: More doubts than this on a page are a table in a foreign script, and no page of announcements.
_MOST = 150


def doubtful(read: Sequence[tuple[str, object]]) -> list[range]:
    """Return which words are read again; each is its text and the line that it stands on.

    The last of each range is the doubtful one: a lone sign is read together with the number before it.
    """
    found = []
    for at, (text, line) in enumerate(read):
        behind_number = at > 0 and read[at - 1][1] == line and _is_sum(read[at - 1][0])
        if behind_number and _LONE.match(text):
            found.append(range(at - 1, at + 1))
        elif _may_be_code(text):
            found.append(range(at, at + 1))
    return found[:_MOST]


def _is_sum(text: str) -> bool:
    """Whether a word ends with a digit, or is „млн.“."""
    return text[-1:].isdigit() or text.lower() in words("scan")["scales"]["words"]


def _may_be_code(text: str) -> bool:
    return len(text) >= _CODE and any(one.isdigit() for one in text) and any(one.isalpha() for one in text)


def sheet_of(picture: "Image", rects: Sequence[Rect]) -> "tuple[Image, list[Place]]":
    """Put the pictures of words under each other."""
    from PIL import Image

    crops = [picture.crop((left - 3, top - 4, right + 3, bottom + 4)) for left, top, right, bottom in rects]
    height = sum(crop.height + _GAP for crop in crops) + 2 * _MARGIN
    sheet = Image.new("L", (max(crop.width for crop in crops) + 4 * _MARGIN, height), 255)
    places, top = [], _MARGIN
    for crop in crops:
        sheet.paste(crop, (2 * _MARGIN, top))
        places.append((top, top + crop.height))
        top += crop.height + _GAP
    return sheet, places


def latin_text(before: str, text: str) -> str | None:
    """Return the second reading of a word if it is to be believed; ``before`` is the first."""
    if _LONE.match(before):
        return _EURO + before[1:] if _EURO_ENDS.search(text) else None
    (told,) = mended([text])
    bare = told.strip(_EDGE)
    code = match_code(bare)
    if _LIFE.fullmatch(bare) or (code is not None and str(code) == bare and not bare.isdigit()):
        lead, tail = before[: len(before) - len(before.lstrip(_EDGE))], before[len(before.rstrip(_EDGE)) :]
        return lead + bare + tail
    return None
