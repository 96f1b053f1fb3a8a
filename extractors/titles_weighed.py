"""Which names in quotes are projects', weighed: „Топла градина“, not „Топ Строй“ ООД, ДГ „Слънце“, „Красива България“.

The rules of ``extractors.titles`` know those that are called a project. The words before, behind and inside a name, its
place in its line and how often it is told speak for the others. How far is learned: a logistic regression, fitted by
``scripts/learn_weights.py`` on the gold of ``dev`` and ``demo``.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from extractors.reading import Reading
from extractors.senses import SENSES
from extractors.surroundings import stem_of, tokens
from extractors.titles import closed, find_titles, is_programme, plain
from extractors.weights import Weights

#: The question's name in ``weights.json``, and its answers.
MODEL, TITLE, NO_TITLE = "title", "title", "no title"
#: From here on a name is a project's; up to here one that a rule took is none.
_LIKELY, _UNLIKELY = 0.4, 0.1
#: How much of the line is looked at on each side, in characters and words; how many of its words begin a name.
_REACH, _WORDS, _FIRST = 60, 3, 3
_QUOTED = re.compile(r"[\"„“«][ ]?(?P<title>[^\"„“”«»\n][^\n]{4,260}?)[ ]?[\"“”»]")
_LENGTHS = (10, 20, 40, 80, 160)


class Name(NamedTuple):
    """A name in quotes: where it begins and ends, and its words."""

    start: int
    end: int
    title: str


def names(text: str) -> Iterator[Name]:
    """Yield the names in quotes of a text, those with names in them whole."""
    at = 0
    while match := _QUOTED.search(text, at):
        start, end = match.span("title")
        end = closed(text, start, end)
        yield Name(start, end, text[start:end].strip())
        at = end + 1


class Names:
    """The names in quotes of a document, and what is known of each."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.ruled = find_titles(reading.text, reading.whole)
        self.listed = list(names(reading.text))
        self._often = Counter(plain(one.title) for one in self.listed)
        self._by_rule = {start for start, _ in self.ruled}

    def features(self, one: Name) -> list[str]:
        """Return what stands beside, inside and around a name."""
        whole = self._reading.whole
        line = whole.rfind("\n", 0, one.start) + 1
        stop = whole.find("\n", one.end)
        before = tokens(whole[max(one.start - _REACH, line) : one.start - 1])[-_WORDS:]
        behind = tokens(whole[one.end + 1 : min(one.end + _REACH, stop if stop >= 0 else len(whole))])[:_WORDS]
        inside = tokens(whole[one.start : one.end])
        found = ["", f"length {sum(len(one.title) > step for step in _LENGTHS)}", f"words {min(len(inside), 8)}"]
        for side, near in (("before", before[::-1]), ("behind", behind)):
            for place, word in enumerate(near):
                found += [f"{side}{place} {stem_of(word)}", f"{side} {stem_of(word)}"]
                found += [f"{side} means {sense}" for sense in SENSES[word]]
        for word in inside:
            found.append(f"inside {stem_of(word)}")
            found += [f"inside means {sense}" for sense in SENSES[word]]
        found += [f"first{place} {stem_of(word)}" for place, word in enumerate(inside[:_FIRST])]
        found.append(f"often {min(self._often[plain(one.title)], 4)}")
        if not whole[line : one.start - 1].strip(" -0123456789.|•●*"):
            found.append("line begins")
        if not behind:
            found.append("line ends")
        if one.title[:1].isupper():
            found.append("capital")
        if is_programme(one.title):
            found.append("programme")
        if one.start in self._by_rule:
            found.append("rule")
        block = self._reading.block_at(one.start)
        found += [f"in {block.kind}" if block else "in no block", f"ruled {min(len(self.ruled), 3)}"]
        return list(dict.fromkeys(found))


def titles(reading: Reading, model: Weights | None) -> list[tuple[int, str]]:
    """Return the titles of projects with their places, in order; a repeated one in its first quoted form."""
    if model is None:
        return find_titles(reading.text, reading.whole)
    known = Names(reading)
    yes = model.roles.index(TITLE)
    told = {one.start: model.weigh({}, model.add(known.features(one)))[yes] for one in known.listed}
    found = [(start, title) for start, title in known.ruled if told.get(start, 1.0) > _UNLIKELY]
    taken = {start for start, _ in found}
    found += [(one.start, one.title) for one in known.listed if one.start not in taken and told[one.start] > _LIKELY]
    found.sort()
    first: dict[str, str] = {}
    return [(start, first.setdefault(plain(title), title)) for start, title in found]
