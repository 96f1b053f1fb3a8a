"""The health of each site: when it was last harvested well, what it gave against its band, which rule it fails.

``kubrat: failing (expected.min), 2 announcements of 10 to 40; replay: otchet harvest kubrat --dry-run`` is a card.
"""

import shlex
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.crawl_child import CrawlEnd
from flows.read_batch import BatchEnd
from flows.recipe import Recipe
from models.database import Database
from models.records import Visit
from models.states import VisitState
from models.store import get_address
from models.store_visits import (
    failing_addresses,
    first_fetch,
    kept_and_seen,
    last_visit,
    new_announcements,
    unread_snapshots,
)

#: The days of a month, by which new announcements are counted.
MONTH = 30
_WELL = (VisitState.DONE, VisitState.PARTIAL)
#: Settings that a crawl's message names when one of them ended it.
_NAMED = ("limits.requests", "limits.seconds", "robots.txt", "OTCHET_CONTACT", "OTCHET_ARCHIVE", "canonical.host")
_MOST = 5


@dataclass(frozen=True, slots=True)
class Card:
    """One site's health.

    ``health`` is ``well``, ``failing`` (``rule`` says by which rule), ``stale``, ``never`` harvested, or ``paused``.
    ``announcements`` are those of the last run, ``month`` the new ones of 30 days (None until the site has been
    harvested for that long); ``addresses`` gave nothing or cannot be read; ``replay`` are the commands to see it again.
    """

    site: str
    municipality: str | None
    health: str
    state: str | None
    last_run: datetime | None
    last_success: datetime | None
    days: int | None
    announcements: int | None
    run_band: tuple[int, int]
    month: int | None
    month_band: tuple[int, int] | None
    kept: int
    seen: int
    rule: str | None
    message: str | None
    addresses: tuple[tuple[str, str], ...]
    replay: tuple[str, ...]


def failing_rule(recipe: Recipe, end: CrawlEnd, read: BatchEnd) -> str | None:
    """Name the rule by which a harvest of a site was not well, None where all was well."""
    message = end.message or ""
    least, most = recipe.expected
    if end.state in ("died", "busy"):
        return "process" if end.state == "died" else "lock"
    if end.state == "failed" and "expected" in message and not least <= end.announcements <= most:
        return "expected.min" if end.announcements < least else "expected.max"
    for name in _NAMED:
        if name in message:
            return name
    if end.state == "failed":
        return "crawl"
    if read.missing:
        return "archive"
    if end.counts.get("failed"):
        return "addresses"
    if read.unreadable:
        return "unreadable"
    return None if end.state == "done" else "crawl"


def canary_problem(database: Database, recipe: Recipe) -> str | None:
    """Say what is wrong with the page that must always be there, None where nothing is or the recipe names none."""
    if recipe.canary is None:
        return None
    with database.reading() as session:
        known = get_address(session, recipe.canary)
        unread = dict(unread_snapshots(session, recipe.name, 1000))
    if known is None:
        return f"{recipe.name}: the canary {recipe.canary} was never asked"
    if known.error or known.sha256 is None:
        return f"{recipe.name}: the canary {recipe.canary} gave nothing ({known.error or 'it moved'})"
    if recipe.canary in unread:
        return f"{recipe.name}: the canary cannot be read: {unread[recipe.canary]}"
    return None


def card(database: Database, recipe: Recipe, at: datetime, home: str | None = None) -> Card:
    """Make a site's card as of a moment; ``home`` is where the commands have to look, None for the default."""
    name = recipe.name
    since = at - timedelta(days=MONTH)
    with database.reading() as session:
        last = last_visit(session, name)
        good = last_visit(session, name, *_WELL)
        began = first_fetch(session, name)
        month = new_announcements(session, name, since) if began and began <= since else None
        kept, seen = kept_and_seen(session, name)
        addresses = (*failing_addresses(session, name, _MOST), *unread_snapshots(session, name, _MOST))
    days = (at - good.ended_at).days if good else None
    rule, message = _failure(recipe, last, month)
    if recipe.status == "paused":
        health = "paused"
    elif last is None:
        health = "never"
    elif rule is not None:
        health = "failing"
    elif days is None or days > recipe.band.days:
        health, rule = "stale", "expected.days"
        message = f"{name}: no harvest went well for more than {recipe.band.days} days"
    else:
        health = "well"
    return Card(
        site=name,
        municipality=recipe.municipality,
        health=health,
        state=last.state.value if last else None,
        last_run=last.ended_at if last else None,
        last_success=good.ended_at if good else None,
        days=days,
        announcements=last.announcements if last else None,
        run_band=recipe.band.run,
        month=month,
        month_band=recipe.band.month,
        kept=kept,
        seen=seen,
        rule=rule,
        message=message,
        addresses=addresses,
        replay=_replay(name, rule, addresses, home) if health != "well" else (),
    )


def _failure(recipe: Recipe, last: Visit | None, month: int | None) -> tuple[str | None, str | None]:
    if last is not None and last.rule is not None:
        return last.rule, last.message
    if month is None or recipe.band.month is None:
        return None, None
    least, most = recipe.band.month
    if least <= month <= most:
        return None, None
    rule = "expected.month_min" if month < least else "expected.month_max"
    return rule, f"{recipe.name}: {month} new announcements in {MONTH} days, expected {least} to {most}"


def _replay(site: str, rule: str | None, addresses: tuple[tuple[str, str], ...], home: str | None) -> tuple[str, ...]:
    where = f" --home {shlex.quote(home)}" if home else ""
    if rule == "unreadable" and addresses:
        return (
            f"otchet sites record {site} {shlex.quote(addresses[-1][0])} --from-archive{where}",
            f"otchet sites check {site}{where}",
        )
    if rule in (None, "expected.days", "process", "lock", "archive", "OTCHET_CONTACT", "OTCHET_ARCHIVE"):
        return (f"otchet harvest {site}{where}",)
    return (f"otchet harvest {site} --dry-run --limit {_MOST}{where}",)
