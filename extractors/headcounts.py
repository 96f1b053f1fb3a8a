"""Headcounts: ``76 лични асистенти``, ``71 ЛА``, ``72-ма``, ``Потребители: 45``, ``капацитет 8 бр.``."""

import re
from bisect import bisect_right, insort
from decimal import Decimal
from typing import Any, NamedTuple

from extractors.candidate import Candidate
from extractors.headcounts_tables import explained_by_others
from extractors.lexer import Lex, Lexeme
from extractors.people import Noun, first_noun, is_people, noun_at, noun_before, noun_in
from extractors.reading import Reading
from extractors.words import shape, words
from models.document import Cell
from models.values import Headcount
from models.vocabulary import Bound, HeadUnit, Kind, head_unit

_ENDING = shape("headcounts", "ending")
_PIECES = shape("headcounts", "pieces")
_SPELLED = re.compile(r"[ ]*[/(][ ]*[^/()\d\n]{2,60}[/)]")
#: „седем /7/ социални асистенти“
_DIGITS = re.compile(r"[ ]*[/(][ ]*\d{1,4}[ ]*[/)]")
_PEOPLE_ENDING = shape("headcounts", "people_ending")
_JOINT = shape("headcounts", "joint")
_RANGES: dict[str, Any] = words("shapes")["ranges"]
_PERCENT = shape("headcounts", "percent")
_COLON_SIGNS = (":", "=", " -")
_COLON_END = re.compile(shape("headcounts", "colon").pattern + "$")
_AFTER_LABEL = shape("headcounts", "after_label")
_PEOPLE_WORDS = shape("headcounts", "people_words")


class _Slot(NamedTuple):
    """A number that may count people: where its digits end, and what stands between it and its noun."""

    lexeme: Lexeme
    number: int
    after: int


#: The slots of the numbers that nothing else uses, by their start; None where a number counts no people.
_Slots = dict[int, _Slot | None]


def find_headcounts(reading: Reading, used: set[int]) -> list[Candidate]:
    """Return the headcounts of a document; the number lexemes they use are added to ``used``."""
    low = reading.low
    numbers = [one for one in reading.numbers if one.start not in used]
    slots = {one.start: _slot(low, one) for one in numbers}
    found: list[Candidate] = []
    for index, lexeme in enumerate(numbers):
        if lexeme.start in used:
            continue
        slot = slots[lexeme.start]
        if slot is None:
            continue
        one = _noun_behind(reading, slot) or (None if lexeme.lex is Lex.YEAR else _noun_ahead(reading, slot))
        if one is None:
            continue
        found.append(one)
        used.add(lexeme.start)
        _range(low, numbers, slots, index, one, found, used)
    found.sort(key=lambda one: one.start)
    _understood(reading, numbers, slots, found, used)
    _adding_up(reading, numbers, slots, found, used)
    _distributed(reading, numbers, slots, found, used)
    for bare in list(explained_by_others(reading, numbers, found, used, _JOBS)):
        slot = slots[bare.lexeme.start]
        if slot is not None:
            used.add(bare.lexeme.start)
            found.append(_candidate(slot, slot.after, bare.role, "cells beside"))
    return sorted(found, key=lambda one: one.start)


def _slot(low: str, lexeme: Lexeme) -> _Slot | None:
    value = lexeme.value if isinstance(lexeme.value, Decimal) else Decimal(low[lexeme.start : lexeme.end])
    if lexeme.spelled and value == _HUNDRED and low[: lexeme.start].endswith(_PER_CENT):
        return None  # „71 на сто“
    if value != value.to_integral_value() or not 0 < value < 10_000_000:
        return None
    digits = low[lexeme.start : lexeme.end]
    if "," in digits or (lexeme.start and low[lexeme.start - 1] in "./"):
        return None
    after = lexeme.end
    if spelled := (_SPELLED.match(low, after) or (_DIGITS.match(low, after) if lexeme.spelled else None)):
        after = spelled.end()
    if ending := _ENDING.match(low, after):
        after = ending.end()
    if thousands := _THOUSANDS.match(low, after):
        # „9 хиляди посетители“; a sum of money has been read before.
        value, after = value * 1000, thousands.end()
    if _PERCENT.match(low, after):
        return None
    return _Slot(lexeme, int(value), after)


