"""Cue phrases: the words that tell a figure's role, found in one pass over the words of a text.

A phrase of the lexicon is a sequence of words; ``стартира*`` stands for every ending, ``~`` for up to three words
between. ``^1.5`` behind a phrase is its weight (1 by itself), ``<40`` the farthest it reaches in characters.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import NamedTuple

from extractors.word_places import WordPlaces
from extractors.words import words


@dataclass(frozen=True, slots=True)
class CueRule:
    """One phrase: what it is about (``amount``, ``date`` …), the role it tells, on which side the value stands."""

    topic: str
    role: str
    side: str
    phrase: str
    weight: float
    reach: int


class Cue(NamedTuple):
    """A phrase found at a place of the text."""

    start: int
    end: int
    rule: CueRule


_LETTERS = re.compile(r"[а-яѝё]+")
_OPTIONS = re.compile(r"\s+(?:\^(?P<weight>[\d.]+)|<(?P<reach>\d+))")
_GAP = r"(?:[\s\"(,/-]+[\w.-]{1,40}){0,3}"
_SPACE = r"[\s\"()/,.-]{1,4}"


def _parse(topic: str, role: str, side: str, line: str) -> CueRule:
    weight, reach = 1.0, 240
    for option in _OPTIONS.finditer(line):
        if option["weight"]:
            weight = float(option["weight"])
        else:
            reach = int(option["reach"])
    return CueRule(topic, role, side, _OPTIONS.sub("", line).strip(), weight, reach)


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    """Compile a phrase when it may be needed first: there are thousands, and a process reads some texts alone."""
    pieces: list[str] = []
    for word in phrase.split():
        if word == "~":
            pieces.append(_GAP)
            continue
        body = re.escape(word.rstrip("*")) + (r"[а-я]*" if word.endswith("*") else "")
        if pieces:
            pieces.append(_SPACE)
        pieces.append(body)
    last = phrase.rstrip("*")[-1:]
    return re.compile("".join(pieces) + (r"(?![а-я])" if last.isalpha() else ""))


#: A phrase that goes on behind its first word: the word that must follow (None: any), and its rule.
_Long = tuple[str | None, CueRule]
_Narrowed = tuple[tuple[re.Pattern[str], CueRule], ...]


class _Entry(NamedTuple):
    """What begins with a word: phrases of one word, and longer ones that may go on as the text does."""

    singles: tuple[CueRule, ...]
    longer: _Narrowed


class _Known(dict[tuple[str, str], _Entry | None]):
    """The entries of the pairs of words met so far; None, as most have, where no phrase begins."""

    def __init__(self, lookup: Callable[[str, str], _Entry | None]) -> None:
        super().__init__()
        self._lookup = lookup

    def __missing__(self, pair: tuple[str, str]) -> _Entry | None:
        if len(self) > 100_000:
            self.clear()
        self[pair] = entry = self._lookup(*pair)
        return entry


class CueIndex:
    """Every phrase of a lexicon table, by the word that it begins with and the word that follows.

    Hundreds of phrases begin with „на“ or „общината“; the next word leaves one or two of them to be tried.
    """

    def __init__(self, rules: Iterable[CueRule]) -> None:
        self._exact: dict[str, list[CueRule | _Long]] = defaultdict(list)
        self._stems: dict[str, list[CueRule | _Long]] = defaultdict(list)
        self._longest = 0
        self._known = _Known(self._lookup)
        for rule in rules:
            first, _, rest = rule.phrase.partition(" ")
            head = _LETTERS.match(first)
            if head is None:
                raise ValueError(f"a cue begins with a Cyrillic word: {rule.phrase!r}")
            whole = head[0] == first.rstrip("*")
            following = _following(rest.partition(" ")[0]) if whole else _following(first[len(head[0]) + 1 :])
            table = self._stems if first.endswith("*") and whole else self._exact
            table[head[0]].append((following, rule) if rest or not whole else rule)
            self._longest = max(self._longest, len(head[0]))

    def _lookup(self, word: str, following: str) -> _Entry | None:
        found = list(self._exact.get(word, ()))
        for length in range(1, min(len(word), self._longest) + 1):
            found += self._stems.get(word[:length], ())
        singles = tuple(one for one in found if isinstance(one, CueRule))
        longer = _narrow((one for one in found if not isinstance(one, CueRule)), following)
        return _Entry(singles, longer) if singles or longer else None

    def find(self, low: str, words: WordPlaces, first: int = 0, last: int | None = None) -> Mapping[str, list[Cue]]:
        """Return the cues of a text, or of the words from ``first`` to before ``last``, by topic, in order."""
        found: dict[str, list[Cue]] = defaultdict(list)
        texts, starts, ends = words.texts[first:last], words.starts, words.ends
        new = tuple.__new__  # a third of the time of Cue(…), and there are hundreds
        pairs = zip(texts, [*texts[1:], ""], strict=True) if texts else ()
        for index, entry in enumerate(map(self._known.__getitem__, pairs), first):
            if entry is None:
                continue
            singles, longer = entry
            start = starts[index]
            for rule in singles:
                found[rule.topic].append(new(Cue, (start, ends[index], rule)))
            for pattern, rule in longer:
                if match := pattern.match(low, start):
                    found[rule.topic].append(new(Cue, (start, match.end(), rule)))
        return found


def _following(told: str) -> str | None:
    """Return the word that must follow, from what a phrase tells behind its first: „късно*“ of „по-късно“."""
    letters = _LETTERS.match(told)
    if letters is None:
        return None
    return told if letters[0] == told.rstrip("*") else letters[0] + "*"


def _narrow(longer: Iterable[_Long], following: str) -> _Narrowed:
    return tuple(
        (_pattern(rule.phrase), rule)
        for second, rule in longer
        if second is None or (following.startswith(second[:-1]) if second.endswith("*") else following == second)
    )


@cache
def cue_index() -> CueIndex:
    """Load ``roles.toml``, tables ``topic.role`` of ``left``, ``right``, ``both``, and ``relevance.toml``."""
    roles = (
        _parse(topic, role, side, line)
        for topic, listed in words("roles").items()
        for role, sides in listed.items()
        for side, lines in sides.items()
        for line in lines
    )
    relevance = (
        CueRule(table, phrase, "both", phrase, weight, 0)
        for table in ("weights", "against")
        for phrase, weight in words("relevance")[table].items()
    )
    return CueIndex(chain(roles, relevance))
