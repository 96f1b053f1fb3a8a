"""The words around a value, as features: right beside it, in its sentence, over it, in the head of the document.

A word counts by its first letters, for endings differ; a number by being one. Nothing here knows a language.
"""

import re
from bisect import bisect_left
from itertools import pairwise

from extractors.candidate import Candidate
from extractors.reading import Reading, Sentence
from models.document import BlockKind

_TOKEN = re.compile(r"[а-я]+|\d+|[^\w\s]")
_STEM = 6
#: How many words beside a value are told by their place; how many more as a bag, on each side.
_NEAR, _LEFT, _RIGHT = 3, 9, 7
#: How much of a long sentence is looked at on each side, in characters; so much of a row or paragraph is as good.
_REACH = 160
#: How many blocks up a heading or a lead-in is looked for, and how much of the first block is the head.
_UP, _TITLE = 5, 200


def stems(text: str) -> list[str]:
    """Return the words, numbers (as ``0``) and marks of a folded text, words by their first letters."""
    return ["0" if one[0].isdigit() else one[:_STEM] for one in _TOKEN.findall(text)]


class Surroundings:
    """The words around the values of one document; a sentence is cut into words when it is first asked for."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._sentences: dict[int, tuple[list[int], list[str]]] = {}
        self._over: dict[int, list[str]] = {}
        self._head = dict.fromkeys((f"head {stem}" for stem in stems(_first_words(reading))), 1.0)

    def features(self, one: Candidate) -> dict[str, float]:
        """Return what the words around a value are."""
        sentence = self._reading.sentence_at(one.start)
        left, right = self._beside(one, sentence)
        found = self._head | dict.fromkeys(self._over_block(one.start), 1.0)
        found |= dict.fromkeys([f"in left {stem}" for stem in left[-_LEFT - _NEAR :]], 1.0)
        found |= dict.fromkeys([f"in right {stem}" for stem in right[: _RIGHT + _NEAR]], 1.0)
        for first, second in pairwise(left[-_NEAR * 2 - 1 :]):
            found[f"left {first} {second}"] = 1.0
        for first, second in pairwise(right[: _NEAR * 2]):
            found[f"right {first} {second}"] = 1.0
        for place, stem in enumerate(reversed(left[-_NEAR:])):
            found[f"left{place} {stem}"] = 1.0
        for place, stem in enumerate(right[:_NEAR]):
            found[f"right{place} {stem}"] = 1.0
        if len(left) > 1:
            found[f"left0 {left[-2]} {left[-1]}"] = 1.0
        if len(right) > 1:
            found[f"right0 {right[0]} {right[1]}"] = 1.0
        if not left:
            found["begins"] = 1.0
        if sentence is not None and sentence.number < 4:
            found["first" if not sentence.number else "early"] = 1.0
        return found

    def _beside(self, one: Candidate, sentence: Sentence | None) -> tuple[list[str], list[str]]:
        low = self._reading.low
        if sentence is None:
            return stems(low[max(one.start - _REACH, 0) : one.start]), stems(low[one.end : one.end + _REACH])
        known = self._sentences.get(sentence.number)
        if known is None:
            found = list(_TOKEN.finditer(low, sentence.start, sentence.end))
            texts = ["0" if (text := each[0])[0].isdigit() else text[:_STEM] for each in found]
            known = self._sentences[sentence.number] = [each.start() for each in found], texts
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
                return [f"over {stem}" for stem in told]
        return []


def _first_words(reading: Reading) -> str:
    block = next((block for block in reading.blocks if reading.low[block.start : block.end].strip()), None)
    return reading.low[block.start : min(block.end, block.start + _TITLE)] if block else ""
