"""Nouns that people are counted by: which role „лични асистенти“, „лица с увреждания“, „места“ decide."""

import re
from functools import cache
from typing import NamedTuple

from extractors.reading import Reading
from extractors.words import shape, words


class Noun(NamedTuple):
    """A noun phrase: where it stands and the role that it decides (``generic``: none, ``thing``: no people)."""

    start: int
    end: int
    role: str


_GAP = r"[\s\"„“”(]{1,3}"
_ENDINGS: tuple[str, ...] = tuple(words("people")["between"]["adjective_endings"])
#: How far right of the number the noun may stand, in words.
_REACH = 5
_BREAK = re.compile(r"[.:;!?()\n\t|\d/]|,| - ")
_INTRO = shape("people", "intro")


def _pattern(phrase: str) -> str:
    pieces = []
    for word in phrase.split():
        if word == "~":
            pieces.append(r"(?:[а-я-]+ ){0,2}")
        else:
            pieces.append(re.escape(word.rstrip("*")) + (r"[а-я-]*" if word.endswith("*") else "(?![а-я])") + "§")
    joined = "".join(pieces).rstrip("§")
    return joined.replace("§(?:", r"[\s\"]{1,3}(?:").replace("§", r"[\s\"]{1,3}")


_Entry = tuple[re.Pattern[str], str]
_Listed = dict[str, list[tuple[int, tuple[str, str]]]]


@cache
def _entries() -> tuple[_Listed, _Listed]:
    """Return the phrases by the first word that they begin with, told whole and as a stem, each with its rank.

    More words come first, then whole words before stems, then longer stems.
    """
    table = words("people")
    entries = [(phrase, role) for role, phrases in table["nouns"].items() for phrase in phrases]
    entries += [(phrase, "thing") for phrase in table["things"]["nouns"]]
    entries.sort(key=lambda row: (-len(row[0].split()), "-" not in row[0], row[0].count("*"), -len(row[0])))
    whole: _Listed = {}
    stems: _Listed = {}
    for rank, (phrase, role) in enumerate(entries):
        first = phrase.split()[0]
        head = _HEAD.match(first)
        if head is not None:
            into = whole if head[0] == first else stems
            into.setdefault(head[0], []).append((rank, (phrase, role)))
    return whole, stems


@cache
def _between() -> re.Pattern[str]:
    listed = words("people")["between"]["adjectives"]
    return re.compile(
        "|".join(re.escape(one.rstrip("*")) + (r"[а-я-]*" if one.endswith("*") else "(?![а-я])") for one in listed)
    )


@cache
def _memo() -> dict[str, str]:
    return {}


_ELLIPSIS = shape("people", "ellipsis")


_HEAD = re.compile(r"[а-я]+")


@cache
def _compiled(phrase: str) -> re.Pattern[str]:
    return re.compile(f"{_pattern(phrase)}(?![а-я])")


@cache
def _begun() -> dict[str, tuple[_Entry, ...]]:
    return {}


def _beginning(word: str) -> tuple[_Entry, ...]:
    """Return the phrases that can begin with this word, the first to be tried first; most words begin none."""
    known = _begun()
    found = known.get(word)
    if found is None:
        if len(known) > 100_000:
            known.clear()
        whole, stems = _entries()
        ranked = list(whole.get(word, ()))
        for length in range(1, len(word) + 1):
            ranked += stems.get(word[:length], ())
        known[word] = found = tuple(
            (_compiled(phrase), role) for _, (phrase, role) in sorted(ranked, key=lambda row: row[0])
        )
    return found


def _match(low: str, at: int) -> Noun | None:
    head = _HEAD.match(low, at)
    if head is None:
        return None
    for pattern, role in _beginning(head[0]):
        if found := pattern.match(low, at):
            return Noun(at, found.end(), role)
    if head[0].startswith(_ELIDED) and (shared := _ELLIPSIS.match(low, at)):
        # „18 лични и 6 социални асистенти“: the noun stands once, at the end.
        return Noun(at, shared.end(), words("people")["elided"][shared[1]])
    return None


_ELIDED: tuple[str, ...] = tuple(words("people")["elided"])


def _is_adjective(word: str) -> bool:
    """Say whether a word may stand between number and noun: a listed one, or one with an adjective's ending."""
    if _between().match(word):
        return True
    return len(word) > 4 and word.endswith(_ENDINGS)


@cache
def _abbreviations() -> dict[str, str]:
    return dict(words("people")["abbreviations"])


_AND: str = words("shapes")["lexer"]["and"]


