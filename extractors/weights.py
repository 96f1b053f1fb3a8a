"""Weights that the gold taught: linear models, one a question, kept as data in ``lexicon/<language>/weights.json``.

Fitted by ``scripts/learn_weights.py`` (multinomial logistic regression); read here, weighed here, explained where used.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from extractors.words import LANGUAGE


@dataclass(frozen=True, slots=True)
class Weights:
    """The model of one question: its answers, and for each feature what it adds to each of them."""

    roles: tuple[str, ...]
    table: Mapping[str, Sequence[float]]

    def add(self, names: Iterable[str]) -> list[float]:
        """Return what features, each as loud as 1, add to each role."""
        rows = list(filter(None, map(self.table.get, names)))
        return [sum(column) for column in zip(*rows, strict=True)] or [0.0] * len(self.roles)

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


class _Numbers(dict[str, float]):
    """The numbers of a file by how they are written: each is made once, and all stay at hand when many are added."""

    def __missing__(self, text: str) -> float:
        self[text] = number = float(text)
        return number


@cache
def weights() -> Mapping[str, Weights]:
    """Load the learned weights; empty where the file is not there (before the first fit)."""
    source = files("extractors").joinpath("lexicon", LANGUAGE, "weights.json")
    if not source.is_file():
        return {}
    told = json.loads(source.read_text("utf-8"), parse_float=_Numbers().__getitem__)
    return {name: Weights(tuple(model["roles"]), model["features"]) for name, model in told.items()}
