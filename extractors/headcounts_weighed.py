"""Numbers without a noun that count people all the same, weighed: „Наесен бяха 90, сега са 140“.

What no rule of ``extractors.headcounts_understood`` says, the words around a number, the counts before and behind it,
its cell and its place may still tell together. How far each speaks for a count of people is learned: a logistic
regression, fitted by ``scripts/learn_weights.py`` on the gold of ``dev`` and ``demo``. Whom it counts is told by the
nearest count that names them.
"""

import re
from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence

from extractors.candidate import Candidate
from extractors.headcounts_slots import Slot, counted
from extractors.lexer import Lex
from extractors.reading import Reading
from extractors.scoring import gap_text
from extractors.surroundings import Surroundings, stems
from extractors.weights import Weights
from models.values import Headcount

#: The question's name in ``weights.json``, and its answer that a number counts people.
MODEL, PEOPLE = "people", "people"
#: How likely it must be: an honest blank is better than a wrong figure.
_LIKELY = 0.6
#: Distances to the next count are told apart up to these, in characters; a gap this short is told word by word.
_DISTANCES, _SHORT, _SHORTEST = (5, 15, 40, 80, 160, 320), 60, 12
#: A number so much larger than the count before it is seldom of the same people.
_MUCH = 5
_HEADERS, _KNOWN = 3, 4
#: How many words behind a number are looked at, up to the end of the clause, and how many of their last letters.
_WORDS, _ENDINGS = 3, (2, 3, 4)
_WORD, _BREAK = re.compile(r"[а-я]+"), re.compile(r"[.,:;()\n\t|]")


class Bare:
    """What speaks for a bare number of a document being a count of people."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._surroundings = Surroundings(reading)

    def is_near(self, slot: Slot, found: Sequence[Candidate]) -> bool:
        """Say whether a count stands near a number or in its block: further off none is understood."""
        start, index = slot.lexeme.start, bisect_right(found, slot.lexeme.start, key=lambda one: one.start)
        before, behind = found[index - 1] if index else None, found[index] if index < len(found) else None
        if before is not None and start - before.end < _DISTANCES[-1]:
            return True
        if behind is not None and behind.start - slot.after < _DISTANCES[-1]:
            return True
        here = self._reading.block_index(start)
        return any(one is not None and self._reading.block_index(one.start) == here for one in (before, behind))

    def features(self, slot: Slot, found: Sequence[Candidate]) -> list[str]:
        """Return the features of a number; ``found`` are the other counts that are known, by their place."""
        told = self._surroundings.features(counted(slot, slot.after, None, MODEL))
        index = bisect_right(found, slot.lexeme.start, key=lambda one: one.start)
        told += self._beside("prev", slot, found[index - 1] if index else None)
        told += self._beside("next", slot, found[index] if index < len(found) else None)
        told += self._form(slot)
        told += self._endings(slot)
        told += ["", f"known {min(len(found), _KNOWN)}"]
        return list(dict.fromkeys(told))

    def _beside(self, side: str, slot: Slot, other: Candidate | None) -> Iterator[str]:
        if other is None or not isinstance(other.value, Headcount):
            yield f"no {side}"
            return
        start, end = (other.end, slot.lexeme.start) if side == "prev" else (slot.after, other.start)
        where, far = self._where(slot, other), bisect_right(_DISTANCES, end - start)
        yield from (f"{side} {where}", f"{side} {far}", f"{side} {where} {far}", f"{side} role {other.role}")
        if end - start < _SHORT:
            gap = gap_text(self._reading.low, start, end)
            yield from (f"{side} gap {stem}" for stem in stems(gap))
            yield f"{side} gap = {gap}" if len(gap) < _SHORTEST else f"{side} gap long"
        value = other.value.number
        if slot.number > value:
            yield f"{side} {'more' if slot.number < _MUCH * value else 'much more'}"
        else:
            yield f"{side} {'less' if slot.number < value else 'same'}"

    def _endings(self, slot: Slot) -> Iterator[str]:
        """Yield how the words behind a number end: „12 плувци“, „7 косачи“ are people whatever they do."""
        clause = _BREAK.split(self._reading.low[slot.after : slot.after + _SHORT], maxsplit=1)[0]
        for place, word in enumerate(_WORD.findall(clause)[:_WORDS]):
            yield from (f"end{place} {word[-length:]}" for length in _ENDINGS if len(word) > length)

    def _where(self, slot: Slot, other: Candidate) -> str:
        sentence = self._reading.sentence_at(slot.lexeme.start)
        if sentence is not None and sentence.start <= other.start < sentence.end:
            return "sentence"
        here, there = self._reading.block_index(slot.lexeme.start), self._reading.block_index(other.start)
        return "block" if here == there else "far"

    def _form(self, slot: Slot) -> Iterator[str]:
        """Yield what the number itself and its place in line, block and cell tell."""
        low, start, end = self._reading.low, slot.lexeme.start, slot.after
        yield f"digits {len(str(slot.number))}"
        if slot.lexeme.spelled:
            yield "spelled"
        if end > slot.lexeme.end:
            yield "ending"
        if slot.lexeme.lex is Lex.YEAR:
            yield "year"
        if slot.number % 10 == 0:
            yield "round"
        if not low[low.rfind("\n", 0, start) + 1 : start].strip():
            yield "line begins"
        yield f"before {low[max(start - 2, 0) : start].strip()}"
        yield f"after {low[end : end + 2].strip()}"
        cell, block = self._reading.cell_at(start), self._reading.block_at(start)
        if cell is not None:
            yield "cell"
            if not low[cell.start : start].strip() and not low[end : cell.end].strip():
                yield "cell whole"
            for header in cell.headers[:_HEADERS]:
                yield from (f"header {stem}" for stem in stems(header.lower()))
        if block is not None:
            yield f"in {block.kind}"
            if not low[block.start : start].strip():
                yield "block begins"
            if not low[end : block.end].strip(" .;,"):
                yield "block ends"


def weighed(reading: Reading, slots: Sequence[Slot], found: list[Candidate], used: set[int], model: Weights) -> None:
    """Add the bare numbers that count people by all that is known of them; one that is taken speaks for the next."""
    if not found:
        return  # nobody is counted: there is no count that a number could be understood from
    bare = Bare(reading)
    people = model.roles.index(PEOPLE)
    for slot in slots:
        if slot.lexeme.start in used or reading.low.startswith("-", slot.after) or not bare.is_near(slot, found):
            continue  # „60-часово обучение“, „98-ата си година“
        likely = model.weigh({}, model.add(bare.features(slot, found)))[people]
        if likely < _LIKELY:
            continue
        nearest = _nearest(reading, slot, found)
        role = None if nearest.generic else nearest.role
        likely = round(min(likely, 0.99), 2)
        one = counted(slot, slot.after, role, "people weighed", generic=nearest.generic, sure=likely)
        one.reasons.append(f"what stands around it speaks for a count of people ({likely:.2f})")
        used.add(slot.lexeme.start)
        insort(found, one, key=lambda each: each.start)


def _nearest(reading: Reading, slot: Slot, found: Sequence[Candidate]) -> Candidate:
    """Return the count that says whom a number counts: the one before, unless only the one behind is in its block."""
    index = bisect_right(found, slot.lexeme.start, key=lambda one: one.start)
    if not index:
        return found[0]
    here = reading.block_index(slot.lexeme.start)
    before = found[index - 1]
    if index < len(found) and reading.block_index(before.start) != here == reading.block_index(found[index].start):
        return found[index]
    return before
