"""People counted without a noun of their own: „от тях 8“, „75 в града и 45 в селата“, „Труд – 64, Рогош – 41“."""

from bisect import bisect_right, insort

from extractors.candidate import Candidate
from extractors.headcounts_slots import Slot, Slots, counted
from extractors.lexer import Lex, Lexeme
from extractors.people import Noun, first_noun, is_people
from extractors.reading import Reading
from extractors.words import shape
from models.values import Headcount

_UNDERSTOOD = shape("headcounts", "understood")
_OF_WHICH = shape("headcounts", "of_which")
_STOP = shape("headcounts", "stop")


#: How sure it is whom a number counts whose noun was told before.
UNDERSTOOD = 0.7


def understood(reading: Reading, numbers: list[Lexeme], slots: Slots, found: list[Candidate], used: set[int]) -> None:
    """Take a number whose noun is understood from the count before it: „общо 500“, „от тях 8“, „днес са 264“."""
    low = reading.low
    by_end = {one.end: one for one in found}
    for lexeme in numbers:
        if lexeme.start in used or lexeme.lex is Lex.YEAR or reading.cell_at(lexeme.start):
            continue
        slot = slots[lexeme.start]
        if slot is None:
            continue
        joint = _GROWN.search(low, max(lexeme.start - 6, 0), lexeme.start)
        grown = by_end.get(joint.start()) if joint else None
        if grown is not None and low[lexeme.end : lexeme.end + 1] in ".,; )\n":
            # „се увеличи от 20 на 35“
            used.add(lexeme.start)
            one = counted(slot, slot.after, grown.role, "noun understood", generic=grown.generic, sure=UNDERSTOOD)
            insort(found, one, key=lambda each: each.start)
            continue
        if not _is_bare(low, lexeme, slot):
            continue
        index = bisect_right(found, lexeme.start, key=lambda one: one.start) - 1
        sentence = reading.sentence_at(lexeme.start)
        if index < 0 or lexeme.start - found[index].end >= _ELLIPSIS_REACH or sentence is None:
            continue
        nearest = found[index]
        if nearest.start < sentence.start and lexeme.start - sentence.start > _ELLIPSIS_HEAD:
            continue
        if _COUNTS_ELSE.search(low, nearest.end, lexeme.start):
            continue
        used.add(lexeme.start)
        found.insert(
            index + 1,
            counted(slot, slot.after, nearest.role, "noun understood", generic=nearest.generic, sure=UNDERSTOOD),
        )


def _is_bare(low: str, lexeme: Lexeme, slot: Slot) -> bool:
    """Say whether the words around a number without a noun leave one out."""
    if _OF_WHICH.match(low, slot.after):
        return True
    if _STOP.match(low, slot.after) and _UNDERSTOOD.search(low, max(lexeme.start - 40, 0), lexeme.start):
        own = _ITS_OWN.search(low, max(lexeme.start - 50, 0), lexeme.start)
        return own is None or is_people(own["word"])
    return _ACTING.match(low, slot.after) is not None


#: How far behind the count that names them people may be counted without a noun, and how far into another sentence.
_ELLIPSIS_REACH = 170
_ELLIPSIS_HEAD = 60
_ACTING = shape("headcounts", "acting")
_COUNTS_ELSE = shape("headcounts", "counts_else")
_ITS_OWN = shape("headcounts", "its_own")
_GROWN = shape("headcounts", "grown")


def adding_up(reading: Reading, numbers: list[Lexeme], slots: Slots, found: list[Candidate], used: set[int]) -> None:
    """Take bare numbers that add up to the count before them: „120 потребители – 75 в града и 45 в селата“.

    A part may have a noun of its own: „418 домакинства: 265 избраха пелети, 121 – климатици, и 32 семейства – газ“.
    """
    known = {one.start: one for one in found}
    ends: list[tuple[int, Lexeme | None]] = [(one.start, None) for one in found]
    ends += [(one.start, one) for one in numbers]
    ends.sort(key=lambda row: row[0])
    starts = [start for start, _ in ends]
    more: list[Candidate] = []
    for total in found:
        sentence = reading.sentence_at(total.start)
        if sentence is None or not isinstance(total.value, Headcount) or total.value.number < 3:
            continue
        parts, added, last = _parts(slots, ends[bisect_right(starts, total.start) :], known, used, total, sentence.end)
        if parts and added == total.value.number and last - total.end < 400:
            used.update(one.lexeme.start for one in parts)
            more += [
                counted(one, one.after, total.role, "adds up", generic=total.generic, sure=UNDERSTOOD) for one in parts
            ]
    found += more


