"""A recipe's canary: a page that never changes, so that a change of it is one of the site or of its reading.

Its title, its projects and its figures are compared with what the last good run saw, both as today's rules read them: a
better rule, a new menu or a visitor counter is no change.
"""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from flows.failures import Failure, Problem
from flows.guards import Measure
from flows.recipe import Recipe
from models.keys import content_key
from models.store import get_address, get_snapshot, load_figures
from models.tables import DocumentRow
from models.vocabulary import Kind

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Sung:
    """What a canary says: ``key`` of its snapshot, or why it cannot be compared."""

    key: str | None = None
    problem: Problem | None = None


def hear(session: Session, recipe: Recipe, run: str, measure: Measure, *, whole: bool) -> Sung:
    """Compare the canary as a run saw it with the last good one; one that was not there before is recorded."""
    last = measure.good.canary if measure.good else None
    if recipe.canary is None:
        return Sung()
    address = get_address(session, recipe.canary)
    if address is None or address.run != run:
        # A crawl that a limit cut short has not come to it.
        return Sung(last, _gone(recipe, "it was not asked") if whole else None)
    if address.error or address.gone_at or address.sha256 is None:
        if last is None and measure.good is not None and measure.good.accepted:
            return Sung()
        return Sung(None, _gone(recipe, address.error or f"the server answers {address.status}"))
    key = content_key(address.address, address.sha256)
    before = get_snapshot(session, last) if last else None
    if before is None or before.address != address.address or before.key == key:
        return Sung(key)
    changes = _changes(_says(session, before.key), _says(session, key))
    if not changes:
        return Sung(key)
    do = f"Look at {recipe.canary}: if it is read wrongly, mend selectors in {recipe.name}.toml (otchet sites check)"
    return Sung(key, Problem(Failure.CANARY, f"the canary {recipe.canary} changed: {'; '.join(changes)}", do))


def _gone(recipe: Recipe, why: str) -> Problem:
    do = f"Look at {recipe.canary} in a browser; name another page as canary in {recipe.name}.toml if it is gone"
    return Problem(Failure.CANARY, f"the canary {recipe.canary} is gone: {why}", do)


def _says(session: Session, snapshot: str) -> tuple[str, set[str]]:
    """Return title and values of a snapshot's documents; dates of no role pass, for pages show the day of the look."""
    title, values = "", set()
    rows = session.exec(
        select(DocumentRow.key, DocumentRow.title)
        .where(DocumentRow.snapshot == snapshot)
        .order_by(col(DocumentRow.key))
    )
    for key, said in rows.all():
        title = title or " ".join((said or "").split())
        for figure in load_figures(session, key):
            if figure.kind is not Kind.DATE or figure.role != "other":
                values.add(" ".join(filter(None, (figure.value_text, figure.unit))))
    return title, values


def _changes(before: tuple[str, set[str]], now: tuple[str, set[str]]) -> list[str]:
    changes = []
    if before[0].casefold() != now[0].casefold():
        changes.append(f"its title was „{before[0][:_LONGEST]}“ and is „{now[0][:_LONGEST]}“")
    for words, values in (("it no longer says", before[1] - now[1]), ("it now says", now[1] - before[1])):
        if values:
            some = sorted(values)[:3]
            more = f" and {len(values) - len(some)} more" if len(values) > len(some) else ""
            changes.append(f"{words} {', '.join(some)}{more}")
    return changes
