"""Which of the documents of a snapshot are kept, and which are only remembered as seen."""

from collections.abc import Sequence

from extractors.keeping import Weighed
from flows.recipe import Keep, Recipe
from models.figure import Figure
from models.records import Reading, Seen
from models.states import State


def divide(recipe: Recipe, readings: Sequence[tuple[Reading, Weighed | None]]) -> tuple[list[Reading], list[Seen]]:
    """Divide what was read of a snapshot, and weighed, into announcements and pages that were only seen.

    What has figures speaks of a project, and what cannot be read or weighed cannot be judged: both are kept.
    """
    kept: list[Reading] = []
    seen: list[Seen] = []
    for one, weighed in readings:
        if weighed is None or one.state is not State.READ or is_kept(recipe.keep, weighed, one.figures):
            kept.append(one)
        else:
            document = one.document
            seen.append(Seen(document.part, document.title, weighed.score, weighed.bar, weighed.words))
    return kept, seen


def is_kept(keep: Keep, weighed: Weighed | None, figures: Sequence[Figure]) -> bool:
    """Say whether a document that was read is kept: by its words, its figures, or because the recipe keeps all."""
    return weighed is None or weighed.is_kept or keep is Keep.ALL or bool(figures)
