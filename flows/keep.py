"""Which of the documents of a snapshot are kept, and which are only remembered as seen."""

import logging
from collections.abc import Sequence

from extractors.keeping import Weighed, weigh
from flows.recipe import Keep, Recipe
from models.records import Reading, Seen
from models.states import State

_log = logging.getLogger(__name__)


def divide(recipe: Recipe, readings: Sequence[Reading]) -> tuple[list[Reading], list[Seen]]:
    """Divide what was read of a snapshot into announcements and pages that were only seen.

    What has figures speaks of a project, and what cannot be read cannot be judged: both are kept.
    """
    kept: list[Reading] = []
    seen: list[Seen] = []
    for one in readings:
        weighed = None if is_kept_unweighed(recipe, one) else _weigh(one)
        if weighed is None or weighed.is_kept:
            kept.append(one)
        else:
            document = one.document
            seen.append(Seen(document.part, document.title, weighed.score, weighed.bar, weighed.words))
    return kept, seen


def is_kept_unweighed(recipe: Recipe, reading: Reading) -> bool:
    """Say whether a document is kept whatever its words weigh."""
    return recipe.keep is Keep.ALL or reading.state is not State.READ or bool(reading.figures)


def _weigh(reading: Reading) -> Weighed | None:
    try:
        return weigh(reading.document)
    # A page that the words cannot be weighed of is kept: whoever looks at it decides better than nobody.
    except Exception:  # noqa: BLE001
        _log.exception("a page cannot be weighed: %s", reading.document.title)
        return None
