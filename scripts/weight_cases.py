"""What the gold, the tests and the passages say of each question that weights are learned for: cases to learn from."""

import sys
import tomllib
from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from corpus.gold import GoldDocument
from corpus.passages import Passage
from corpus.score import match
from extractors.amounts import find_amounts
from extractors.cue_places import CuePlaces
from extractors.dates import DateParts
from extractors.datings import find_stamp
from extractors.durations import find_durations
from extractors.headcounts import find_headcounts, named
from extractors.headcounts_slots import counted, slot_of
from extractors.headcounts_weighed import MODEL as MODEL_OF_PEOPLE
from extractors.headcounts_weighed import PEOPLE, Bare
from extractors.links_weighed import MODEL as LINK
from extractors.links_weighed import NONE, PART, SUBSET, Pairs
from extractors.phase import MODEL, tell_phase
from extractors.phase import features as phase_features
from extractors.read_text import read_text
from extractors.reading import read_over
from extractors.relevance import Relevance
from extractors.relevance_weighed import ELSE, FUNDED
from extractors.relevance_weighed import MODEL as RELEVANCE
from extractors.relevance_weighed import features as relevance_features
from extractors.second_look import all_features
from extractors.steps import Work, check, find, place, role
from extractors.titles import plain
from extractors.titles_weighed import MODEL as TITLES
from extractors.titles_weighed import NO_TITLE, TITLE, Names
from extractors.weights import Weights
from extractors.years import TOLD, year_by_rules
from extractors.years_weighed import Undated
from models.document import Document
from models.figure import Figure
from models.vocabulary import Kind

ROOT = Path(__file__).resolve().parents[1]

#: Counts that rules take without a noun beside them: to learn from they are as bare as those that no rule takes.
WITHOUT_NOUN = {"people by ending", "some of them", "noun told of them"}
NOBODY = "nobody"
#: How often a case of the tests of phases counts.
OFTEN = 3

#: What is known of the values of a text, by kind and start: the features, and the role that the cues told.
Known = dict[tuple[Kind, int], tuple[dict[str, float], str]]


@dataclass(frozen=True)
class Case:
    """One answer of the gold: which question it is to, what is known, what cues alone say, what is right."""

    document: str
    question: str
    features: dict[str, float]
    cued: str
    gold: str


def cases_of(one: GoldDocument | Passage) -> list[Case]:
    """Read a gold document or a passage with the cues alone, and pair what is found with what is right."""
    known, figures = read_by_cues(one.text, _published(one))
    return [
        Case(one.id, str(gold.kind), *known[gold.kind, found.start], gold.role)
        for gold, found in match(one.figures, figures).pairs
        if (gold.kind, found.start) in known
    ]


def _published(one: GoldDocument | Passage) -> date | None:
    return one.published if isinstance(one, GoldDocument) else None


def cases_of_rules() -> list[Case]:
    """Read the sentences that the tests of roles hold: what is promised there is learned too."""
    cases = []
    for case in tomllib.loads((ROOT / "tests" / "cases" / "roles.toml").read_text("utf-8"))["case"]:
        known, figures = read_by_cues(case["text"], None)
        told = [one for one in figures if one.kind not in (Kind.PROJECT_ID, Kind.PROCEDURE_ID)]
        for figure, (_quote, right_role, _project) in zip(told, case["found"], strict=True):
            if (figure.kind, figure.start) in known:
                cases.append(Case(case["name"], str(figure.kind), *known[figure.kind, figure.start], right_role))
    return cases


def phases_of_rules() -> list[Case]:
    """Read the short announcements that the tests of phases hold; a few lines have to be enough, so they count more."""
    cases = []
    for case in tomllib.loads((ROOT / "tests" / "cases" / "phase.toml").read_text("utf-8"))["case"]:
        title = case.get("title")
        document = Document(case["text"], title=title)
        text = f"{title}\n{case['text']}" if title else case["text"]
        figures = read_by_cues(text, None)[1]
        for told in (figures, []) if figures else (figures,):
            known = phase_features(document, told)
            cases += [Case(case["name"], MODEL, known, case["phase"], case["phase"])] * OFTEN
    return cases


def read_by_cues(text: str, published: date | None) -> tuple[Known, list[Figure]]:
    """Read a text with the cues alone: what is known of each value (features, role of the cues), and the figures."""
    work = Work(read_over(read_text(text)), published, models={})
    for step in (find, role):
        step(work)
    known = {
        (candidate.kind, candidate.start): (known_of_it.features(), candidate.cued or "other")
        for candidate, known_of_it in all_features(work.reading, work.candidates, work.published, named=True)
    }
    for step in (place, check):
        step(work)
    return known, work.figures


def phase_of(one: GoldDocument) -> Case:
    """Return the phase of a gold document as a case; its figures are those of the gold."""
    document = replace(read_text(one.text, published=one.published), title=one.title)
    known = phase_features(document, one.figures)
    return Case(one.id, MODEL, known, str(tell_phase(document, one.figures)), str(one.phase))


@dataclass(frozen=True)
class Years:
    """A day without a year: the features of each year to choose from, which is right, which the rules say."""

    document: str
    choices: list[list[str]]
    right: int
    ruled: int | None