_HUNDRED = Decimal(100)
_PER_CENT: str = words("shapes")["headcounts"]["per_cent"]


def _candidate(slot: _Slot, end: int, role: str | None, rule: str, *, generic: bool = False) -> Candidate:
    unit = head_unit(role or "other")
    return Candidate(
        Kind.HEADCOUNT, slot.lexeme.start, end, Headcount(slot.number, unit), rule, role=role, generic=generic
    )


_JOBS = ("personal_assistants", "social_assistants", "home_helpers", "medical_staff", "staff")
_TOLD_GENERIC = shape("headcounts", "told_generic")
_UNDER_CAPACITY = shape("headcounts", "under_capacity")
_PREDICATE = shape("headcounts", "predicate")


def _noun_behind(reading: Reading, slot: _Slot) -> Candidate | None:
    """Find the noun right of the number, adjectives between: „76 нови лични асистенти“."""
    low = reading.low
    noun = noun_at(reading, slot.after)
    if noun is None and (pieces := _PIECES.match(low, slot.after)):
        noun = noun_at(reading, pieces.end())
        block = reading.block_at(slot.lexeme.start)
        start = block.start if block else 0
        if noun is None and _UNDER_CAPACITY.search(low, start, slot.lexeme.start):
            return _candidate(slot, pieces.end(), "capacity", "capacity in pieces")
    if noun is None:
        predicate = _PREDICATE.match(low, slot.after)
        told = noun_at(reading, predicate.end()) if predicate and not reading.cell_at(slot.lexeme.start) else None
        if told is not None and told.role not in ("thing", "generic"):
            return _candidate(slot, slot.after, told.role, "noun told of them")
        if told is not None and told.role == "generic" and _TOLD_GENERIC.match(low, told.start):
            return _candidate(slot, slot.after, None, "noun told of them", generic=True)
        whole = shape("headcounts", "of_them").match(low, slot.after)
        told = noun_at(reading, whole.end()) if whole else None
        if told is not None and told.role not in ("thing", "generic"):
            return _candidate(slot, slot.after, told.role, "some of them")
        if _PEOPLE_ENDING.match(low, slot.lexeme.end) or (
            slot.lexeme.spelled and _PEOPLE_WORDS.search(low, slot.lexeme.start, slot.lexeme.end)
        ):
            return _candidate(slot, slot.after, None, "people by ending", generic=True)
        return None
    if noun.role == "thing" or (slot.lexeme.spelled and slot.number == 1 and noun.role not in _JOBS):
        return None  # „за един потребител“ counts nobody
    before = low[max(slot.lexeme.start - 50, 0) : slot.lexeme.start]
    if noun.role in _HOUSED and shape("headcounts", "capacity_for").search(before):
        return _candidate(slot, noun.end, "capacity", "capacity for people")
    if noun.role == "capacity" and slot.number < _PLACES and shape("headcounts", "in_places").search(before):
        return None
    if noun.role == "generic":
        return _candidate(slot, noun.end, None, "people", generic=True)
    return _candidate(slot, noun.end, noun.role, "noun behind")


_HOUSED = ("generic", "children", "elderly", "people_with_disabilities", "users", "participants")
#: „на две места“ says where, „на 20 места“ may say for how many.
_PLACES = 4


