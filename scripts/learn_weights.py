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
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from weight_cases import (
    Case,
    Years,
    cases_of,
    cases_of_rules,
    links_of,
    people_of,
    phase_of,
    phases_of_rules,
    relevance_of,
    titles_of,
    years_of,
)

from corpus.gold import GoldDocument, documents
from corpus.passages import passages
from extractors.headcounts_weighed import MODEL as MODEL_OF_PEOPLE
from extractors.links_weighed import MODEL as LINK
from extractors.links_weighed import NONE
from extractors.phase import MODEL
from extractors.relevance_weighed import MODEL as RELEVANCE
from extractors.second_look import CUE, KINDS
from extractors.titles_weighed import MODEL as TITLES
from extractors.weights import SCALE, Weights
from extractors.years_weighed import MODEL as YEAR

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "extractors" / "lexicon" / "bg" / "weights.json"
SPLITS = ("dev", "demo")
FOLDS = 5
#: The themes of passages in whose names this stands have their links marked, the others have not.
LINKED = "people"
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