def relevance_of(gold: Sequence[GoldDocument]) -> list[Case]:
    """Return whether each document has figures; those without are few, and count as much as all others together."""
    cases = []
    for one in gold:
        known = relevance_features(read_over(read_text(one.text)).words.texts)
        answer = FUNDED if one.figures else ELSE
        cases.append(Case(one.id, RELEVANCE, known, answer, answer))
    seldom = [case for case in cases if case.gold == ELSE]
    return cases + seldom * (len(cases) // max(len(seldom), 1) - 1)


def titles_of(one: GoldDocument) -> list[Case]:
    """Return the names in quotes of a gold document, and which of them are projects'.

    One whose projects have codes says nothing: there the gold calls them by these.
    """
    if any(figure.kind is Kind.PROJECT_ID for figure in one.figures):
        return []
    known = Names(read_over(read_text(one.text)))
    right_ones = {plain(figure.project) for figure in one.figures if figure.project}
    cases = []
    for name in known.listed:
        answer = TITLE if plain(name.title) in right_ones else NO_TITLE
        ruled = TITLE if any(start == name.start for start, _ in known.ruled) else NO_TITLE
        cases.append(Case(one.id, TITLES, dict.fromkeys(known.features(name), 1.0), ruled, answer))
    return cases


def years_of(one: GoldDocument) -> list[Years]:
    """Return the days of a gold document whose words leave their year out."""
    reading = read_over(read_text(one.text))
    stamp = find_stamp(reading)
    published = one.published or (stamp[0] if stamp else None)
    wanted = {figure.start: figure.value for figure in one.figures if figure.kind is Kind.DATE}
    lexemes = [lexeme for lexeme in reading.lexemes if lexeme.lex in TOLD]
    others = Undated(reading, lexemes, published)
    found = []
    for index, lexeme in enumerate(lexemes):
        parts = lexeme.value
        if not isinstance(parts, DateParts) or parts.dated or parts.relative is not None or parts.same:
            continue
        ruled = year_by_rules(reading, lexemes, index, parts, published)
        choices = list(others.choices(index, ruled))
        values = [choice.value for choice in choices]
        if (want := wanted.get(lexeme.start)) in values:
            place = values.index(ruled) if ruled in values else None
            others.tell(lexeme, want)
            found.append(Years(one.id, [choice.features for choice in choices], values.index(want), place))
    return found


def people_of(one: GoldDocument | Passage) -> list[Case]:
    """Return the numbers of a gold document or passage without a noun of their own, and whether they count people.

    What stands to the left is taken as the gold has it. The cues' word is that of the rules for such numbers.
    """
    reading = read_over(read_text(one.text))
    relevance = Relevance(reading, CuePlaces(reading))
    page = relevance.is_relevant()
    _, used = find_amounts(reading)
    find_durations(reading, used)
    ruled = {count.start for count in find_headcounts(reading, used.copy())}
    numbers = [number for number in reading.numbers if number.start not in used]
    slots = {number.start: slot_of(reading.low, number) for number in numbers}
    found = named(reading, numbers, slots, used)
    elided = {count.start for count in found if count.rule in WITHOUT_NOUN}
    found = [count for count in found if count.start not in elided]
    gold = {figure.start: figure for figure in one.figures if figure.kind is Kind.HEADCOUNT}
    bare, cases = Bare(reading), []
    for slot in slots.values():
        if slot is None or (slot.lexeme.start in used and slot.lexeme.start not in elided):
            continue
        if not relevance.is_read(reading.block_index(slot.lexeme.start), page=page):
            continue  # what is found there is dropped, be it what it may
        if not bare.is_near(slot, found):
            continue
        features = dict.fromkeys(bare.features(slot, found), 1.0)
        figure = gold.get(slot.lexeme.start)
        answers = [PEOPLE if figure else NOBODY, PEOPLE if slot.lexeme.start in ruled else NOBODY]
        cases.append(Case(one.id, MODEL_OF_PEOPLE, features, answers[1], answers[0]))
        if figure is not None:
            insort(found, counted(slot, slot.after, figure.role, MODEL_OF_PEOPLE), key=lambda each: each.start)
    return cases


def links_of(one: GoldDocument | Passage, models: Mapping[str, Weights]) -> list[Case]:
    """Return the pairs of a part and a whole that may be, of the figures that are found, and what links them."""
    work = Work(read_over(read_text(one.text)), _published(one), models=models)
    for step in (find, role, place):
        step(work)
    check(work)
    pairs = Pairs(work.reading, work.candidates)
    found = {(gold.kind, gold.start): figure.start for gold, figure in match(one.figures, work.figures).pairs}
    links: dict[tuple[Kind, int], tuple[int, str]] = {}
    for gold in one.figures:
        for name in (PART, SUBSET):
            whole = found.get((gold.kind, getattr(gold.attributes, name) or -1))
            if whole is not None and (gold.kind, gold.start) in found:
                links[gold.kind, found[gold.kind, gold.start]] = whole, name
    cases = []
    for part, wholes in pairs.by_part():
        whole, name = links.get((part.kind, part.start), (None, NONE))
        alone = pairs.alone(part, "part")
        for pair in wholes:
            told = dict.fromkeys([*alone, *pairs.alone(pair.whole, "whole"), *pair.told], 1.0)
            cases.append(Case(one.id, LINK, told, NONE, name if pair.whole.start == whole else NONE))
    return cases
