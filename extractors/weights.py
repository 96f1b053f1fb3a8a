"""Weights that the gold taught: linear models, one a question, kept as data in ``lexicon/<language>/weights.json``.

Fitted by ``scripts/learn_weights.py`` (multinomial logistic regression); read here, weighed here, explained where used.

A row of weights is added up as one number: each role's hundredths have 32 bits of a long integer to themselves, so that
adding some sixty rows of ten weights is adding sixty numbers (five times as fast as column by column).
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from struct import Struct

from extractors.words import LANGUAGE

#: The weights are hundredths, and so is how loud a feature is.
SCALE = 100
_FIELD, _HALF = 32, 1 << 31
_KEPT = 200_000


class _Rows(dict[str, int]):
    """The packed rows of the features met so far; a feature that the table does not have adds nothing."""

    def __init__(self, table: Mapping[str, Sequence[int]]) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, name: str) -> int:
        if len(self) > _KEPT:
            self.clear()
        row = self._table.get(name, ())
        self[name] = packed = sum(weight << _FIELD * place for place, weight in enumerate(row) if weight)
        return packed


@dataclass(frozen=True)
class Weights:
    """The model of one question: its answers, and for each feature what it adds to each of them, in hundredths.

    ``kept`` is for packed sums that a caller has made and will ask for again, by a name of the caller's.
    """

    roles: tuple[str, ...]
    table: Mapping[str, Sequence[int]]
    kept: dict[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    @cached_property
    def _rows(self) -> _Rows:
        return _Rows(self.table)

    @cached_property
    def _form(self) -> Struct:
        return Struct(f"<{len(self.roles)}I")

    @cached_property
    def _middle(self) -> int:
        return sum(_HALF << _FIELD * place for place in range(len(self.roles)))

    def add(self, names: Iterable[str]) -> int:
        """Return what features, each as loud as 1, add to the roles: a packed sum, to be added to others."""
        return sum(map(self._rows.__getitem__, names))

    def scores(self, told: int) -> list[int]:
        """Return a packed sum role by role, in the order of ``roles``."""
        return [one - _HALF for one in self._form.unpack((told + self._middle).to_bytes(self._form.size, "little"))]

    def weigh(self, louder: Mapping[str, float], *begun: int) -> list[float]:
        """Return the probability of each role, in the order of ``roles``.

        ``louder`` says how loud each feature is; ``begun`` are packed sums that others have added before.
        """
        rows = self._rows
        told = sum(begun) * SCALE + sum(rows[name] * round(value * SCALE) for name, value in louder.items())
        return self.shares(told)

    def shares(self, told: int) -> list[float]:
        """Return the probability of each role by a packed sum of hundredths of hundredths."""
        scores = self.scores(told)
        top = max(scores)
        raised = [math.exp((score - top) / (SCALE * SCALE)) for score in scores]
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
