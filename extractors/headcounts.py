"""Headcounts: ``76 лични асистенти``, ``71 ЛА``, ``72-ма``, ``Потребители: 45``, ``капацитет 8 бр.``."""

import re
from decimal import Decimal
from typing import Any

from extractors.candidate import Candidate
from extractors.headcounts_slots import Slot, Slots, counted, slot_of
from extractors.headcounts_tables import explained_by_others
from extractors.headcounts_understood import adding_up, distributed, understood
from extractors.headcounts_weighed import weighed
from extractors.lexer import Lex, Lexeme
from extractors.people import Noun, first_noun, noun_at, noun_before, noun_in
from extractors.reading import Reading
from extractors.weights import Weights
from extractors.words import shape, words
from models.document import Cell
from models.values import Headcount
from models.vocabulary import Bound, HeadUnit, Kind

_PIECES = shape("headcounts", "pieces")
_PEOPLE_ENDING = shape("headcounts", "people_ending")
_JOINT = shape("headcounts", "joint")
_RANGES: dict[str, Any] = words("shapes")["ranges"]
_COLON_SIGNS = (":", "=", " -")
_COLON_END = re.compile(shape("headcounts", "colon").pattern + "$")
_AFTER_LABEL = shape("headcounts", "after_label")
_PEOPLE_WORDS = shape("headcounts", "people_words")
_OUT_OF = shape("headcounts", "out_of")


def find_headcounts(reading: Reading, used: set[int], model: Weights | None = None) -> list[Candidate]:
    """Return the headcounts of a document; the number lexemes they use are added to ``used``.

    ``model`` weighs the numbers that no rule takes; without it they are left.
    """
    low = reading.low
    numbers = [one for one in reading.numbers if one.start not in used]
    slots = {one.start: slot_of(low, one) for one in numbers}
    found = named(reading, numbers, slots, used)
    understood(reading, numbers, slots, found, used)
    adding_up(reading, numbers, slots, found, used)
    distributed(reading, numbers, slots, found, used)
    for bare in list(explained_by_others(reading, numbers, found, used, _JOBS)):
        slot = slots[bare.lexeme.start]
        if slot is not None:
            used.add(bare.lexeme.start)
            found.append(counted(slot, slot.after, bare.role, "cells beside"))
    found.sort(key=lambda one: one.start)
    if model is not None:
        weighed(reading, [slot for slot in slots.values() if slot is not None], found, used, model)
    return found


def named(reading: Reading, numbers: list[Lexeme], slots: Slots, used: set[int]) -> list[Candidate]:
    """Return the counts whose noun stands beside them, by place; their lexemes are added to ``used``."""
    low = reading.low
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
    return found


_JOBS = ("personal_assistants", "social_assistants", "home_helpers", "medical_staff", "staff")
_TOLD_GENERIC = shape("headcounts", "told_generic")
_UNDER_CAPACITY = shape("headcounts", "under_capacity")
_PREDICATE = shape("headcounts", "predicate")


