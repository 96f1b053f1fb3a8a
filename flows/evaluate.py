"""The gate: the extractors' output on the gold documents against the floors of ``corpus/baseline.json``."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from corpus.gold import GoldDocument, digest, documents
from corpus.score import Score, match
from extractors import extract
from extractors.stamps import USE

#: The measures that have floors, as shares between 0 and 1.
MEASURES = ("value", "role", "bounds", "projects", "clean")


class BelowFloor(Exception):  # noqa: N818 -- what happened, not what class of thing
    """A measure lies below its pinned floor, or the corpus is another than the one that the floors are of."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The score of each split, the corpus' digest, and how often dateparser had to serve."""

    splits: dict[str, Score]
    digest: str
    dateparser_calls: int = 0
    problems: tuple[str, ...] = field(default=())

    def measures(self, split: str) -> dict[str, float]:
        """Return the measures of a split, rounded to four places."""
        score = self.splits[split]
        values = {
            "value": score.value.f1,
            "role": score.role.f1,
            "bounds": score.bounds,
            "projects": score.projects,
            # The share of the documents without any figure in which none was found.
            "clean": 1 - score.negatives_with_figures / score.negatives if score.negatives else 1.0,
        }
        return {name: round(value, 4) for name, value in values.items()}


def evaluate(split: str | None = None, seen: Callable[[int, int], None] | None = None) -> Evaluation:
    """Score the extractors on a split, or on every one; ``seen`` is told how many documents of how many are done."""
    gold = documents(split)
    splits: dict[str, Score] = {}
    before = USE.asked
    for number, one in enumerate(gold, start=1):
        splits.setdefault(one.split, Score()).add(match(one.figures, _found(one)))
        if seen is not None:
            seen(number, len(gold))
    result = Evaluation(splits, digest(), USE.asked - before)
    return Evaluation(result.splits, result.digest, result.dateparser_calls, tuple(_problems(result, split)))


def _found(one: GoldDocument) -> list[Any]:
    return list(extract(one.text, one.published))


def baseline() -> dict[str, Any]:
    """Return the pinned floors and the digest that they are of."""
    read: dict[str, Any] = json.loads(files("corpus").joinpath("baseline.json").read_text("utf-8"))
    return read


def _problems(result: Evaluation, split: str | None) -> list[str]:
    pinned = baseline()
    found = []
    if pinned["digest"] != result.digest:
        found.append("the gold documents are not those that the floors are of. Run: otchet evaluate --pin")
    for name, floors in pinned["floors"].items():
        if split is not None and name != split:
            continue
        if name not in result.splits:
            found.append(f"{name}: the split has floors and no documents")
            continue
        measured = result.measures(name)
        found += [
            f"{name}: {measure} is {measured[measure]:.4f}, its floor {floor:.4f}"
            for measure, floor in floors.items()
            if measured[measure] < floor
        ]
    return found


def pin(result: Evaluation, *, lower: bool) -> list[str]:
    """Write the measures as the new floors; return what would sink, and write nothing then unless ``lower``.

    A floor stands half a point below what was measured, so that a harmless change passes.
    """
    pinned = baseline()
    floors: dict[str, dict[str, float]] = dict(pinned["floors"])
    sinking = []
    for name in result.splits:
        measured = result.measures(name)
        old = floors.get(name, {})
        new = {measure: round(max(measured[measure] - 0.005, 0.0), 4) for measure in MEASURES}
        for measure, floor in new.items():
            if measured[measure] < old.get(measure, 0.0):
                sinking.append(f"{name}: {measure} {old[measure]:.4f} to {floor:.4f}")
            elif not lower:
                new[measure] = max(floor, old.get(measure, 0.0))
        floors[name] = new
    if sinking and not lower:
        return sinking
    path = Path(str(files("corpus").joinpath("baseline.json")))
    text = json.dumps({"digest": result.digest, "floors": floors}, indent=2, sort_keys=True) + "\n"
    path.write_text(text, "utf-8")
    return sinking
