"""What a run of a site must show before it is believed: as many announcements as before, with titles, days, figures.

A list that shows 29 of 41 announcements has lost more than a quarter of them: nobody knows yet whether they were taken
down or the list's page was rebuilt, so what came waits until a person or a later run has decided.
"""

from dataclasses import dataclass

from flows.crawl_child import CrawlEnd
from flows.failures import Failure, Problem
from flows.recipe import Recipe
from models.visit import Tally, Visit

#: The share of what the last good run had that may be missing.
MOST_LOST = 0.25

#: Fields of a tally, of what they are a share, and in what words they are told.
_FIELDS = (
    ("kept", "announcements", "announcements speak of a project"),
    ("titled", "announcements", "announcements have a title of their own"),
    ("dated", "kept", "announcements have a day"),
    ("worded", "kept", "announcements have a text of their own"),
    ("figured", "kept", "announcements have figures"),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a site is measured against: its last good visit, and the last good one that no limit cut short."""

    good: Visit | None = None
    whole: Visit | None = None


def yield_wanted(recipe: Recipe, end: CrawlEnd, measure: Measure) -> tuple[int, str] | None:
    """Return how many announcements were expected and in what words, where this run shows too few or too many.

    A crawl that a limit cut short does not say how many there are; what a person accepted outranks the recipe.
    """
    if not end.whole:
        return None
    shown, last = end.announcements, measure.whole
    if last is not None and shown < last.shown * (1 - MOST_LOST):
        return last.shown, f"lists show {shown} of {last.shown} announcements"
    least, most = recipe.expected
    if least <= shown <= most or (last is not None and last.accepted and not least <= last.shown <= most):
        return None
    return least, f"lists show {shown} announcements, expected {least} to {most}"


def fields_lost(now: Tally, measure: Measure) -> list[str]:
    """Return in words which fields more than a quarter of the announcements lost since the last good run."""
    last = measure.whole or measure.good
    if last is None:
        return []
    lost = []
    for name, of, what in _FIELDS:
        had, before = getattr(last.tally, name), getattr(last.tally, of)
        has, there = getattr(now, name), getattr(now, of)
        usual = had / before * there if before else 0
        # One announcement among many without a day is no redesign.
        if has < usual * (1 - MOST_LOST) and (usual - has >= 2 or not has):
            lost.append(f"{has} of {there} {what} ({had} of {before} before)")
    return lost


def fields_problem(recipe: Recipe, lost: list[str], example: str | None) -> Problem:
    """Tell which fields were lost, and where that can be seen."""
    where = f"Look at {example}, mend" if example else "Mend"
    do = f"{where} selectors in {recipe.name}.toml (otchet sites check), and harvest again"
    return Problem(Failure.FIELDS, "; ".join(lost), do)
