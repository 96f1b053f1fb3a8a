"""The words around a value, as features: right beside it, in its sentence, over it, in the head of the document.

A word counts by its first letters, for endings differ; a number by being one. Nothing here knows a language.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from extractors.candidate import Candidate
from extractors.reading import Reading, Sentence
from models.document import BlockKind

_TOKEN = re.compile(r"([а-я]+|\d+|[^\w\s])")
_STEM, _SHORT = 6, 4
#: What ends a clause.
_MARKS = frozenset(',;:()–-"')
#: How many words beside a value are told by their place; how many more as a bag, on each side.
_NEAR, _LEFT, _RIGHT = 3, 9, 7
#: How much of a long sentence is looked at on each side, in characters; so much of a row or paragraph is as good.
_REACH = 160
#: How many blocks up a heading or a lead-in is looked for, and how much of the first block is the head.
_UP, _TITLE = 5, 200


class _Stems(dict[str, str]):
    """The words met so far, each by its first letters; a number is ``0``."""

    def __missing__(self, word: str) -> str:
        if len(self) > 50_000:
            self.clear()
        self[word] = stem = "0" if word[0].isdigit() else word[:_STEM]
        return stem


class _Names(dict[str | tuple[str, str], str]):
    """The names of features by the words that they tell: ``in left лева`` for „лева“; a name is made once."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self._form = form

    def __missing__(self, told: str | tuple[str, str]) -> str:
        if len(self) > 50_000:
            self.clear()
        self[told] = name = self._form % told
        return name


_STEMS = _Stems()
_HEAD, _OVER = _Names("head %s"), _Names("over %s")
_IN_LEFT, _IN_RIGHT = _Names("in left %s"), _Names("in right %s")
_LEFT_PAIR, _RIGHT_PAIR = _Names("left %s %s"), _Names("right %s %s")
_LEFT_AT = [_Names(f"left{place} %s") for place in range(_NEAR)]
_RIGHT_AT = [_Names(f"right{place} %s") for place in range(_NEAR)]
_LEFT_NEXT, _RIGHT_NEXT = _Names("left0 %s %s"), _Names("right0 %s %s")
_SHORT_LEFT, _SHORT_RIGHT = _Names("short left %s"), _Names("short right %s")
_SENTENCE, _CLAUSE, _CLAUSE_BEGINS = _Names("sentence %s"), _Names("clause %s"), _Names("clause begins %s")


def stems(text: str) -> list[str]:
    """Return the words, numbers (as ``0``) and marks of a folded text, words by their first letters."""
    return [_STEMS[word] for word in _TOKEN.findall(text)]


class Surroundings:
    """The words around the values of one document; a sentence is cut into words when it is first asked for.

    ``head`` are the features that all values of the document share.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._sentences: dict[int, tuple[list[int], list[str]]] = {}
        self._over: dict[int, list[str]] = {}
        self.head = list(dict.fromkeys([_HEAD[stem] for stem in stems(_first_words(reading))]))

    def features(self, one: Candidate) -> list[str]:
        """Return what the words around a value are; a name may be told twice."""
        sentence = self._reading.sentence_at(one.start)
        left, right = self._beside(one, sentence)
        found = self._over_block(one.start).copy()
        found += map(_IN_LEFT.__getitem__, left[-_LEFT - _NEAR :])
        found += map(_IN_RIGHT.__getitem__, right[: _RIGHT + _NEAR])
        found += map(_LEFT_PAIR.__getitem__, pairwise(left[-_NEAR * 2 - 1 :]))
        found += map(_RIGHT_PAIR.__getitem__, pairwise(right[: _NEAR * 2]))
        found += [names[stem] for names, stem in zip(_LEFT_AT, left[: -_NEAR - 1 : -1], strict=False)]
        found += [names[stem] for names, stem in zip(_RIGHT_AT, right[:_NEAR], strict=False)]
        # Verbs change more of their ends than nouns do: „свърш“, „свърза“ part later than „плати“, „плаща“.
        found += [_SHORT_LEFT[stem[:_SHORT]] for stem in left[-_LEFT:] if len(stem) > _SHORT]
        found += [_SHORT_RIGHT[stem[:_SHORT]] for stem in right[:_RIGHT] if len(stem) > _SHORT]
        found += map(_SENTENCE.__getitem__, {*left, *right})
        found += _clause(left, right)
        if len(left) > 1:
            found.append(_LEFT_NEXT[left[-2], left[-1]])
        if len(right) > 1:
            found.append(_RIGHT_NEXT[right[0], right[1]])
        if not left:
            found.append("begins")
        if sentence is not None and sentence.number < 4:
            found.append("first" if not sentence.number else "early")
        return found

    def _beside(self, one: Candidate, sentence: Sentence | None) -> tuple[Sequence[str], Sequence[str]]:
        low = self._reading.low
        if sentence is None:
            return stems(low[max(one.start - _REACH, 0) : one.start]), stems(low[one.end : one.end + _REACH])
        known = self._sentences.get(sentence.number)
        if known is None:
            known = self._sentences[sentence.number] = _divided(low, sentence)
        starts, texts = known
        first, last = bisect_left(starts, one.start), bisect_left(starts, one.end)
        nearest = bisect_left(starts, one.start - _REACH)
        return texts[nearest:first], texts[last : bisect_left(starts, one.end + _REACH)]

    def _over_block(self, place: int) -> list[str]:
        """Return what the heading or lead-in over a value says."""
        index = self._reading.block_index(place)
        if index is None:
            return []
        known = self._over.get(index)
        if known is None:
            known = self._over[index] = self._find_over(index)
        return known

    def _find_over(self, index: int) -> list[str]:
        reading = self._reading
        for block in reversed(reading.blocks[max(index - _UP, 0) : index]):
            if block.kind is BlockKind.HEADING or reading.low[block.start : block.end].rstrip().endswith(":"):
                told = stems(reading.low[max(block.end - _REACH, block.start) : block.end])
                return [_OVER[stem] for stem in told]
        return []


def _clause(left: Sequence[str], right: Sequence[str]) -> Iterator[str]:
    """Yield the words on both sides up to the nearest marks, and the first of them."""
    first = None
    for stem in reversed(left):
        if stem in _MARKS:
            break
        first = stem
        yield _CLAUSE[stem]
    for stem in right:
        if stem in _MARKS:
            break
        yield _CLAUSE[stem]
    if first is not None:
        yield _CLAUSE_BEGINS[first]


def _divided(low: str, sentence: Sentence) -> tuple[list[int], list[str]]:
    """Return where the words, numbers and marks of a sentence begin, and their stems."""
    pieces = _TOKEN.split(low[sentence.start : sentence.end])  # gap, word, gap, word, … gap
    bounds = list(accumulate(map(len, pieces), initial=sentence.start))
    return bounds[1:-1:2], [_STEMS[word] for word in pieces[1::2]]


def _first_words(reading: Reading) -> str:
    block = next((block for block in reading.blocks if reading.low[block.start : block.end].strip()), None)
    return reading.low[block.start : min(block.end, block.start + _TITLE)] if block else ""
