"""Fit the weights of roles and of the phase on the gold of ``dev`` and ``demo``; ``test`` is not opened.

Run after cues or gold have changed: ``.venv/bin/python scripts/learn_weights.py``. Prints what the weights bring on
documents left out in turn (five folds), then writes ``extractors/lexicon/bg/weights.json``. The same gold and rules
give the same file.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from corpus.gold import GoldDocument, documents
from corpus.score import match
from extractors.phase import MODEL, tell_phase
from extractors.phase import features as phase_features
from extractors.read_text import read_text
from extractors.reading import read_over
from extractors.second_look import KINDS, features
from extractors.steps import Work, check, find, place, role
from extractors.weights import Weights
from models.vocabulary import Kind

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "extractors" / "lexicon" / "bg" / "weights.json"
SPLITS = ("dev", "demo")
FOLDS = 5
#: The strength of the penalty on large weights, and how often a feature must be seen.
PENALTY = 1.0
SEEN = 2
#: Weights smaller than this say nothing.
LEAST = 0.04


@dataclass(frozen=True)
class Case:
    """One answer of the gold: which question it is to, what is known, what cues alone say, what is right."""

    document: str
    question: str
    features: dict[str, float]
    cued: str
    gold: str


def cases_of(one: GoldDocument) -> list[Case]:
    """Read a gold document with the cues alone, and pair what is found with what is right."""
    work = Work(read_over(read_text(one.text)), one.published, models={})
    for step in (find, role, place, check):
        step(work)
    last: dict[Kind, object] = {}
    known = {}
    for candidate in work.candidates:
        if candidate.kind in KINDS:
            if candidate.cued is not None and not candidate.certain:
                kept, candidate.role = candidate.role, candidate.cued
                known[candidate.kind, candidate.start] = features(work.reading, candidate, last.get(candidate.kind))
                candidate.role = kept
            if candidate.cued is not None:
                last[candidate.kind] = candidate
    return [
        Case(one.id, str(gold.kind), known[gold.kind, found.start], found.role, gold.role)
        for gold, found in match(one.figures, work.figures).pairs
        if (gold.kind, found.start) in known
    ]


def phase_of(one: GoldDocument) -> Case:
    """Return the phase of a gold document as a case; its figures are those of the gold."""
    document = replace(read_text(one.text, published=one.published), title=one.title)
    known = phase_features(document, one.figures)
    return Case(one.id, MODEL, known, str(tell_phase(document, one.figures)), str(one.phase))


def fit(cases: Sequence[Case]) -> Weights:
    """Fit a multinomial logistic regression with an L2 penalty, by gradient steps of falling size (Adagrad)."""
    roles = sorted({case.gold for case in cases})
    seen = Counter(name for case in cases for name in case.features)
    names = sorted(name for name, count in seen.items() if count >= SEEN)
    place = {name: index for index, name in enumerate(names)}
    matrix = np.zeros((len(cases), len(names)), dtype=np.float32)
    for row, case in enumerate(cases):
        for name, value in case.features.items():
            if name in place:
                matrix[row, place[name]] = value
    wanted = np.zeros((len(cases), len(roles)), dtype=np.float32)
    wanted[range(len(cases)), [roles.index(case.gold) for case in cases]] = 1
    table = np.zeros((len(names), len(roles)), dtype=np.float32)
    squares = np.full_like(table, 1e-6)
    for _ in range(500):
        scores = matrix @ table
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        told = raised / raised.sum(axis=1, keepdims=True)
        slope = matrix.T @ (told - wanted) + PENALTY * table
        squares += slope**2
        table -= 0.3 * slope / np.sqrt(squares)
    return Weights(
        tuple(roles),
        {
            name: [round(float(weight), 2) if abs(weight) >= LEAST else 0.0 for weight in table[row]]
            for name, row in place.items()
        },
    )


def right(model: Weights, cases: Sequence[Case]) -> int:
    """Count the cases whose role a model tells."""
    told = (model.weigh(case.features) for case in cases)
    return sum(model.roles[one.index(max(one))] == case.gold for one, case in zip(told, cases, strict=True))


def main() -> int:
    """Fit, tell, write."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--dry-run", action="store_true", help="measure on documents left out, write nothing")
    options = asked.parse_args()
    gold = [one for split in SPLITS for one in documents(split)]
    cases = [case for one in gold for case in [*cases_of(one), phase_of(one)]]
    learned = {}
    for question in (*map(str, KINDS), MODEL):
        own = [case for case in cases if case.question == question]
        names = sorted({case.document for case in own})
        fold = {name: index % FOLDS for index, name in enumerate(names)}
        good = 0
        for number in range(FOLDS):
            model = fit([case for case in own if fold[case.document] != number])
            good += right(model, [case for case in own if fold[case.document] == number])
        told = f"{question}: {len(own)} cases; right on documents left out {good / len(own):.3f}"
        if question != MODEL:
            told += f", by the cues alone {sum(case.cued == case.gold for case in own) / len(own):.3f}"
        print(told)
        learned[question] = fit(own)
    if not options.dry_run:
        told = {
            question: {
                "roles": list(model.roles),
                "features": {
                    name: {index: weight for index, weight in enumerate(row) if weight}
                    for name, row in sorted(model.table.items())
                    if any(row)
                },
            }
            for question, model in learned.items()
        }
        TARGET.write_text(json.dumps(told, ensure_ascii=False, indent=0, sort_keys=True) + "\n", "utf-8")
        print(f"written: {TARGET.relative_to(ROOT)}, {TARGET.stat().st_size // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