def _noun_behind(reading: Reading, slot: Slot) -> Candidate | None:
    """Find the noun right of the number, adjectives between: „76 нови лични асистенти“."""
    low = reading.low
    noun = noun_at(reading, slot.after)
    if noun is None and (pieces := _PIECES.match(low, slot.after)):
        noun = noun_at(reading, pieces.end())
        block = reading.block_at(slot.lexeme.start)
        start = block.start if block else 0
        if noun is None and _UNDER_CAPACITY.search(low, start, slot.lexeme.start):
            return counted(slot, pieces.end(), "capacity", "capacity in pieces")
    if noun is None:
        predicate = _PREDICATE.match(low, slot.after)
        told = noun_at(reading, predicate.end()) if predicate and not reading.cell_at(slot.lexeme.start) else None
        if told is not None and told.role not in ("thing", "generic"):
            return counted(slot, slot.after, told.role, "noun told of them")
        if told is not None and told.role == "generic" and _TOLD_GENERIC.match(low, told.start):
            return counted(slot, slot.after, None, "noun told of them", generic=True)
        whole = shape("headcounts", "of_them").match(low, slot.after)
        told = noun_at(reading, whole.end()) if whole else None
        if told is not None and told.role not in ("thing", "generic"):
            return counted(slot, slot.after, told.role, "some of them")
        if _PEOPLE_ENDING.match(low, slot.lexeme.end) or (
            slot.lexeme.spelled and _PEOPLE_WORDS.search(low, slot.lexeme.start, slot.lexeme.end)
        ):
            return counted(slot, slot.after, None, "people by ending", generic=True)
        return None
    if noun.role == "thing" or (slot.lexeme.spelled and slot.number == 1 and noun.role not in _JOBS):
        return None  # „за един потребител“ counts nobody
    before = low[max(slot.lexeme.start - 50, 0) : slot.lexeme.start]
    if shape("headcounts", "of_a_town").search(before):
        return None
    if noun.role in _HOUSED and shape("headcounts", "capacity_for").search(before):
        return counted(slot, noun.end, "capacity", "capacity for people")
    if noun.role == "capacity" and slot.number < _PLACES and shape("headcounts", "in_places").search(before):
        return None
    if noun.role == "generic":
        return counted(slot, noun.end, None, "people", generic=True)
    return counted(slot, noun.end, noun.role, "noun behind")


_HOUSED = ("generic", "children", "elderly", "people_with_disabilities", "users", "participants")
#: „на две места“ says where, „на 20 места“ may say for how many.
_PLACES = 4


def _noun_ahead(reading: Reading, slot: Slot) -> Candidate | None:
    """Find the noun left of the number: „Потребители: 45“, „капацитет 30“, or the header of its column."""
    low = reading.low
    cell = reading.cell_at(slot.lexeme.start)
    if cell is not None:
        return _under_header(reading, slot, cell)
    place = slot.lexeme.start
    ahead = shape("headcounts", "capacity_ahead").search(low[max(place - 40, 0) : place])
    if ahead and shape("headcounts", "capacity_behind").match(low[slot.after : slot.after + 5]):
        return counted(slot, slot.after, "capacity", "noun ahead")
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
        told = _NUMBER_OF.search(label, 0, copula.start())
        noun = noun_before(reading, floor + copula.start())
        if noun is None and told:
            noun = first_noun(low, floor + told.end(), floor + copula.start())
        return _labelled(slot, noun)
    grows = _GROWS_FROM.search(label) if _TO_ANOTHER.match(low, slot.after) else None
    if grows:
        start = floor + grows.start()
        noun = first_noun(low, floor + grows.start("what"), floor + grows.end("what")) if grows["what"] else None
        return _labelled(slot, noun or noun_before(reading, start) or first_noun(low, max(start - 60, floor), start))
    return None


def _labelled(slot: Slot, noun: Noun | None) -> Candidate | None:
    if noun is None or noun.role == "thing":
        return None
    if noun.role == "generic":
        return counted(slot, slot.after, None, "noun ahead", generic=True)
    return counted(slot, slot.after, noun.role, "noun ahead")


_IN_BRACKETS = shape("headcounts", "in_brackets")
_COPULA = shape("headcounts", "copula")
_NUMBER_OF = shape("headcounts", "number_of")
_GROWS_FROM = shape("headcounts", "grows_from")
_TO_ANOTHER = re.compile(r" на \d")
_NUMBERING = shape("headcounts", "numbering")


def _under_header(reading: Reading, slot: Slot, cell: Cell) -> Candidate | None:
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
    return counted(slot, slot.after, None if generic else role, "column header", generic=generic)


def _range(
    low: str, numbers: list[Lexeme], slots: Slots, index: int, one: Candidate, found: list[Candidate], used: set[int]
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
    if whole and slot.number >= one.size:
        return
    used.add(before.start)
    found.append(first)
    if not whole and word not in _RANGES["grown"]:
        first.bound, one.bound = Bound.AT_LEAST, Bound.AT_MOST


def _unit(one: Candidate) -> HeadUnit:
    assert isinstance(one.value, Headcount)
    return one.value.of
