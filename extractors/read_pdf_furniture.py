"""Letterheads, footers and page numbers of a PDF: by their place, by coming again, and by breaking a sentence.

A line is furniture if it stands at the top or the bottom of half of the pages (digits count as equal), if it is a page
number, or if it is a letterhead between „посещения в“ on one page and „домовете“ on the next.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from extractors.read_pdf_lines import Line
from extractors.words import shape, words

_DIGITS = re.compile(r"\d+")
_SPACE = re.compile(r"\s+")
_OPEN = re.compile(r"[^\s.!?:;…]\s*$")
_SENTENCE = re.compile(r"[.!?;]\s*$")
#: The parts of a page's height where letterheads and footers stand.
_TOP, _BOTTOM = 0.2, 0.85
#: More lines than this are no letterhead, and longer ones neither.
_MOST, _LONGEST = 10, 90
#: A line of phones and addresses is longer; what stands this many line heights apart is another part of the page.
_LONG_CONTACT, _APART = 140, 1.9
_CONTACT = shape("furniture", "contact")
#: Money and codes are no contacts.
_FACT = shape("html", "fact")


def find_furniture(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> set[int]:
    """Return the ``id`` of each line that is furniture; the lines of each page stand from top to bottom."""
    found: set[int] = set()
    again = _repeated(pages, heights)
    for lines, height in zip(pages, heights, strict=True):
        for line in lines:
            edge = line.bottom < _TOP * height or line.top > _BOTTOM * height
            if edge and (_key(line) in again or _page_number().match(line.text)):
                found.add(id(line))
        # A tall letterhead reaches further down: go on from the edge while lines come again.
        for ordered in (lines, lines[::-1]):
            for line in ordered:
                if id(line) not in found and _key(line) not in again:
                    break
                found.add(id(line))
    for before, after in pairwise(pages):
        found |= _breaking(before, after, found)
    if pages:
        found |= _heading_the_first(pages[0], heights[0], found)
    for lines, height in zip(pages, heights, strict=True):
        for ordered in (lines, lines[::-1]):
            found |= _with_contacts(ordered, height, found)
    return found


def _repeated(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> set[str]:
    filled = [(lines, height) for lines, height in zip(pages, heights, strict=True) if lines]
    counts: Counter[str] = Counter()
    for lines, height in filled:
        edge = {_key(line) for line in lines if line.bottom < _TOP * height or line.top > _BOTTOM * height}
        counts.update(edge)
    needed = max(2, (len(filled) + 1) // 2)
    return {key for key, count in counts.items() if count >= needed}


def _key(line: Line) -> str:
    return _DIGITS.sub("#", _SPACE.sub(" ", line.text)).strip().lower()


def _breaking(before: Sequence[Line], after: Sequence[Line], known: set[int]) -> set[int]:
    """Find the letterhead that stands only on the second page, in the middle of a sentence."""
    last = next((line for line in reversed(before) if id(line) not in known), None)
    if last is None or not _OPEN.search(last.text):
        return set()
    told: list[Line] = []
    for line in after:
        if id(line) in known:
            continue
        if line.text[:1].islower():
            text = " ".join(one.text for one in told).lower()
            heads = words("furniture")["letterhead"]
            return {id(one) for one in told} if sum(head in text for head in heads) >= 2 else set()
        if len(told) >= _MOST or len(line.text) > _LONGEST:
            break
        told.append(line)
    return set()


def _heading_the_first(lines: Sequence[Line], height: float, known: set[int]) -> set[int]:
    """Find the letterhead of the first page: capitals at its very top that name the Union, a fund, a programme."""
    found: set[int] = set()
    heads = words("furniture")["letterhead"]
    for line in lines:
        if id(line) in known:
            continue
        text = line.text
        if line.top > _TOP * height or len(text) > _LONGEST or not text.isupper() or _DIGITS.search(text):
            break
        if sum(head in text.lower() for head in heads) == 0 or _SENTENCE.search(text):
            break
        found.add(id(line))
    # One such line alone may be the title: „ПРОГРАМА ЗА РАЗВИТИЕ НА ОБЩИНА ДЪБОВО“.
    return found if len(found) > 1 else set()


def _with_contacts(lines: Sequence[Line], height: float, known: set[int]) -> set[int]:
    """Find the letterhead or foot that gives the town hall's phone or address, apart from what it stands above."""
    told: list[Line] = []
    for line, following in pairwise(lines):
        if not (line.bottom < _TOP * height or line.top > _BOTTOM * height) or len(told) > _MOST:
            break
        told.append(line)
        if abs(following.middle - line.middle) < _APART * max(line.size, following.size):
            continue
        text = " ".join(one.text for one in told).lower()
        if _FACT.search(text) or any(len(one.text) > _LONG_CONTACT for one in told):
            break
        if _CONTACT.search(text):
            return {id(one) for one in told} - known
        if not all(one.text.isupper() or id(one) in known for one in told):
            break  # „О Б Щ И Н А   Д Ъ Б О В О“ may stand apart from its address
    return set()


@cache
def _page_number() -> re.Pattern[str]:
    table = words("pdf_furniture")
    page, of = ("|".join(map(re.escape, table[name])) for name in ("page", "of"))
    return re.compile(
        rf"^[-–—\s|]*(?:(?:{page})\.?\s*)?\d{{1,4}}(?:\s*(?:{of}|/)\s*\d{{1,4}})?[-–—\s|]*$", re.IGNORECASE
    )