#: How many places must be told before numbers behind them are taken for people: „Труд – 64, Рогош – 41, Маноле – 38“.
_PLACES_TOLD = 3
#: How far from the number the end of a place's name is looked for, in characters.
_PLACE_END = 6
_PLACE = shape("headcounts", "place")
_NEXT_PLACE = shape("headcounts", "next_place")


def distributed(reading: Reading, numbers: list[Lexeme], slots: Slots, found: list[Candidate], used: set[int]) -> None:
    """Take the counts of a list of places, courses or schools behind a count that names the people."""
    low = reading.low
    starts = [one.start for one in found]
    run: list[Slot] = []
    known: dict[int, Candidate] = {one.start: one for one in found}
    more: list[Candidate] = []

    def close() -> None:
        if len(run) >= _PLACES_TOLD:
            first = run[0].lexeme.start
            index = bisect_right(starts, first) - 1
            noun = _lead_in(reading, first)
            role: str | None = None
            if noun is not None:
                role = noun.role
            elif index >= 0 and first - found[index].end < _ELLIPSIS_REACH * 2:
                role = "generic" if found[index].generic else found[index].role
            for one in run if role else ():
                if one.lexeme.start not in used and one.lexeme.start not in known:
                    used.add(one.lexeme.start)
                    generic = role == "generic"
                    told = None if generic else role
                    more.append(counted(one, one.after, told, "noun understood", generic=generic, sure=UNDERSTOOD))
        run.clear()

    for lexeme in numbers:
        slot = None
        if (
            lexeme.lex is Lex.NUMBER
            and not reading.cell_at(lexeme.start)
            and _PLACE.search(low, max(lexeme.start - _PLACE_END, 0), lexeme.start)
        ):
            slot = slots[lexeme.start]
        if slot is None or (lexeme.start in used and lexeme.start not in known) or not _END.match(low, slot.after):
            close()
            continue
        if run and not _NEXT_PLACE.fullmatch(low, run[-1].after, lexeme.start):
            close()
        run.append(slot)
    close()
    found += more


_END = shape("headcounts", "place_end")
#: How far before the first place its lead-in may end, and how long it may be; in characters.
_LEAD_END, _LEAD = 60, 160


def _lead_in(reading: Reading, first: int) -> Noun | None:
    """Return the noun of the lead-in of a list: „Хранещи се по села към 1 октомври: Труд – 41, Рогош – 28“."""
    low = reading.low
    colon = low.rfind(":", max(first - _LEAD_END, 0), first)
    if colon < 0 or any(sign in low[colon:first] for sign in ".;!?"):
        return None
    start = max(colon - _LEAD, low.rfind("\n", 0, colon), low.rfind(". ", 0, colon), 0)
    return first_noun(low, start, colon)


def _parts(
    slots: Slots,
    following: list[tuple[int, Lexeme | None]],
    known: dict[int, Candidate],
    used: set[int],
    total: Candidate,
    stop: int,
) -> tuple[list[Slot], int, int]:
    """Collect the counts and bare numbers behind a total until they reach it: the bare ones, their sum, the end."""
    assert isinstance(total.value, Headcount)
    bare: list[Slot] = []
    added, parts, last = 0, 0, total.end
    for start, lexeme in following:
        if start >= stop or start - last > 60 or parts == 8:
            break
        if lexeme is None:
            value = known[start].value
            assert isinstance(value, Headcount)
            added, last = added + value.number, known[start].end
        else:
            if lexeme.start in used:
                continue
            slot = None if lexeme.lex is Lex.YEAR else slots[lexeme.start]
            if slot is None:
                break
            bare.append(slot)
            added, last = added + slot.number, slot.after
        parts += 1
        if added >= total.value.number:
            break
    return (bare, added, last) if parts > 1 else ([], 0, last)