def _noun_ahead(reading: Reading, slot: _Slot) -> Candidate | None:
    """Find the noun left of the number: „Потребители: 45“, „капацитет 30“, or the header of its column."""
    low = reading.low
    cell = reading.cell_at(slot.lexeme.start)
    if cell is not None:
        return _under_header(reading, slot, cell)
    place = slot.lexeme.start
    ahead = shape("headcounts", "capacity_ahead").search(low[max(place - 40, 0) : place])
    if ahead and shape("headcounts", "capacity_behind").match(low[slot.after : slot.after + 5]):
        return _candidate(slot, slot.after, "capacity", "noun ahead")
    block = reading.block_at(place)
    floor = max(block.start if block else 0, place - 120)
    label = low[floor:place]
    line = label.rfind("\n") + 1
    bracket = _IN_BRACKETS.search(label) if "(" in label else None
    if bracket and low[slot.after : slot.after + 3].lstrip(" бр").startswith((")", ".)")):
        # „– озеленител (6);“, „самотни стари хора (62) и хора с увреждания (14)“
        noun = noun_before(reading, floor + bracket.start())
        if noun is not None and noun.role != "generic":
            return _labelled(slot, noun)
    if not _AFTER_LABEL.match(low, slot.after):
        return None
    colon = _COLON_END.search(label[line:]) if any(sign in label for sign in _COLON_SIGNS) else None
    if colon:
        noun = noun_before(reading, floor + line + colon.start())
        if noun is None and block and block.start >= floor:
            noun = first_noun(low, floor + line, floor + line + colon.start())
        return _labelled(slot, noun)
    copula = _COPULA.search(label)
    if copula and not shape("headcounts", "count_between").search(label[copula.start() :]):
        counted = _NUMBER_OF.search(label, 0, copula.start())
        noun = noun_before(reading, floor + copula.start())
        if noun is None and counted:
            noun = first_noun(low, floor + counted.end(), floor + copula.start())
        return _labelled(slot, noun)
    grows = _GROWS_FROM.search(label) if _TO_ANOTHER.match(low, slot.after) else None
    if grows:
        start = floor + grows.start()
        noun = first_noun(low, floor + grows.start("what"), floor + grows.end("what")) if grows["what"] else None
        return _labelled(slot, noun or noun_before(reading, start) or first_noun(low, max(start - 60, floor), start))
    return None


def _labelled(slot: _Slot, noun: Noun | None) -> Candidate | None:
    if noun is None or noun.role == "thing":
        return None
    if noun.role == "generic":
        return _candidate(slot, slot.after, None, "noun ahead", generic=True)
    return _candidate(slot, slot.after, noun.role, "noun ahead")


_IN_BRACKETS = shape("headcounts", "in_brackets")
_THOUSANDS = shape("headcounts", "thousands")
_COPULA = shape("headcounts", "copula")
_NUMBER_OF = shape("headcounts", "number_of")
_GROWS_FROM = shape("headcounts", "grows_from")
_TO_ANOTHER = re.compile(r" на \d")
_NUMBERING = shape("headcounts", "numbering")


def _under_header(reading: Reading, slot: _Slot, cell: Cell) -> Candidate | None:
    """Read a bare number in a table cell by the headers of its column and row."""
    if reading.low[cell.start : slot.lexeme.start].strip() or reading.low[slot.after : cell.end].strip(" .бр"):
        return None
    roles = []
    for header in cell.headers:
        if _NUMBERING.match(header.strip()) and len(header.strip()) < 8:
            return None
        role = noun_in(header.lower())
        if role == "thing":
            return None
        if role is not None:
            roles.append(role)
    if not roles:
        return None
    # „Домашен помощник | 84“ under „Назначени“: the named job says more than the column.
    job = roles[-1] if roles[-1] in _JOBS and roles[0] in (*_JOBS, "generic", "applicants") else None
    specific = next((one for one in roles if one != "generic"), roles[0])
    role = job if job and job != "staff" else specific
    generic = role == "generic"
    return _candidate(slot, slot.after, None if generic else role, "column header", generic=generic)


def _range(
    low: str, numbers: list[Lexeme], slots: _Slots, index: int, one: Candidate, found: list[Candidate], used: set[int]
) -> None:
    """Give the number before „до“, a dash or „на“ the noun behind the next: „от 10 до 15 души“."""
    if index == 0 or (before := numbers[index - 1]).start in used or before.lex is Lex.YEAR:
        return
    joint = low[before.end : one.start]
    whole = _OUT_OF.fullmatch(joint)
    if not (whole or _JOINT.fullmatch(joint)) or not isinstance(before.value, Decimal):
        return
    lead = low[max(before.start - 7, 0) : before.start]
    word = joint.strip()
    if word in _RANGES["and"] and not (word == _RANGES["and"][0] and lead.endswith(_RANGES["between"])):
        return
    if word in _RANGES["to"] and not lead.endswith(_RANGES["from"]):
        return
    slot = slots[before.start]
    if slot is None:
        return
    first = Candidate(
        Kind.HEADCOUNT,
        before.start,
        before.end,
        Headcount(slot.number, _unit(one)),
        "range",
        role=one.role,
        generic=one.generic,
    )
    if whole and slot.number >= _count(one):
        return
    used.add(before.start)
    found.append(first)
    if not whole and word not in _RANGES["grown"]:
        first.bound, one.bound = Bound.AT_LEAST, Bound.AT_MOST


