"""``otchet evaluate``: how the extractors do on the gold documents, against the pinned floors."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.failure import CommandError, ExitCode, UsageError
from flows.commands.options import Json
from flows.commands.output import columns, emit, progress, remark, say

if TYPE_CHECKING:
    from corpus.score import Score, Tally
    from flows.evaluate import Evaluation


def evaluate(
    split: Annotated[str | None, typer.Option(help="Only this part of the corpus (demo, dev, test).")] = None,
    as_json: Json = False,
    pin: Annotated[bool, typer.Option("--pin", help="Write what is measured as the new floors.")] = False,
    lower: Annotated[
        bool, typer.Option("--lower", help="With --pin: let a floor sink. Say why in the changelog.")
    ] = False,
) -> None:
    """Score the extractors on the gold documents: precision, recall and F1 by kind and role, bounds and projects.

    Exit code 1 where a measure lies below its floor in corpus/baseline.json, or where the documents are not those that
    the floors are of.

    Example: otchet evaluate --split demo
    """
    from flows import evaluate as gate

    if lower and not pin:
        raise UsageError("--lower goes with --pin")
    with progress("Scoring") as meter:
        result = gate.evaluate(split, lambda done, total: meter(done, total))
    if not result.splits:
        raise UsageError(f"there is no split {split!r} in the corpus")
    if as_json:
        for name, score in result.splits.items():
            emit(_record(name, score, result))
    else:
        for name, score in result.splits.items():
            _tell(name, score, result)
    if pin:
        sunk = gate.pin(result, lower=lower)
        if sunk and not lower:
            raise CommandError("a floor would sink: " + "; ".join(sunk) + ". If that is meant, add --lower.")
        remark("otchet evaluate: the floors are pinned in corpus/baseline.json")
        return
    if result.problems:
        for problem in result.problems:
            remark(f"otchet evaluate: {problem}")
        raise typer.Exit(ExitCode.FAILED)


def _record(name: str, score: "Score", result: "Evaluation") -> dict[str, object]:
    return {
        "split": name,
        "documents": score.documents,
        "negatives": score.negatives,
        "negatives_with_figures": score.negatives_with_figures,
        "abstained": score.abstained,
        "measures": result.measures(name),
        "value": _numbers(score.value),
        "with_role": _numbers(score.role),
        "kinds": {kind: _numbers(one) for kind, one in sorted(score.kinds.items())},
        "roles": {role: _numbers(one) for role, one in sorted(score.roles.items())},
        "bounds": {str(bound): _numbers(one) for bound, one in sorted(score.bound_of.items())},
        "project": _numbers(score.project),
        "links": {name: _numbers(one) for name, one in sorted(score.links.items())},
        "abstained_other": score.abstained_other,
        "digest": result.digest,
        "dateparser_calls": result.dateparser_calls,
        "problems": list(result.problems),
    }


def _numbers(one: "Tally") -> dict[str, float]:
    return {
        "gold": one.gold,
        "found": one.found,
        "right": one.right,
        "precision": round(one.precision, 4),
        "recall": round(one.recall, 4),
        "f1": round(one.f1, 4),
    }


def _tell(name: str, score: "Score", result: "Evaluation") -> None:
    say(f"{name}: {score.documents} documents, {score.negatives} of them without figures")
    rows = [("by kind and value", score.value), ("with role", score.role)]
    rows += [(f"  {kind}", one) for kind, one in sorted(score.kinds.items())]
    rows += [(f"    {role}", one) for role, one in sorted(score.roles.items())]
    rows += [(f"  bound {bound}", one) for bound, one in sorted(score.bound_of.items())]
    rows += [("  project", score.project)]
    rows += [(f"  link {name}", one) for name, one in sorted(score.links.items())]
    columns(
        [
            (label, str(one.gold), str(one.found), f"{one.precision:.3f}", f"{one.recall:.3f}", f"{one.f1:.3f}")
            for label, one in rows
        ],
        ("", "gold", "found", "P", "R", "F1"),
    )
    say(
        f"bounds {score.bounds:.3f}, projects {score.projects:.3f} of the matched; {score.abstained} abstained "
        f"({score.abstained_other} of them truly other); "
        f"{score.negatives_with_figures} negative documents with figures; "
        f"dateparser served {result.dateparser_calls} times"
    )