def noun_at(reading: Reading, place: int) -> Noun | None:
    """Return the noun phrase that a number ending here counts, or None."""
    low = reading.low
    if intro := _INTRO.match(low, place):
        noun = _match(low, intro.end())
        if noun and noun.role not in ("thing", "generic"):
            end = noun.end + (1 if low[noun.end : noun.end + 1] == '"' else 0)
            return Noun(noun.start, end, noun.role)
    index = reading.words.first_from(place)
    at = place
    generic: Noun | None = None
    for word in map(reading.words.__getitem__, range(index, min(index + _REACH, len(reading.words)))):
        gap = low[at : word.start]
        if gap != " " and (_BREAK.search(gap) or len(gap) > 4):
            break
        if len(word.text) == 2 and (job := _abbreviations().get(reading.text[word.start : word.end])):
            return Noun(word.start, word.end, job)
        if at > place and word.text == _AND:
            at = word.end
            continue  # „110 бедни и самотни хора“
        noun = _match(low, word.start)
        if noun is not None and noun.role == "generic":
            return _specified(reading, noun)
        if noun is not None and _counted(low, noun):
            return _headed(low, noun)
        if not _is_adjective(word.text):
            break
        at = word.end
    return generic


def _headed(low: str, noun: Noun) -> Noun:
    """Take the noun behind a participle: „наети изпълнители“, „наети лица“; the participle alone is one, too."""
    if noun.role == "thing" or not low.startswith(" ", noun.end) or not low[noun.start : noun.end].endswith(_ENDINGS):
        return noun
    head = _match(low, noun.end + 1)
    if head is None or head.role == "thing" or not _counted(low, head):
        return noun
    participle = noun.role in ("staff", "users", "participants") and head.role != "generic"
    return Noun(noun.start, head.end, head.role if participle else noun.role)


def _counted(low: str, noun: Noun) -> bool:
    return noun.end > noun.start and not low.startswith("-", noun.end)


_SPECIFIERS = shape("people", "specifiers")


def _specified(reading: Reading, noun: Noun) -> Noun:
    """Let what follows a generic noun decide: „15 лица с увреждания“, „10 души на длъжност „шофьор““."""
    low = reading.low
    found = _SPECIFIERS.match(low, noun.end)
    if not found:
        return noun
    if found["disabled"]:
        return Noun(noun.start, noun.end, "people_with_disabilities")
    if found["job"]:
        job = _match(low, found.end())
        return Noun(noun.start, noun.end, job.role) if job and job.role not in ("thing", "generic") else noun
    return Noun(noun.start, noun.end, "elderly")


def noun_before(reading: Reading, place: int) -> Noun | None:
    """Return the noun phrase that ends at most three words left of a place: „Брой потребители на услугата: 45“."""
    low = reading.low
    index = reading.words.first_from(place) - 1
    best: Noun | None = None
    at = place
    seen = 0
    while index >= 0 and seen < 9:
        word = reading.words[index]
        if _BREAK.search(low[word.end : at]) or at - word.end > 4:
            break
        noun = _match(low, word.start)
        if noun and noun.role != "thing" and (best is None or best.role == "generic" or noun.end >= best.end):
            best = noun if not _OF_OTHERS.search(low, max(noun.start - 40, 0), noun.start) else best
        at = word.start
        index -= 1
        seen += 1
    return best


#: „Клубовете на пенсионера са 17“ counts clubs; „броят на потребителите“ people.
_OF_OTHERS = shape("people", "of_others")


#: Groups that have a name of their own: whoever uses a service or is lodged is first of all one of them.
_GROUPS = frozenset(("children", "elderly", "people_with_disabilities", "unemployed", "households"))


def noun_in(header: str) -> str | None:
    """Return the role that a table header decides, or None where it names no people."""
    memo = _memo()
    if header in memo:
        return memo[header] or None
    role, end = None, 0
    for match in re.finditer(r"[а-я]+", header):
        noun = _match(header, match.start())
        if noun and noun.role != "thing":
            # „Настанени деца“ are children: the head noun decides.
            if role in (None, "generic") or (role == "users" and noun.role in _GROUPS and noun.start == end + 1):
                role, end = noun.role, noun.end
        elif noun and role is None and match.start() == 0:
            role = "thing"
    if role in (None, "thing"):
        listed: dict[str, list[str]] = words("people")["headers"]
        role = next((name for name, told in listed.items() if any(one in header for one in told)), role)
        role = None if role == "plain" else role
    if len(memo) > 50_000:
        memo.clear()
    memo[header] = role or ""
    return role


def first_noun(low: str, start: int, end: int) -> Noun | None:
    """Return the first noun of people in a label: „хора, получили услуги у дома“."""
    for match in re.finditer(r"[а-я]+", low[start:end]):
        noun = _match(low, start + match.start())
        if noun and noun.role != "thing" and noun.end <= end + 1:
            return noun
        if noun:
            return None
    return None


def is_people(word: str) -> bool:
    """Say whether a word is a noun of people."""
    noun = _match(word, 0)
    return noun is not None and noun.role != "thing"
