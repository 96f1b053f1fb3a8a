"""The sentence that a quote stands in: „Назначени са **76 лични асистенти**, които …“.

Sentences are cut for reading, not for extracting: by shape alone, and rather too long than too short.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.document import Block

#: Characters shown at most before and after the quote.
REACH = 280

_END = re.compile(r"[.!?…]+[\"“”»)\]]*\s+(?=[„“\"«(\[–—-]*\s*[A-ZА-Я0-9])")
# `гр. Кубрат`, `им. Отец Паисий` go on; `2017 г. Общината`, `76 души. Проектът` end: a number stands before.
_ABBREVIATION = re.compile(r"(?<!\w)(?<!\d\s)(?<!\d)[A-Za-zА-Яа-я]{1,4}\.\s+$")
_BLANK = re.compile(r"\n[ \t\u00a0]*\n")


@dataclass(frozen=True, slots=True)
class Passage:
    """A quote with what stands before and after it; ``cut_before`` and ``cut_after``: more of it was left out."""

    before: str
    quote: str
    after: str
    cut_before: bool = False
    cut_after: bool = False

    @property
    def text(self) -> str:
        """The passage as one piece, with … where it was cut."""
        return f"{'… ' * self.cut_before}{self.before}{self.quote}{self.after}{' …' * self.cut_after}"


def passage(text: str, start: int, end: int, blocks: Sequence[Block] = ()) -> Passage:
    """Return the sentence around ``text[start:end]``, every run of white space one space.

    >>> passage("Начало. В гр. Кубрат работят 76 души. Край.", 29, 36).text
    'В гр. Кубрат работят 76 души.'
    """
    low, high = _limits(text, start, end, blocks)
    for match in _END.finditer(text, low, high):
        if _ABBREVIATION.search(text, max(low, match.start() - 6), match.end()):
            continue
        if match.end() <= start:
            low = match.end()
        elif match.start() >= end - 1:
            high = match.end()
            break
    before, cut_before = _before(_spaced(text[low:start]))
    after, cut_after = _after(_spaced(text[end:high]))
    return Passage(before.lstrip(), _spaced(text[start:end]), after.rstrip(), cut_before, cut_after)


def _limits(text: str, start: int, end: int, blocks: Sequence[Block]) -> tuple[int, int]:
    for block in blocks:
        if block.start <= start and end <= block.end:
            return block.start, block.end
    low, high = 0, len(text)
    for match in _BLANK.finditer(text):
        if match.end() <= start:
            low = match.end()
        elif match.start() >= end:
            high = match.start()
            break
    return low, high


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _before(text: str) -> tuple[str, bool]:
    if len(text) <= REACH:
        return text, False
    return text[-REACH:].partition(" ")[2], True


def _after(text: str) -> tuple[str, bool]:
    if len(text) <= REACH:
        return text, False
    return text[:REACH].rpartition(" ")[0], True
