"""Fit the weights of roles, links and phases on the gold of ``dev`` and ``demo`` and on the passages.

``test`` is not opened.

Run after cues or gold have changed: ``.venv/bin/uv run --with 'scikit-learn>=1.7,<2' scripts/learn_weights.py``
(nothing else needs that library). Prints what the weights bring on documents left out in turn (five folds), then writes
``extractors/lexicon/bg/weights.json``. The same gold and rules give the same file.
"""

import argparse
import json
import re
import sys
import tomllib
from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from corpus.gold import GoldDocument, documents
from corpus.passages import Passage, passages
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
from extractors.second_look import CUE, KINDS, all_features
from extractors.steps import Work, check, find, place, role
from extractors.titles import plain
from extractors.titles_weighed import MODEL as TITLES
from extractors.titles_weighed import NO_TITLE, TITLE, Names
from extractors.weights import SCALE, Weights
from extractors.years import TOLD, year_by_rules
from extractors.years_weighed import MODEL as YEAR
from extractors.years_weighed import Undated
from models.document import Document
from models.figure import Figure
from models.vocabulary import Kind

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "extractors" / "lexicon" / "bg" / "weights.json"
SPLITS = ("dev", "demo")
FOLDS = 5
#: The strength of the penalty on large weights, and how often a feature must be seen (each case counts twice).
PENALTY = 2.0
SEEN = 6
#: What a figure of a passage counts beside one of a document: it says what words mean, not how often they are said.
PASSAGES = 0.4
#: What a case counts when it is learned without its cues.
BLIND = 0.7
#: Weights smaller than this say nothing.
LEAST = 0.08
#: The same penalty for the links of parts to wholes: a pair is one of many, and seldom right.
LINKS_PENALTY = 7.0
#: The penalty on the weights of years, and how many steps their fit takes.
YEARS_PENALTY, STEPS = 4.0, 300
#: How loud a feature is while it is learned, by how its name begins; the others are 1. What is further off, and what
#: many names share, is bent more to zero. The scale is part of the weight that is written.
LOUDNESS = {
    "head ": 0.3,
    "over ": 0.4,
    "sentence ": 0.4,
    "in left ": 0.6,
    "in right ": 0.6,
    "short ": 0.6,
    "clause ": 0.5,
    "means ": 0.4,
}

#: Counts that rules take without a noun beside them: to learn from they are as bare as those that no rule takes.
WITHOUT_NOUN = {"people by ending", "some of them", "noun told of them"}
NOBODY = "nobody"
#: The themes of passages in whose names this stands have their links marked, the others have not.
LINKED = "people"

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


def fit_years(cases: Sequence[Years]) -> Weights:
    """Fit a conditional logit with an L2 penalty by gradient descent with steps of their own (AdaGrad)."""
    vectorizer = DictVectorizer(dtype=np.float64)
    matrix = vectorizer.fit_transform([dict.fromkeys(choice, 1.0) for case in cases for choice in case.choices])
    kept = np.asarray((matrix != 0).sum(axis=0)).ravel() >= SEEN
    matrix, names = matrix[:, kept], np.asarray(vectorizer.feature_names_)[kept]
    sizes = [len(case.choices) for case in cases]
    first = np.cumsum([0, *sizes[:-1]])
    wanted = np.zeros(matrix.shape[0])
    wanted[first + [case.right for case in cases]] = 1
    weight, steps = np.zeros(len(names)), np.zeros(len(names))
    for _ in range(STEPS):
        scores = matrix @ weight
        told = np.exp(scores - np.repeat(np.maximum.reduceat(scores, first), sizes))
        told /= np.repeat(np.add.reduceat(told, first), sizes)
        slope = YEARS_PENALTY * weight + matrix.T @ (told - wanted)
        steps += slope * slope
        weight -= 0.5 * slope / np.sqrt(steps + 1e-8)
    table = {str(name): [round(float(one) * SCALE)] for name, one in zip(names, weight, strict=True)}
    return Weights((YEAR,), {name: row for name, row in table.items() if abs(row[0]) >= LEAST * SCALE})


def right_years(model: Weights, cases: Sequence[Years]) -> int:
    """Count the days whose year a model tells."""
    scores = ([model.add(one) for one in case.choices] for case in cases)
    return sum(one.index(max(one)) == case.right for one, case in zip(scores, cases, strict=True))


def learn_years(gold: Sequence[GoldDocument]) -> Weights:
    """Tell what the weights of years bring on documents left out, and fit them on all."""
    cases = [case for one in gold for case in years_of(one)]
    names = sorted({case.document for case in cases})
    fold = {name: index % FOLDS for index, name in enumerate(names)}
    good = 0
    for number in range(FOLDS):
        model = fit_years([case for case in cases if fold[case.document] != number])
        good += right_years(model, [case for case in cases if fold[case.document] == number])
    ruled = sum(case.ruled == case.right for case in cases) / len(cases)
    print(f"{YEAR}: {len(cases)} cases; right on documents left out {good / len(cases):.3f}, by the rules {ruled:.3f}")
    return fit_years(cases)


