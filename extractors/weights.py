"""Weights that the gold taught: linear models, one a question, kept as data in ``lexicon/<language>/weights.json``.

Fitted by ``scripts/learn_weights.py`` (multinomial logistic regression); read here, weighed here, explained where used.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from extractors.words import LANGUAGE


@dataclass(frozen=True, slots=True)
class Weights:
    """The model of one question: its answers, and for each feature what it adds to each of them."""

    roles: tuple[str, ...]
    table: Mapping[str, Sequence[float]]

    def weigh(self, features: Mapping[str, float]) -> list[float]:
        """Return the probability of each role, in the order of ``roles``."""
        table = self.table
        rows = [
            row if value == 1.0 else [weight * value for weight in row]
            for name, value in features.items()
            if (row := table.get(name)) is not None
        ]
        scores = [sum(column) for column in zip(*rows, strict=True)] or [0.0] * len(self.roles)
        top = max(scores)
        raised = [math.exp(score - top) for score in scores]
        total = sum(raised)
        return [one / total for one in raised]


@cache
def weights() -> Mapping[str, Weights]:
    """Load the learned weights; empty where the file is not there (before the first fit)."""
    source = files("extractors").joinpath("lexicon", LANGUAGE, "weights.json")
    if not source.is_file():
        return {}
    told = json.loads(source.read_text("utf-8"))
    return {name: Weights(tuple(model["roles"]), model["features"]) for name, model in told.items()}
