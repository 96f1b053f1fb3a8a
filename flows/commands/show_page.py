"""``otchet show ADDRESS``: why a page is kept as an announcement, or was only seen."""

from typing import TYPE_CHECKING, Any

from flows.commands import site_places
from flows.commands.database import opened
from flows.commands.failure import CommandError
from flows.commands.harvest_dry import explained
from flows.commands.output import emit, plain, say, styled

if TYPE_CHECKING:
    from flows.judge_page import Judged
    from flows.recipe import Recipe
    from models.records import Snapshot


def show_page(address: str, *, as_json: bool) -> None:
    """Tell of each content that an address had what was decided about it, and by which words."""
    from models.masking import mask_optional
    from models.settings import Settings
    from models.store import get_address, get_seen, get_snapshots

    recipes = _recipes()
    with opened() as database, database.reading() as session:
        wanted, recipe = _known_as(address, recipes)
        snapshots = get_snapshots(session, wanted)
        known = get_address(session, wanted)
        seen = {key for key, _ in get_seen(session, wanted)}
    if not snapshots:
        why = f" When last asked: {known.error}." if known and known.error else ""
        raise CommandError(f"nothing was ever had from {address}.{why} Look at its site with `otchet sites health`.")
    for snapshot in snapshots:
        is_current = known is not None and snapshot.sha256 == (known.good or known.sha256)
        for one in _judged(Settings.read(), snapshot, recipe):
            record = one.record() | {"title": mask_optional(one.title)}
            state = _state(snapshot, is_seen=snapshot.key in seen)
            if as_json:
                told: dict[str, Any] = {"address": wanted, "snapshot": snapshot.key, "fetched_at": snapshot.fetched_at}
                emit({**told, "is_current": is_current, "state": state, "document": record})
            else:
                _tell(wanted, snapshot, record, state, is_current=is_current)


def _state(snapshot: "Snapshot", *, is_seen: bool) -> str:
    if snapshot.listing:
        return "list"
    if snapshot.held:
        return "held"
    return "seen" if is_seen else "announcement"


def _recipes() -> "list[Recipe]":
    from flows.recipes import load_recipes

    return load_recipes(site_places.folder(), demonstration=bool(site_places.PORTS))[0]


def _known_as(address: str, recipes: "list[Recipe]") -> "tuple[str, Recipe | None]":
    """Return the address in its site's one form, and the site's recipe."""
    from flows.addresses import canonical_address

    for recipe in recipes:
        if (stored := recipe.address(address)) is not None:
            return stored, recipe
    return canonical_address(address) or address, None


def _judged(settings: Any, snapshot: "Snapshot", recipe: "Recipe | None") -> "list[Judged]":  # noqa: ANN401
    from flows.judge_page import Page, judge
    from models.archive import read_bytes

    body = read_bytes(settings, snapshot)
    return judge(Page(snapshot.address, body, snapshot.media_type, snapshot.charset, snapshot.fetched_at), recipe)


def _tell(address: str, snapshot: "Snapshot", record: dict[str, Any], state: str, *, is_current: bool) -> None:
    from models.settings import in_sofia

    states = {
        "announcement": "kept as an announcement",
        "seen": "only seen: it speaks of no project",
        "held": "held back: no run has shown it since that is believed (otchet findings)",
        "list": "a list that leads to announcements, and is none",
    }
    part = f" ({plain(record['part'])})" if record["part"] else ""
    when = f"  fetched {in_sofia(snapshot.fetched_at)}" + ("" if is_current else ", no longer on the page")
    say(styled((f"{plain(address)}{part}", "bold"), (when, "dim")))
    if record["verdict"] == "unreadable":
        say(f"  cannot be read: {plain(record['reason'])}")
        return
    say(f"  {plain(record['title'] or 'without a title')} · {record['published'] or 'no date'}")
    say(f"  {states[state]}; {record['figures']} figures; {explained(record)}")
