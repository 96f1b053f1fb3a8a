"""What is a part of what, weighed: which smaller sum or count belongs to which greater one beside it.

The rules of ``extractors.relations`` say what plain words and sums say. What the words on both sides, the distance, the
roles and the arithmetic speak for together is learned: a logistic regression over the pairs of a part and a whole that
may be, fitted by ``scripts/learn_weights.py`` on the gold of ``dev`` and ``demo``.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extractors.candidate import Candidate
from extractors.reading import Reading
from extractors.senses import SENSES
from extractors.surroundings import tokens
from extractors.weights import Weights
from models.values import Amount
from models.vocabulary import Kind

#: The question's name in ``weights.json``, and its answers.
MODEL, PART, SUBSET, NONE = "link", "part_of", "subset_of", "none"
#: How likely a link must be.
_LIKELY = 0.45
#: How likely one must be that a rule has set, and from when on another comes before it.
_KEPT, _PLAIN = 0.2, 0.7
#: How many values before and behind a part may be its whole, and how far off they may stand, in characters.
_BEFORE, _BEHIND, _FAR, _NEAR = 8, 4, 450, 260
#: How much text beside a value is looked at, in characters, and how many words of it.
_REACH, _WORDS = 80, 6
_DISTANCES = (12, 30, 60, 100, 160, 250)
#: What rounding leaves of each sum, in minor units, and how long a run of parts may be.
_ROUNDING, _LONGEST = 2, 9


class Pair(NamedTuple):
    """A value that may be a part, one that may be its whole, and the names of what speaks of the two together."""

    part: Candidate
    whole: Candidate
    told: list[str]


class Pairs:
    """The pairs of one document, and what is told of each value alone."""

    def __init__(self, reading: Reading, candidates: Sequence[Candidate]) -> None:
        self._reading = reading
        self._rows = list(_rows(candidates))

    def by_part(self) -> Iterator[tuple[Candidate, list[Pair]]]:
        """Yield every value that may be a part, each with the pairs of the wholes that may be its own."""
        for row in self._rows:
            sizes = [one.size for one in row]
            for place, part in enumerate(row):
                if wholes := list(self._wholes(row, sizes, place)):
                    yield part, [Pair(part, row[at], self._together(row, sizes, place, at)) for at in wholes]

    def alone(self, one: Candidate, side: str) -> list[str]:
        """Return what the words beside a value and its own role say of it as a ``part`` or a ``whole``."""
        low = self._reading.low
        left = tokens(low[max(one.start - _REACH, 0) : one.start])[-_WORDS:]
        right = tokens(low[one.end : one.end + _REACH])[:_WORDS]
        found = [f"{side} {one.kind}", f"{side} role {one.role}"]
        for name, near in (("left", left[::-1]), ("right", right)):
            for place, word in enumerate(near):
                found.append(f"{side} {name} {word[:6]}")
                if not place:
                    found.append(f"{side} {name}0 {word[:6]}")
                found += [f"{side} {name} means {sense}" for sense in SENSES[word]]
        return list(dict.fromkeys(found))

    def _wholes(self, row: Sequence[Candidate], sizes: Sequence[int], place: int) -> Iterator[int]:
        part = row[place]
        for at in range(place - 1, max(place - _BEFORE, 0) - 1, -1):
            if part.start - row[at].end > _FAR:
                break
            if sizes[at] > sizes[place]:
                yield at
        for at in range(place + 1, min(place + _BEHIND, len(row) - 1) + 1):
            if row[at].start - part.end > _NEAR:
                break
            if sizes[at] > sizes[place]:
                yield at

    def _together(self, row: Sequence[Candidate], sizes: Sequence[int], place: int, at: int) -> list[str]:
        part, whole = row[place], row[at]
        reading = self._reading
        side = "behind" if at < place else "before"
        gap = (whole.end, part.start) if at < place else (part.end, whole.start)
        far = bisect_right(_DISTANCES, gap[1] - gap[0])
        found = ["", f"{side} {abs(place - at)}", f"{side} far {far}", f"roles {part.role} {whole.role}"]
        found.append(f"{side} {abs(place - at)} {part.kind}")
        if part.part_of == whole.start or part.subset_of == whole.start:
            found.append("rule part" if part.part_of == whole.start else "rule subset")
        elif part.part_of is not None or part.subset_of is not None:
            found.append("rule of another")
        here, there = reading.sentence_at(part.start), reading.sentence_at(whole.start)
        if here is not None and there is not None:
            steps = here.number - there.number
            found.append(f"sentences {max(min(steps, 3), -3)}")
        if reading.block_index(part.start) != reading.block_index(whole.start):
            found.append(f"{side} other block")
        between = sizes[min(place, at) + 1 : max(place, at)]
        if all(size < sizes[at] for size in between):
            found.append(f"{side} nearest greater")
        found.append(f"{side} tenths {sizes[place] * 10 // sizes[at]}")
        found += self._sums(row[place].kind, sizes, place, at)
        told = reading.low[gap[0] : gap[1]]
        if told.count("(") > told.count(")"):
            found.append(f"{side} in brackets")
        if ":" in told:
            found.append(f"{side} colon")
        return found

    def _sums(self, kind: Kind, sizes: Sequence[int], place: int, at: int) -> Iterator[str]:
        """Yield that a run of values with the part in it adds up to the whole, or one other value with the part."""
        slack = _ROUNDING if kind is Kind.AMOUNT else 0
        step = 1 if at < place else -1
        added = 0
        for count in range(1, _LONGEST + 1):
            index = at + step * count
            if not 0 <= index < len(sizes) or added > sizes[at] + slack * count:
                break
            added += sizes[index]
            if count > 1 and count >= abs(place - at) and abs(added - sizes[at]) <= slack * count:
                yield from ("run adds up", f"run of {min(count, 5)}")
                break
        rest = sizes[at] - sizes[place]
        near = range(max(place - 3, 0), min(place + 4, len(sizes)))
        if any(abs(sizes[index] - rest) <= slack for index in near if index not in (place, at)):
            yield "two add up"


def _rows(candidates: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Yield the values that may be parts of each other: counts of people, and sums of one currency."""
    heads = [one for one in candidates if one.kind is Kind.HEADCOUNT]
    if len(heads) > 1:
        yield heads
    sums: dict[str, list[Candidate]] = {}
    for one in candidates:
        if isinstance(one.value, Amount) and one.same_as is None and one.per is None:
            sums.setdefault(one.value.currency, []).append(one)
    yield from (row for row in sums.values() if len(row) > 1)


