"""A number of a workbook as its format shows it to a Bulgarian reader: ``1 234,50 лв.``, ``17.10.2017``, ``85%``.

The grammar is that of Excel, which XLSX and XLS share: up to four sections, positive; negative; zero; text. Thousands
stand apart by a no-break space, decimals behind a comma, dates are day, month, year whatever order the format has.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

#: The formats that a file names by number alone; from 14 on they are those of the reader's own country. The currency of
#: 5 to 8 and 41 to 44 is that of whoever looks at the file: none is guessed.
BUILT_IN = {
    **{0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00"},
    **{12: "# ?/?", 13: "# ??/??", 14: "dd.mm.yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM"},
    **{19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "dd.mm.yyyy h:mm"},
    **{45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@"},
    **dict.fromkeys((5, 6, 37, 38, 41, 42), "#,##0"),
    **dict.fromkeys((7, 8, 39, 40, 43, 44), "#,##0.00"),
}

_THOUSANDS, _DECIMAL = "\u00a0", ","
_TOKEN = re.compile(
    r"""
      "(?P<quoted>[^"]*)"? | \\(?P<escaped>.) | _(?P<space>.) | \*(?P<fill>.)
    | \[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\] | \[(?P<elapsed>h+|m+|s+)\] | \[(?P<other>[^\]]*)\]
    | (?P<general>General) | (?P<half>AM/PM|A/P) | (?P<exponent>E[+-]) | (?P<date>y+|m+|d+|h+|s+) | (?P<literal>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_PLACES = frozenset("0#?")
_SIGNIFICANT = 15
_GENERAL = 11
#: The day that both count from, as Excel has it: it believes in 29 February 1900.
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_LAST_DAY = 2_958_466
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class _Section:
    """One section: its tokens as (kind, text) in order."""

    tokens: tuple[tuple[str, str], ...]

    @property
    def is_date(self) -> bool:
        return any(kind in {"date", "elapsed"} for kind, _ in self.tokens)

    @property
    def has_places(self) -> bool:
        return any(kind == "place" for kind, _ in self.tokens)


def shown_number(value: float, code: str, *, from_1904: bool = False) -> str:
    """Return a number as its format shows it; a format that cannot be understood is taken for General.

    >>> shown_number(499106.04, '#,##0.00 "лв."').replace("\u00a0", " ")
    '499 106,04 лв.'
    >>> shown_number(0.85, "0%"), shown_number(43025, "m/d/yyyy"), shown_number(1 / 3, "General")
    ('85%', '17.10.2017', '0,333333333')
    """
    sections = _sections(code[:_LONGEST])
    chosen, negative = _choose(sections, value)
    if chosen is None:
        return general(value)
    if chosen.is_date:
        shown = _date(value, chosen, from_1904)
        return general(value) if shown is None else shown
    return _number(value, chosen, negative)


def shown_text(text: str, code: str) -> str:
    """Return a text as the format's fourth section shows it: itself, unless the section hides it."""
    sections = _sections(code[:_LONGEST])
    if len(sections) < 4:
        return text
    return "".join(
        text if (kind, part) == ("literal", "@") else part for kind, part in sections[3].tokens if kind == "literal"
    )


def general(value: float) -> str:
    """Return a number as an unformatted cell shows it: at most 11 digits, no needless zeros."""
    number = _decimal(value)
    if number and not Decimal("1e-9") <= abs(number) < Decimal("1e15"):
        return f"{number:.5E}".replace(".", _DECIMAL)
    whole = len(str(abs(int(number))))
    number = _rounded(number, max(0, _GENERAL - 1 - whole))
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text.replace(".", _DECIMAL)


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[_Section] = []
    tokens: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(code):
        kind, text = match.lastgroup or "literal", match[match.lastgroup or 0]
        if kind == "literal" and text == ";":
            sections.append(_Section(tuple(tokens)))
            tokens = []
        elif kind == "literal" and text in _PLACES:
            tokens.append(("place", text))
        elif kind == "literal" and text in ".,%":
            tokens.append(("sign", text))
        elif kind in {"quoted", "escaped", "currency"}:
            tokens.append(("literal", text))
        elif kind == "space":
            tokens.append(("literal", " "))
        elif kind not in {"fill", "other"}:
            tokens.append((kind, text))
    sections.append(_Section(tuple(tokens)))
    return tuple(sections)


def _choose(sections: tuple[_Section, ...], value: float) -> tuple[_Section | None, bool]:
    """Return the section for a value, None for General, and whether the minus is the reader's to write."""
    numbers = sections[:3]
    if value < 0 and len(numbers) > 1:
        chosen, negative = numbers[1], False
    elif value == 0 and len(numbers) > 2:
        chosen, negative = numbers[2], False
    else:
        chosen, negative = numbers[0], value < 0
    plain = any(kind == "general" for kind, _ in chosen.tokens) or any(one == ("literal", "@") for one in chosen.tokens)
    if plain and not chosen.has_places:
        return None, negative
    return chosen, negative


def _number(value: float, section: _Section, negative: bool) -> str:
    tokens = section.tokens
    places = [index for index, (kind, _) in enumerate(tokens) if kind == "place"]
    if not places:
        text = "".join(text for kind, text in tokens if kind in {"literal", "sign"})
        return f"-{text}" if negative and text else text
    if any(kind == "exponent" or (kind, text) == ("literal", "/") for kind, text in tokens):
        return general(value)
    first, last = places[0], places[-1]
    point = next((index for index in range(first, last) if tokens[index] == ("sign", ".")), None)
    if point is None and first and tokens[first - 1] == ("sign", "."):
        point = first = first - 1
    whole_end = point if point is not None else last + 1
    grouped = any(tokens[index] == ("sign", ",") for index in range(first, whole_end))
    # A comma behind the last place takes three digits away: „#,##0,“ is thousands.
    scale = 0
    while last + 1 < len(tokens) and tokens[last + 1] == ("sign", ","):
        last, scale = last + 1, scale + 1
    number = abs(_decimal(value)).scaleb(-3 * scale)
    number = number.scaleb(2 * sum(one == ("sign", "%") for one in tokens))
    behind = [text for kind, text in tokens[whole_end + 1 : last + 1] if kind == "place"] if point is not None else []
    shown = _digits(number, tokens[first:whole_end], behind, grouped or not _is_whole(tokens, first, whole_end))
    inside = "".join(text for kind, text in tokens[first : last + 1] if kind == "literal" and text.strip())
    left = "".join(text for kind, text in tokens[:first] if kind in {"literal", "sign"} and text != ",")
    right = "".join(text for kind, text in tokens[last + 1 :] if kind in {"literal", "sign"} and text not in ",.")
    minus = "-" if negative and any(sign in "123456789" for sign in shown) else ""
    return f"{left}{minus}{shown}{inside}{right}".strip()


def _is_whole(tokens: tuple[tuple[str, str], ...], first: int, end: int) -> bool:
    """Whether the places before the point stand side by side: „# ##0“ groups thousands by its own blanks."""
    return all(kind != "literal" or text.strip() for kind, text in tokens[first:end])


def _digits(number: Decimal, before: tuple[tuple[str, str], ...], behind: list[str], grouped: bool) -> str:
    rounded = _rounded(number, len(behind))
    whole, _, rest = f"{rounded:f}".partition(".")
    least = sum(text == "0" for kind, text in before if kind == "place")
    whole = whole.lstrip("0").rjust(least, "0")
    if grouped:
        whole = f"{int(whole):,}".replace(",", _THOUSANDS) if len(whole) > 3 else whole
    needed = max((index + 1 for index, text in enumerate(behind) if text == "0"), default=0)
    rest = rest[:needed] + rest[needed:].rstrip("0")
    return whole + (_DECIMAL + rest if rest else "")


def _date(value: float, section: _Section, from_1904: bool) -> str | None:
    """Return a day, a time or both, day first; None for what is no day."""
    kinds = [text.lower() for kind, text in section.tokens if kind == "date"]
    elapsed = any(kind == "elapsed" for kind, _ in section.tokens)
    if not 0 <= value < _LAST_DAY:
        return None
    minutes = round(value * 24 * 60)
    if elapsed or not any(one[0] in "yd" or (one[0] == "m" and len(one) > 2) for one in kinds):
        if not any(one[0] in "hs" for one in kinds) and not elapsed:
            return None
        hours = minutes // 60 if elapsed else minutes // 60 % 24
        return f"{hours:02d}:{minutes % 60:02d}"
    moment = (_EPOCH_1904 if from_1904 else _EPOCH) + timedelta(minutes=minutes)
    if any(one[0] == "d" for one in kinds):
        told = f"{moment:%d.%m.%Y}"
    elif any(one[0] == "m" for one in kinds):
        told = f"{moment:%m.%Y}"
    else:
        told = f"{moment:%Y}"
    if any(one[0] == "h" for one in kinds):
        told += f" {moment:%H:%M}"
    # „dd.mm.yyyy "г."“: the letters behind a date belong to what is seen.
    tail = ""
    for kind, text in reversed(section.tokens):
        if kind != "literal":
            break
        tail = text + tail
    return (told + (tail if any(one.isalpha() for one in tail) else "")).strip()


def _decimal(value: float) -> Decimal:
    """Return a number with the 15 digits that a workbook keeps: 0.1 + 0.2 is 0.3."""
    try:
        return Decimal(f"{value:.{_SIGNIFICANT}g}")
    except (InvalidOperation, ValueError):
        return Decimal(0)


def _rounded(number: Decimal, places: int) -> Decimal:
    try:
        return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    except InvalidOperation:
        return number