def fit(cases: Sequence[Case], beside: Sequence[Case] = (), penalty: float = PENALTY) -> Weights:
    """Fit a multinomial logistic regression with an L2 penalty; the cases ``beside`` count ``PASSAGES`` each.

    Each case is learned twice, the second time without what the cues say (``CUE``): the cues were made while looking at
    these documents, and are trusted less on others. Without that the model leans on them alone.
    """
    rows = [case.features for case in (*cases, *beside)]
    weight = [1.0] * len(cases) + [PASSAGES] * len(beside)
    blind = [{name: value for name, value in row.items() if not name.startswith(CUE)} for row in rows]
    weight += [BLIND * one for one in weight]
    wanted = [case.gold for case in (*cases, *beside)] * 2
    vectorizer = DictVectorizer(dtype=np.float64)
    matrix = vectorizer.fit_transform(rows + blind)
    kept = np.asarray((matrix != 0).sum(axis=0)).ravel() >= SEEN
    names = np.asarray(vectorizer.feature_names_)[kept]
    loud = {str(name): next((own for start, own in LOUDNESS.items() if name.startswith(start)), 1.0) for name in names}
    scaled = matrix[:, kept].multiply(np.asarray(list(loud.values()))).tocsr()
    model = LogisticRegression(C=1 / penalty, max_iter=400).fit(scaled, wanted, sample_weight=weight)
    # The constant term is a feature of its own, the one that every case has.
    weights, constant = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # one row, which speaks for the second answer alone
        weights, constant = np.vstack([np.zeros_like(weights), weights]), np.array([0.0, *constant])
    columns = dict(zip(loud, weights.T, strict=True))
    columns[""] = columns[""] + constant
    rounded = {
        name: [round(float(one) * loud[name] * SCALE) if abs(one) >= LEAST else 0 for one in row]
        for name, row in columns.items()
    }
    return Weights(tuple(map(str, model.classes_)), {name: row for name, row in rounded.items() if any(row)})


def right(model: Weights, cases: Sequence[Case]) -> int:
    """Count the cases whose role a model tells."""
    told = (model.weigh(case.features) for case in cases)
    return sum(model.roles[one.index(max(one))] == case.gold for one, case in zip(told, cases, strict=True))


def _lines(told: Mapping[str, Mapping[str, object]]) -> str:
    """Write JSON with a line for each feature, so that a new fit can be compared."""
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return re.sub(r'(\],|\{)(?=")', r"\1\n", text)


def main() -> int:
    """Fit, tell, write."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--dry-run", action="store_true", help="measure on documents left out, write nothing")
    options = asked.parse_args()
    gold = [one for split in SPLITS for one in documents(split)]
    cases = [case for one in gold for case in [*cases_of(one), phase_of(one), *people_of(one), *titles_of(one)]]
    cases += cases_of_rules() + phases_of_rules()
    short = passages()
    lines = [case for one in short for case in [*cases_of(one), *people_of(one)]]
    learned = {YEAR: learn_years(gold)}
    cases += relevance_of(gold)
    for question in (*map(str, KINDS), MODEL, MODEL_OF_PEOPLE, RELEVANCE, TITLES):
        own = [case for case in cases if case.question == question]
        names = sorted({case.document for case in own})
        fold = {name: index % FOLDS for index, name in enumerate(names)}
        beside = [case for case in lines if case.question == question]
        good = 0
        for number in range(FOLDS):
            model = fit([case for case in own if fold[case.document] != number], beside)
            good += right(model, [case for case in own if fold[case.document] == number])
        told = f"{question}: {len(own)} cases and {len(beside)} of passages; "
        told += f"right on documents left out {good / len(own):.3f}"
        if question not in (MODEL, RELEVANCE):
            told += f", by the cues alone {sum(case.cued == case.gold for case in own) / len(own):.3f}"
        print(told)
        learned[question] = fit(own, beside)
    linked = [case for one in [*gold, *(one for one in short if LINKED in one.id)] for case in links_of(one, learned)]
    learned[LINK] = fit(linked, penalty=LINKS_PENALTY)
    print(f"link: {len(linked)} cases, {sum(case.gold != NONE for case in linked)} of them links")
    if not options.dry_run:
        table = {
            question: {
                "roles": list(model.roles),
                "features": dict(model.table),
            }
            for question, model in learned.items()
        }
        TARGET.write_text(_lines(table) + "\n", "utf-8")
        print(f"written: {TARGET.relative_to(ROOT)}, {TARGET.stat().st_size // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