def _count(one: Candidate) -> int:
    assert isinstance(one.value, Headcount)
    return one.value.number


def _unit(one: Candidate) -> HeadUnit:
    assert isinstance(one.value, Headcount)
    return one.value.of


_UNDERSTOOD = shape("headcounts", "understood")
_OF_WHICH = shape("headcounts", "of_which")
_STOP = shape("headcounts", "stop")


def _understood(reading: Reading, numbers: list[Lexeme], slots: _Slots, found: list[Candidate], used: set[int]) -> None:
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
            one = _candidate(slot, slot.after, grown.role, "noun understood", generic=grown.generic)
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
        found.insert(index + 1, _candidate(slot, slot.after, nearest.role, "noun understood", generic=nearest.generic))


def _is_bare(low: str, lexeme: Lexeme, slot: _Slot) -> bool:
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
_OUT_OF = shape("headcounts", "out_of")
_GROWN = shape("headcounts", "grown")


def _adding_up(reading: Reading, numbers: list[Lexeme], slots: _Slots, found: list[Candidate], used: set[int]) -> None:
    """Take bare numbers that add up to the count before them: „120 потребители – 75 в града и 45 в селата“.

    A part may have a noun of its own: „418 домакинства: 265 избраха пелети, 121 – климатици, и 32 семейства – газ“.
    """
    counted = {one.start: one for one in found}
    ends: list[tuple[int, Lexeme | None]] = [(one.start, None) for one in found]
    ends += [(one.start, one) for one in numbers]
    ends.sort(key=lambda row: row[0])
    starts = [start for start, _ in ends]
    more: list[Candidate] = []
    for total in found:
        sentence = reading.sentence_at(total.start)
        if sentence is None or not isinstance(total.value, Headcount) or total.value.number < 3:
            continue
        parts, added, last = _parts(
            slots, ends[bisect_right(starts, total.start) :], counted, used, total, sentence.end
        )
        if parts and added == total.value.number and last - total.end < 400:
            used.update(one.lexeme.start for one in parts)
            more += [_candidate(one, one.after, total.role, "adds up", generic=total.generic) for one in parts]
    found += more


#: How many places must be told before numbers behind them are taken for people: „Труд – 64, Рогош – 41, Маноле – 38“.
_PLACES_TOLD = 3
#: How far from the number the end of a place's name is looked for, in characters.
_PLACE_END = 6
_PLACE = shape("headcounts", "place")
_NEXT_PLACE = shape("headcounts", "next_place")


def _distributed(
    reading: Reading, numbers: list[Lexeme], slots: _Slots, found: list[Candidate], used: set[int]
) -> None:
    """Take the counts of a list of places, courses or schools behind a count that names the people."""
    low = reading.low
    starts = [one.start for one in found]
    run: list[_Slot] = []
    counted: dict[int, Candidate] = {one.start: one for one in found}
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
                if one.lexeme.start not in used and one.lexeme.start not in counted:
                    used.add(one.lexeme.start)
                    generic = role == "generic"
                    told = None if generic else role
                    more.append(_candidate(one, one.after, told, "noun understood", generic=generic))
        run.clear()

    for lexeme in numbers:
        slot = None
        if (
            lexeme.lex is Lex.NUMBER
            and not reading.cell_at(lexeme.start)
            and _PLACE.search(low, max(lexeme.start - _PLACE_END, 0), lexeme.start)
        ):
            slot = slots[lexeme.start]
        if slot is None or (lexeme.start in used and lexeme.start not in counted) or not _END.match(low, slot.after):
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
    slots: _Slots,
    following: list[tuple[int, Lexeme | None]],
    counted: dict[int, Candidate],
    used: set[int],
    total: Candidate,
    stop: int,
) -> tuple[list[_Slot], int, int]:
    """Collect the counts and bare numbers behind a total until they reach it: the bare ones, their sum, the end."""
    assert isinstance(total.value, Headcount)
    bare: list[_Slot] = []
    added, parts, last = 0, 0, total.end
    for start, lexeme in following:
        if start >= stop or start - last > 60 or parts == 8:
            break
        if lexeme is None:
            value = counted[start].value
            assert isinstance(value, Headcount)
            added, last = added + value.number, counted[start].end
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
