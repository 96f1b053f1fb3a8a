"""The words that Tesseract reads in the picture of a page, with their boxes and how far they are trusted.

The same dots give the same words; those of the last pages are kept, for evidence asks again. What two alphabets share
is read twice (``extractors.read_scan_doubts``).
"""

import hashlib
import logging
import os
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractors.read_pdf_pages import LOCK
from extractors.read_scan_doubts import Place, doubtful, latin_text, sheet_of

if TYPE_CHECKING:
    from PIL.Image import Image

LANGUAGES = ("bul", "eng")
#: Seconds that a page may take.
_SECONDS = 60
_KEPT = 256
#: A page of columns, lists and letterheads; a column of single words.
_PAGE, _COLUMN = 3, 6

_log = logging.getLogger(__name__)
_known: "OrderedDict[bytes, tuple[ScanWord, ...]]" = OrderedDict()


class PageUnrecognised(Exception):  # noqa: N818 -- the rest of its file is read
    """Tesseract failed on the page, or took too long."""


@dataclass(frozen=True, slots=True)
class ScanWord:
    """A word in dots of its picture, the line that it stands on, and how far it is trusted (0 to 100)."""

    text: str
    line: tuple[int, int, int]
    left: int
    top: int
    right: int
    bottom: int
    confidence: float


def scan_words(picture: "Image", dpi: int) -> tuple[ScanWord, ...]:
    """Return the words of a grey picture; ``PageUnrecognised`` if it cannot be recognised."""
    key = hashlib.sha256(f"{picture.size} {dpi}".encode() + picture.tobytes()).digest()
    with LOCK:
        if key in _known:
            return _known[key]
    words = _recognised(picture, dpi)
    with LOCK:
        _known[key] = words
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return words


def _recognised(picture: "Image", dpi: int) -> tuple[ScanWord, ...]:
    words = _asked(picture, dpi, "+".join(LANGUAGES), _PAGE)
    doubts = doubtful([(word.text, word.line) for word in words])
    if not doubts:
        return words
    sheet, places = sheet_of(picture, [_around(words[one.start : one.stop]) for one in doubts])
    try:
        told = _asked(sheet, dpi, LANGUAGES[1], _COLUMN)
    except PageUnrecognised:
        return words
    found = list(words)
    for doubt, place in zip(doubts, places, strict=True):
        at = doubt.stop - 1
        text = latin_text(words[at].text, "".join(word.text for word in told if _stands(word, place)))
        if text is not None:
            found[at] = replace(words[at], text=text)
    return tuple(found)


def _around(words: Sequence[ScanWord]) -> tuple[int, int, int, int]:
    return (
        min(one.left for one in words),
        min(one.top for one in words),
        max(one.right for one in words),
        max(one.bottom for one in words),
    )


def _stands(word: ScanWord, place: Place) -> bool:
    return place[0] <= (word.top + word.bottom) / 2 <= place[1]


def _asked(picture: "Image", dpi: int, languages: str, layout: int) -> tuple[ScanWord, ...]:
    import pytesseract

    # Its threads cost more than they bring, and the harvest has its own.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        found = pytesseract.image_to_data(
            picture,
            lang=languages,
            config=f"--psm {layout} --dpi {dpi}",
            timeout=_SECONDS,
            output_type=pytesseract.Output.DICT,
        )
    except (RuntimeError, OSError) as error:  # TesseractError and its timeout are the former
        _log.warning("a page cannot be recognised: %s", error)
        raise PageUnrecognised(str(error)) from error
    columns = ("text", "conf", "block_num", "par_num", "line_num", "left", "top", "width", "height")
    return tuple(
        ScanWord(text.strip(), (block, par, line), left, top, left + width, top + height, float(conf))
        for text, conf, block, par, line, left, top, width, height in zip(*(found[one] for one in columns), strict=True)
        if text.strip() and float(conf) >= 0
    )
