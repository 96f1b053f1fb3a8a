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
    return frozenset(plain(name) for name in names)


def plain(name: str) -> str:
    """Return a name as it is compared: lower case, words alone."""
    return _PLAIN.sub(" ", name.lower()).strip()


_OPEN, _CLOSE = "„", "“”"
#: How long a title with names in it may be, in characters.
_LONGEST = 320


def closed(text: str, start: int, end: int) -> int:
    """Return where a title ends that has a name in quotes inside: „Изграждане на ДГ „Щурче“, гр. Омуртаг“."""
    opened = text.rfind(_OPEN, max(start - 2, 0), start) >= 0
    depth = 1
    for place in range(start, min(start + _LONGEST, len(text))) if opened else ():
        one = text[place]
        if one == "\n":
            break
        depth += (one == _OPEN) - (one in _CLOSE)
        if not depth:
            return max(place, end)
    return end


def is_programme(name: str) -> bool:
    """Say whether a name is a programme's."""
    return plain(name) in _programmes()


def find_titles(text: str, whole: str) -> list[tuple[int, str]]:
    """Return the project titles of a text with their places, in order; a repeated one in its first quoted form.

    ``whole`` is the text's shadow. Where nothing is called a project, what is called an object of works is one.
    """
    return (
        _find(text, whole, _TITLE) or _find(text, whole, _BEFORE) or _find(text, whole, _OBJECT) or _lone(text, whole)
    )


#: What must not stand before or behind a name in quotes that nothing calls a project, in characters.
_NEAR = 30


def _lone(text: str, whole: str) -> list[tuple[int, str]]:
    """Return the one name in quotes that may be a project's: „По „Приеми ме 2015“ в общината работят …“.

    Schools, streets, companies, newspapers and programmes have names in quotes, too; where several are left that may
    be a project's, nothing is guessed unless „по“ stands before one of them alone.
    """
    found: list[tuple[int, str]] = []
    named: list[tuple[int, str]] = []
    known: dict[str, str] = {}
    for match in _NAME.finditer(whole):
        start, end = match.span("title")
        end = closed(text, start, end)
        title = text[start:end].strip()
        key = plain(title)
        before, behind = whole[max(match.start() - _NEAR, 0) : match.start()], whole[end + 1 : end + 1 + _NEAR]
        if is_programme(title) or not title[:1].isupper() or _NO_TITLE.search(title.lower()):
            continue
        if _NOT_BEFORE.search(before) or _NOT_BEHIND.match(behind):
            continue
        one = (start, known.setdefault(key, title))
        found.append(one)
        if _ALONG.search(before):
            named.append(one)
    # „по“ before it, or a second mention, is asked for: what stands in quotes once may be anything.
    for listed in (named, found if len(found) > 1 else []):
        if len({name for _, name in listed}) == 1:
            return listed
    return []


_NAME = shape("titles", "name")
_NO_TITLE = shape("titles", "no_title")
_NOT_BEFORE = shape("titles", "not_before")
_NOT_BEHIND = shape("titles", "not_behind")
_ALONG = shape("titles", "along")


def _find(text: str, whole: str, pattern: re.Pattern[str]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    known: dict[str, str] = {}
    for match in pattern.finditer(whole):
        between = match[0][: match.start("title") - match.start()]
        if _NOT_PROJECT.search(between) or is_programme(match["title"]):
            continue
        start, end = match.span("title")
        end = closed(text, start, end)
        key = plain(text[start:end])
        found.append((start, known.setdefault(key, text[start:end].strip())))
    return found
