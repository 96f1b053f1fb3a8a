"""Titles of projects in quotes: ``проект „Независим живот в община Казанлък“``, ``обект „Ремонт на клуб“``."""

import re
from functools import cache

from extractors.words import shape, words
from models.reference import programmes

_TITLE = shape("titles", "title")
_BEFORE = shape("titles", "before")
_OBJECT = shape("titles", "object")
_NOT_PROJECT = shape("titles", "not_project")
_QUOTED = re.compile(r"„([^“]+)“")
_PLAIN = re.compile(r"\W+")


@cache
def _programmes() -> frozenset[str]:
    """Return the names of programmes, plain: „Проект „Красива България““ is what pays, not what is paid."""
    names = [one.name for one in programmes()] + list(words("shapes")["titles"]["programmes"])
    names += [quoted for name in names for quoted in _QUOTED.findall(name)]
    return frozenset(_plain(name) for name in names)


def _plain(name: str) -> str:
    return _PLAIN.sub(" ", name.lower()).strip()


def find_titles(text: str, whole: str) -> list[tuple[int, str]]:
    """Return the project titles of a text with their places, in order; a repeated one in its first quoted form.

    ``whole`` is the text's shadow. Where nothing is called a project, what is called an object of works is one.
    """
    return _find(text, whole, _TITLE) or _find(text, whole, _BEFORE) or _find(text, whole, _OBJECT)


def _find(text: str, whole: str, pattern: re.Pattern[str]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    known: dict[str, str] = {}
    for match in pattern.finditer(whole):
        between = match[0][: match.start("title") - match.start()]
        key = _plain(match["title"])
        if _NOT_PROJECT.search(between) or key in _programmes():
            continue
        start, end = match.span("title")
        found.append((start, known.setdefault(key, text[start:end].strip())))
    return found
