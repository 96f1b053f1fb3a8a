"""Weights that the gold taught: linear models, one a question, kept as data in ``lexicon/<language>/weights.json``.

Fitted by ``scripts/learn_weights.py`` (multinomial logistic regression); read here, weighed here, explained where used.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain

import numpy as np

from extractors.words import LANGUAGE


class Weights:
    """The model of one question: its answers, and for each feature what it adds to each of them."""

    def __init__(self, roles: Sequence[str], table: Mapping[str, Sequence[float]]) -> None:
        self.roles = tuple(roles)
        self.table = table
        # The first row stands for nothing, so that there is always one to add.
        self._places = {name: place for place, name in enumerate(table, start=1)}
        every = chain([0.0] * len(self.roles), chain.from_iterable(table.values()))
        self._rows = np.fromiter(every, np.float64).reshape(-1, len(self.roles))

    def add(self, names: Iterable[str]) -> list[float]:
        """Return what features, each as loud as 1, add to each role."""
        places = [0, *filter(None, map(self._places.get, names))]
        told: list[float] = self._rows.take(places, axis=0).sum(axis=0).tolist()
        return told

    def weigh(self, louder: Mapping[str, float], *begun: Sequence[float]) -> list[float]:
        """Return the probability of each role, in the order of ``roles``.

        ``louder`` says how loud each feature is; ``begun`` is what others have added before.
        """
        rows = list(begun)
        for name, value in louder.items():
            if (row := self.table.get(name)) is not None:
                rows.append([weight * value for weight in row])
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
    return {name: Weights(model["roles"], model["features"]) for name, model in told.items()}
