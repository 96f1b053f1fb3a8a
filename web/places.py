"""Municipalities and programmes by the words people use: ``Кубрат``, ``Kubrat`` and ``RAZ16`` are one."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality: its code of the national register, its names."""

    code: str
    name: str
    name_latin: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme: the letters its codes begin with, its name, its abbreviations."""

    prefix: str
    name: str
    abbreviations: tuple[str, ...]


@cache
def municipalities() -> tuple[Place, ...]:
    """Return all municipalities, in the table's order."""
    return tuple(
        Place(row["code"], row["name_bg"], row["name_en"], tuple(filter(None, row["aliases_bg"].split("|"))))
        for row in _rows("municipalities.csv")
    )


@cache
def programmes() -> tuple[Programme, ...]:
    """Return the programmes that have codes of their own."""
    return tuple(
        Programme(row["id_prefix"], row["name_bg"], tuple(filter(None, row["abbr_bg"].split("|"))))
        for row in _rows("programmes.csv")
        if row["id_prefix"]
    )


def municipality_name(code: str | None) -> str | None:
    """Return a municipality's Bulgarian name; None for a code that is in no table.

    >>> municipality_name("RAZ16")
    'Кубрат'
    """
    return _names().get(code) if code else None


def municipality_code(text: str) -> str | None:
    """Return the code of a municipality named by code, name or Latin name; None where there is none or several.

    >>> municipality_code("община кубрат"), municipality_code("Kubrat"), municipality_code("raz16")
    ('RAZ16', 'RAZ16', 'RAZ16')
    """
    wanted = text.strip().casefold().removeprefix("община ").strip()
    codes = {
        one.code
        for one in municipalities()
        if wanted in (one.code.casefold(), one.name.casefold(), one.name_latin.casefold())
        or wanted in (alias.casefold() for alias in one.aliases)
    }
    return codes.pop() if len(codes) == 1 else None


@cache
def _names() -> dict[str, str]:
    return {one.code: one.name for one in municipalities()}


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("models.reference").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
