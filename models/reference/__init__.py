"""Municipalities and programmes: ``RAZ16`` is Кубрат, ``BG05M9OP001`` pays from the European Social Fund.

README.md in this folder says where each column comes from and under what terms.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality by its НСИ code; ``aliases`` are other names in use, ``website`` is known for some."""

    code: str
    name: str
    name_en: str
    aliases: tuple[str, ...]
    district: str
    nuts3: str
    seat_ekatte: str
    eik: str
    website: str | None


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme that pays; ``prefix`` is what the codes of its projects begin with, None where they have no form."""

    code: str
    period: str
    name: str
    abbreviations: tuple[str, ...]
    name_en: str
    funds: tuple[str, ...]
    prefix: str | None
    system: str


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of this folder (``lemmas.csv``) by column name."""
    text = resources.files(__name__).joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def municipalities() -> tuple[Municipality, ...]:
    """Return the 265 municipalities, by district."""
    return tuple(
        Municipality(
            row["code"],
            row["name_bg"],
            row["name_en"],
            _parts(row["aliases_bg"]),
            row["district_bg"],
            row["nuts3"],
            row["seat_ekatte"],
            row["eik"],
            row["website"] or None,
        )
        for row in read_table("municipalities.csv")
    )


@cache
def programmes() -> tuple[Programme, ...]:
    """Return the programmes, by period."""
    return tuple(
        Programme(
            row["code"],
            row["period"],
            row["name_bg"],
            _parts(row["abbr_bg"]),
            row["name_en"],
            _parts(row["fund"]),
            row["id_prefix"].rstrip("…") or None,
            row["system"],
        )
        for row in read_table("programmes.csv")
    )


def municipality(code: str) -> Municipality | None:
    """Return the municipality of a code, None for an unknown one.

    >>> municipality("RAZ16").name
    'Кубрат'
    """
    return _by_code().get(code.upper())


def municipality_name(code: str) -> str | None:
    """Return the name of the municipality of a code, None for an unknown one."""
    found = municipality(code)
    return found.name if found else None


def municipalities_named(name: str) -> tuple[Municipality, ...]:
    """Return the municipalities that a name or alias may mean, in Cyrillic or Latin letters; „Бяла“ means two.

    >>> [one.code for one in municipalities_named("бяла")]
    ['RSE04', 'VAR05']
    """
    return _by_name().get(_plain(name), ())


def programme_of(code: str) -> Programme | None:
    """Return the programme whose letters (``BG05M9OP001``) or CCI number this is, None for an unknown one."""
    return _by_prefix().get(code)


def programmes_named(name: str) -> tuple[Programme, ...]:
    """Return the programmes that a name or abbreviation may mean; „ОПРР“ means one of each of two periods.

    >>> [one.period for one in programmes_named("ОПРР")]
    ['2007-2013', '2014-2020']
    """
    return _by_programme_name().get(_plain(name), ())


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("община ", "").split())


@cache
def _by_code() -> dict[str, Municipality]:
    return {one.code: one for one in municipalities()}


@cache
def _by_name() -> dict[str, tuple[Municipality, ...]]:
    found: dict[str, dict[str, Municipality]] = defaultdict(dict)
    for one in municipalities():
        for name in (one.name, one.name_en, *one.aliases):
            found[_plain(name)][one.code] = one
    return {name: tuple(ones[code] for code in sorted(ones)) for name, ones in found.items()}


@cache
def _by_prefix() -> dict[str, Programme]:
    return {name: one for one in programmes() for name in (one.prefix, one.code) if name}


@cache
def _by_programme_name() -> dict[str, tuple[Programme, ...]]:
    found: dict[str, dict[str, Programme]] = defaultdict(dict)
    for one in programmes():
        for name in (one.name, one.name_en, *one.abbreviations):
            found[_plain(name)][one.code] = one
    return {name: tuple(ones.values()) for name, ones in found.items()}
