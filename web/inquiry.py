"""What somebody looks for, as typed into a form or on a command line, read into the search's own filters.

    read_inquiry({"municipality": "Кубрат", "from": "2024-05", "min": "250 000 лв."})

Names and codes are taken for each other; sums without a currency are euro. What cannot be read is a problem with the
field's name, never an exception: a page shows them all, the command line the first.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from models.reference import municipalities_named, municipality, programme_of, programmes_named
from models.search import Filters
from models.values import Amount, PartialDate
from models.vocabulary import ROLES, Kind, Stage
from web.language import CODES, language

#: Characters of words that are searched for at most.
LONGEST = 300

_DAY_FIRST = re.compile(r"(?:(?:(\d{1,2})\.)?(\d{1,2})\.)?(\d{4})\s*(?:г\.?)?")
_NUMBER = re.compile(r"(?P<whole>\d{1,3}(?:[ \u00a0.,]\d{3})+|\d+)(?:[.,](?P<part>\d{1,2}))?\s*(?P<currency>\D*)")


@dataclass(frozen=True, slots=True)
class Problem:
    """A field that cannot be read: its name, what stands in it, the key of what to say (``bad_date``)."""

    field: str
    value: str
    word: str

    def said(self, code: str) -> str:
        """Return what is wrong and what would be right, in a language."""
        return language(code).word("error", self.word).format(value=self.value, limit=LONGEST)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Words and filters; ``fields`` are the texts they were read from, ``problems`` what could not be read."""

    words: str
    filters: Filters
    fields: Mapping[str, str]
    problems: tuple[Problem, ...] = ()

    @property
    def asked(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.words or self.narrowed)

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return any(self.fields.values())


def read_inquiry(fields: Mapping[str, str], words: str = "") -> Inquiry:
    """Read fields by their names in ``FIELDS``; an empty one is none."""
    values: dict[str, Any] = {}
    problems = []
    words = " ".join(words.split())
    if len(words) > LONGEST:
        words = words[:LONGEST]
        problems.append(Problem("q", words, "too_long"))
    typed = {name: _plain(fields.get(name, "")) for name in FIELDS}
    for name, (target, read, word) in FIELDS.items():
        if not typed[name]:
            continue
        value = read(typed[name])
        if value is None:
            problems.append(Problem(name, typed[name], word))
        else:
            values[target] = value
    kind, role = values.get("kind"), values.get("role")
    if kind and role and role not in ROLES[kind]:
        problems.append(Problem("role", typed["role"], "bad_role"))
    return Inquiry(words, Filters(**values), typed, tuple(problems))


def _plain(text: str) -> str:
    """Return a field without what nobody types and no database looks for: NUL, halves of characters, controls."""
    return "".join(one for one in " ".join(text.split()) if one.isprintable())


def _municipality(text: str) -> str | None:
    if found := municipality(text):
        return found.code
    named = municipalities_named(text)
    return named[0].code if len(named) == 1 else None


def _programme(text: str) -> str | None:
    named = programmes_named(text)
    prefixes = {one.prefix for one in named if one.prefix}
    if len(prefixes) == 1:
        return prefixes.pop()
    found = programme_of(text.upper())
    return (found.prefix or text.upper()) if found else None


def _kind(text: str) -> Kind | None:
    return Kind(text) if text in list(Kind) else None


def _stage(text: str) -> Stage | None:
    return Stage(text) if text in list(Stage) else None


def _role(text: str) -> str | None:
    return text if any(text in roles for roles in ROLES.values()) else None


def read_date(text: str) -> PartialDate | None:
    """Read a date as precise as it was typed: ``2024``, ``2024-05``, ``31.05.2024``; None for anything else."""
    try:
        if match := _DAY_FIRST.fullmatch(text):
            day, month, year = (int(part) if part else None for part in match.groups())
            return PartialDate(year or 0, month, day)
        return PartialDate.parse(text)
    except ValueError:
        return None


def _first(text: str) -> date | None:
    found = read_date(text)
    return found.first if found else None


def _last(text: str) -> date | None:
    found = read_date(text)
    return found.last if found else None


def read_euro(text: str) -> int | None:
    """Read a sum as euro cents; leva are turned at the fixed rate.

    >>> read_euro("250000"), read_euro("498 248,45 лв."), read_euro("много")
    (25000000, 25475039, None)
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    currency = _currency(match["currency"])
    if currency is None:
        return None
    minor = int(re.sub(r"\D", "", match["whole"])) * 100 + int(Decimal("0." + (match["part"] or "0")) * 100)
    return Amount(minor, currency).eur_minor


def _currency(text: str) -> str | None:
    wanted = text.strip(" \u00a0.").casefold()
    if wanted in ("", "€"):
        return "EUR"
    for code in CODES:
        for currency in ("BGN", "EUR"):
            if wanted in (currency.casefold(), language(code).word("unit", currency).strip(".").casefold()):
                return currency
    return None


#: Each field: the filter that it sets, how it is read, what is said where it cannot be.
FIELDS: dict[str, tuple[str, Callable[[str], Any], str]] = {
    "municipality": ("municipality", _municipality, "bad_municipality"),
    "programme": ("programme", _programme, "bad_programme"),
    "procedure": ("procedure", str.upper, "bad_choice"),
    "site": ("source", str, "bad_choice"),
    "kind": ("kind", _kind, "bad_choice"),
    "role": ("role", _role, "bad_choice"),
    "stage": ("stage", _stage, "bad_choice"),
    "from": ("date_from", _first, "bad_date"),
    "to": ("date_to", _last, "bad_date"),
    "published_from": ("published_from", _first, "bad_date"),
    "published_to": ("published_to", _last, "bad_date"),
    "min": ("amount_from", read_euro, "bad_number"),
    "max": ("amount_to", read_euro, "bad_number"),
}
