"""Identifiers of projects and procedures: ``BG05M9ОP001-2.002`` with a Cyrillic О is ``BG05M9OP001-2.002``, repaired.

A shape is found on the text, folded (look-alikes, dashes, spaces around separators), and read by the grammar of
``models.codes``; a shape of the register's kind that the grammar does not know is damaged and stays as written.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from extractors.words import shape, words
from models.codes import ProcedureCode, ProjectCode, match_code
from models.vocabulary import Scheme

#: Cyrillic letters that look like Latin ones; folded inside an identifier alone (DOMAIN: АВЕКМНОРСТХУІЅЈ).
_FOLD = str.maketrans("АВЕКМНОРСТХУІЅЈ", "ABEKMHOPCTXYISJ")
_DASH = re.compile(r"[\u2010-\u2015\u2212]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200d\ufeff]")

_START = shape("identifiers", "start")
_STROKES = re.compile(r"/ ?\d\d/ ?\d/ ?\d/")
_START_NUMBERED = re.compile(f"{_START.pattern}|{shape('identifiers', 'start_numbered').pattern}")
# As far as an identifier can reach: words of letters and digits, one separator with white space around it between them.
_REACH = shape("identifiers", "reach")
_DAMAGED = re.compile(
    r"(?P<stem>BG(?:\d{2}[A-Z0-9]{4,9}|-RRP ?))-?(?P<call>\d{3,4}|\d{1,2}\.[\dO]{1,4}|\.?\d{3})"
    r"(?:-(?P<ordinal>\d{3,5})(?!\d)(?:-C(?P<version>\d{2,4}))?)?(?![A-Z0-9])"
)
_SOCIAL_FUND = shape("identifiers", "social_fund")
_DATE_TAIL = re.compile(r"/\d\d\.\d\d\.\d{4}")


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier in a text: ``text[start:end]`` reads ``code``; ``repaired`` says that something was folded."""

    start: int
    end: int
    code: ProjectCode | ProcedureCode | None
    repaired: bool = False


def find_identifiers(text: str, low: str) -> Iterator[Identifier]:
    """Yield the identifiers of a canonical text in order; ``low`` is its shadow.

    One with ``code`` None has the shape and is none (a question's number, a range of procedures): its digits are not
    anybody else's.
    """
    at = 0
    fund = None
    starts = _START_NUMBERED if _STROKES.search(text) else _START
    while match := starts.search(text, at):
        start = match.start()
        reach = _REACH.match(text, start)
        at = match.end()
        if reach is None:
            continue
        folded, offsets = _fold(text, start, reach.end())
        if folded.startswith("РД"):
            if fund is None:
                fund = bool(_SOCIAL_FUND.search(low))
            if not fund:
                continue
        found = _read(text, start, folded, offsets)
        if found is not None:
            yield found
            at = found.end


def find_numbers(text: str, low: str) -> Iterator[Identifier]:
    """Yield the numbers that are a project's only beside their programme's name: Erasmus+, Horizon, later LIFE.

    „проект 101074472 по програма LIFE“, „Еразъм+, № 2020-1-BG01-KA229-079012“.
    """
    if not any(name in low for name in _NUMBERING):
        return
    for match in _NUMBER.finditer(low):
        kind = match.lastgroup or ""
        near = low[max(match.start() - _BESIDE, 0) : match.end() + _BESIDE]
        names = [scheme for name, scheme in _NUMBERING.items() if name in near and kind in _FORMS[scheme]]
        if names and (kind == "erasmus" or _LABEL.search(low, max(match.start() - 40, 0), match.start())):
            start, end = match.span(kind)
            raw = text[start:end]
            code = _DASH.sub("-", raw.upper()).translate(_FOLD).replace(" ", "")
            yield Identifier(start, end, ProjectCode(code, Scheme.LIFE if names == ["life"] else None), raw != code)


