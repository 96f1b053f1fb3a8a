"""The health of each site: when it was last harvested well, what it gave against its band, which rule it fails.

``kubrat: failing (site-shrunk), 2 announcements of 10 to 40; replay: otchet harvest kubrat --dry-run`` is a card.
"""

import shlex
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.crawl_child import CrawlEnd
from flows.read_batch import BatchEnd
from flows.recipe import Recipe
from models.database import Database
from models.states import SiteState
from models.store import last_visit
from models.store_health import failing_addresses, first_fetch, kept_and_seen, new_announcements, unread_snapshots
from models.visit import Visit

#: The days of a month, by which new announcements are counted.
MONTH = 30
#: Settings that a crawl's message names when one of them ended it.
_NAMED = (
    "limits.requests",
    "limits.seconds",
    "backfill.requests",
    "backfill.seconds",
    "robots.txt",
    "OTCHET_CONTACT",
    "OTCHET_ARCHIVE",
    "canonical.host",
)
_MOST = 5


@dataclass(frozen=True, slots=True)
class Card:
    """One site's health.

    ``health`` is ``well``, ``in part`` (something was left out, ``rule`` says by what), ``failing`` (nothing of the
    last run is believed, or a month's yield is outside of its band), ``stale``, ``never`` harvested, or ``paused``.
    ``announcements`` are those that the lists of the last run showed, ``month`` the new ones of 30 days (None until
    the site has been harvested for that long); ``addresses`` gave nothing or cannot be read; ``replay`` are the
    commands to see it again.
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


def failing_rule(end: CrawlEnd, read: BatchEnd) -> str | None:
    """Name what left something out of a harvest of a site, or ended it; None where all was well."""
    message = end.message or ""
    if end.state == SiteState.DIED:
        return "process"
    for name in _NAMED:
        if name in message:
            return name
    if end.state == SiteState.FAILED:
        return "crawl"
    if read.missing:
        return "archive"
    if end.counts.get("failed") or end.counts.get("truncated"):
        return "addresses"
    if read.unreadable:
        return "unreadable"
    return None if end.state == SiteState.DONE else "crawl"


def card(database: Database, recipe: Recipe, at: datetime, home: str | None = None) -> Card:
    """Make a site's card as of a moment; ``home`` is where the commands have to look, None for the default."""
    name = recipe.name
    since = at - timedelta(days=MONTH)
    with database.reading() as session:
        last = last_visit(session, name)
        good = last_visit(session, name, good=True)
        began = first_fetch(session, name)
        month = new_announcements(session, name, since) if began and began <= since else None
        kept, seen = kept_and_seen(session, name)
        addresses = (*failing_addresses(session, name, _MOST), *unread_snapshots(session, name, _MOST))
    days = (at - good.ended_at).days if good else None
    health, rule, message = _health(recipe, last, month, days)
    return Card(
        site=name,
        municipality=recipe.municipality,
        health=health,
        state=last.state.value if last else None,
        last_run=last.ended_at if last else None,
        last_success=good.ended_at if good else None,
        days=days,
        announcements=last.shown if last else None,
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


def _health(
    recipe: Recipe, last: Visit | None, month: int | None, days: int | None
) -> tuple[str, str | None, str | None]:
    """Return a site's health, the rule that it is not well by, and what is told of it."""
    rule, message = (last.rule, last.message) if last else (None, None)
    if recipe.status == "paused":
        return "paused", rule, message
    if last is None:
        return "never", None, None
    if not last.good:
        return "failing", rule, message
    if days is None or days > recipe.band.days:
        told = f"{recipe.name}: no harvest went well for more than {recipe.band.days} days"
        return "stale", "expected.days", told
    if month is not None and recipe.band.month is not None:
        least, most = recipe.band.month
        if not least <= month <= most:
            told = f"{recipe.name}: {month} new announcements in {MONTH} days, expected {least} to {most}"
            return "failing", "expected.month_min" if month < least else "expected.month_max", told
    return "in part" if rule else "well", rule, message


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