class _Link(NamedTuple):
    whole: Candidate
    sure: float
    is_part: bool


def weigh_links(reading: Reading, candidates: Sequence[Candidate], model: Weights) -> None:
    """Set ``part_of`` and ``subset_of`` of every sum and count as the weights say.

    What the rules have set is a voice; it also stays where little speaks against it and nothing else is plain.
    """
    pairs = Pairs(reading, candidates)
    part, subset = model.roles.index(PART), model.roles.index(SUBSET)
    whole_told: dict[int, int] = {}
    chosen: list[tuple[Candidate, _Link | None]] = []
    for one, wholes in pairs.by_part():
        begun = model.add(pairs.alone(one, "part"))
        best: _Link | None = None
        ruled: _Link | None = None
        for pair in wholes:
            start = pair.whole.start
            if start not in whole_told:
                whole_told[start] = model.add(pairs.alone(pair.whole, "whole"))
            told = model.weigh({}, begun, whole_told[start], model.add(pair.told))
            link = _Link(pair.whole, told[part] + told[subset], told[part] >= told[subset])
            if link.sure > (best.sure if best else _LIKELY):
                best = link
            if start in (one.part_of, one.subset_of) and link.sure > _KEPT:
                ruled = link._replace(is_part=one.part_of == start)
        chosen.append((one, ruled if ruled and (best is None or best.sure < _PLAIN) else best))
    for one, found in chosen:
        one.part_of = one.subset_of = None
        if found is None:
            continue
        if found.is_part:
            one.part_of = found.whole.start
        else:
            one.subset_of = found.whole.start
        name = PART if found.is_part else SUBSET
        one.reasons.append(f"{name} the value at {found.whole.start} ({min(found.sure, 0.99):.2f})")