#: How many digits in a row each of these numbers has at least.
LEAST_DIGITS = 6
#: How far from its programme's name such a number may stand, in characters.
_BESIDE = 130
_NUMBERING: dict[str, str] = {
    name: scheme for scheme, names in words("shapes")["identifiers"]["programmes"].items() for name in names
}
#: The forms of number that each of the programmes gives.
_FORMS = {"erasmus": ("erasmus", "nine"), "horizon": ("nine", "six"), "life": ("nine",)}
_NUMBER = re.compile(
    r"(?<![\d.,/-])(?:(?P<erasmus>20\d\d ?- ?\d ?- ?[a-z\u0430-\u044f]{2}\d\d ?- ?[k\u043a][a\u0430]\d{3}"
    r"(?: ?- ?[a-z]{2,4})? ?- ?\d{6,9})|(?P<nine>101\d{6})|(?P<six>\d{6}))(?![\d.,/-]*\d)"
)
_LABEL = shape("identifiers", "number_label")


@lru_cache(maxsize=4096)
def _letter(one: str, cyrillic: bool) -> str:
    """Fold one character of an identifier; what is invisible or blank is none."""
    if one.isspace() or _INVISIBLE.match(one):
        return ""
    one = _DASH.sub("-", one)
    wide = unicodedata.normalize("NFKC", one)
    one = wide if len(wide) == 1 else one
    one = one.upper() if len(one.upper()) == 1 else one
    return one if cyrillic else one.translate(_FOLD)


def _fold(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """Fold the reach of an identifier; ``offsets[i]`` is where the folded character ``i`` stands in the text."""
    cyrillic = text.startswith(("ЧОС", "РД"), start)
    folded: list[str] = []
    offsets: list[int] = []
    for index in range(start, end):
        one = _letter(text[index], cyrillic)
        if not one:
            # White space inside goes, but for the one blank of „LIFE17 IPE/BG/000012“.
            if not (text[index] == " " and text.startswith("LIFE", start) and text[index + 1 : index + 2].isalpha()):
                continue
            one = " "
        elif one == "Г" and not cyrillic and len(folded) == 1:
            one = "G"
        folded.append(one)
        offsets.append(index)
    return "".join(folded), offsets


def _read(text: str, start: int, folded: str, offsets: list[int]) -> Identifier | None:
    code = match_code(folded)
    if code is not None:
        length = len(code.text)
        rest = folded[length:]
        end = offsets[length - 1] + 1
        if isinstance(code, ProjectCode) and code.ordinal and _is_year(text, offsets, code, end):
            code = match_code(folded[: len(code.procedure or "")])
            if code is None:
                return None
            end = offsets[len(code.text) - 1] + 1
        elif isinstance(code, ProcedureCode) and re.match(r"-\d{3}(?!\d)|-Q\d", rest):
            # „…-1.001-039“ is a range of procedures, „…-1.001-Q005“ the number of a question.
            tail = re.match(r"-\d{3}|-Q\d+", rest)
            return Identifier(start, offsets[length + (tail.end() if tail else 0) - 1] + 1, None)
        return Identifier(start, end, code, text[start:end] != code.text)
    damaged = _DAMAGED.match(folded)
    if damaged is None or folded[: damaged.end()].count("-") < 1:
        return None
    end = offsets[damaged.end() - 1] + 1
    raw = text[start:end]
    if re.match(r"-Q\d", folded[damaged.end() :]):
        return Identifier(start, end, None)
    type_ = ProjectCode if damaged["ordinal"] else ProcedureCode
    return Identifier(start, end, type_(raw, Scheme.ISUN, damaged=True))


def _is_year(text: str, offsets: list[int], code: ProjectCode, end: int) -> bool:
    """Say whether the ordinal is a year behind a dash: „процедура BG05M9OP001-2.002 – 2018 г.“."""
    ordinal = code.ordinal or ""
    first = offsets[len(code.procedure or "") + 1]
    return (
        len(ordinal) == 4
        and ordinal[:2] in ("19", "20")
        and code.version is None
        and text[first - 1].isspace()
        and bool(shape("identifiers", "year_behind").match(text[end : end + 5]))
    )
