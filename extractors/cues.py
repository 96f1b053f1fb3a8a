"""Cue phrases: the words that tell a figure's role, found in one pass over the words of a text.

A phrase of the lexicon is a sequence of words; ``стартира*`` stands for every ending, ``~`` for up to three words
between. ``^1.5`` behind a phrase is its weight (1 by itself), ``<40`` the farthest it reaches in characters.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from extractors.lexer import Word
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


def _pattern(phrase: str) -> re.Pattern[str]:
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


class CueIndex:
    """Every phrase of a lexicon table, by the word that it begins with."""

    def __init__(self, rules: Iterable[CueRule]) -> None:
        self._exact: dict[str, list[tuple[re.Pattern[str] | None, CueRule]]] = defaultdict(list)
        self._stems: dict[str, list[tuple[re.Pattern[str] | None, CueRule]]] = defaultdict(list)
        self._longest = 0
        self._known: dict[str, tuple[tuple[re.Pattern[str] | None, CueRule], ...]] = {}
        for rule in rules:
            first, _, rest = rule.phrase.partition(" ")
            pattern = _pattern(rule.phrase) if rest else None
            head = re.match(r"[а-яѝё]+", first)
            if head is None:
                raise ValueError(f"a cue begins with a Cyrillic word: {rule.phrase!r}")
            if head[0] != first.rstrip("*"):
                pattern = _pattern(rule.phrase)
            table = self._stems if first.endswith("*") and head[0] == first[:-1] else self._exact
            table[head[0]].append((pattern, rule))
            self._longest = max(self._longest, len(head[0]))

    def _lookup(self, word: str) -> tuple[tuple[re.Pattern[str] | None, CueRule], ...]:
        known = self._known.get(word)
        if known is None:
            found = list(self._exact.get(word, ()))
            for length in range(1, min(len(word), self._longest) + 1):
                found += self._stems.get(word[:length], ())
            known = tuple(found)
            if len(self._known) > 100_000:
                self._known.clear()
            self._known[word] = known
        return known

    def find(self, low: str, tokens: Iterable[Word]) -> list[Cue]:
        """Return the cues of a text in order of their beginning."""
        found = []
        known = self._known
        for word in tokens:
            rules = known.get(word.text)
            if rules is None:
                rules = self._lookup(word.text)
            for pattern, rule in rules:
                if pattern is None:
                    found.append(Cue(word.start, word.end, rule))
                elif match := pattern.match(low, word.start):
                    found.append(Cue(word.start, match.end(), rule))
        return found


@cache
def cue_index(name: str = "roles") -> CueIndex:
    """Load the phrases of ``lexicon/bg/<name>.toml``: tables ``topic.role`` of ``left``, ``right``, ``both``."""
    rules = [
        _parse(topic, role, side, line)
        for topic, roles in words(name).items()
        for role, sides in roles.items()
        for side, lines in sides.items()
        for line in lines
    ]
    return CueIndex(rules)
