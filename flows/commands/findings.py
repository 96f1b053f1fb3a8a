"""``otchet findings [SITE…]``: what a person should look at, newest first, each with what to do."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.database import opened
from flows.commands.failure import CommandError, UsageError
from flows.commands.options import Json
from flows.commands.output import emit, say, styled

if TYPE_CHECKING:
    from models.store import FoundFinding

#: What to do about findings whose own words do not say it, by kind.
_DO = {
    "fetch": "Try the address in a browser; the next harvest asks again.",
    "unreadable": "Open the address; a later version of the reader tries again by itself.",
    "archive": "Bring the archive's file back from a copy; the next harvest reads it.",
}
_MARKS = {"error": "red", "warning": "yellow", "note": "dim"}


def findings(
    sites: Annotated[
        list[str] | None, typer.Argument(metavar="SITE", help="Sites by name; without any, all of them.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also those that hold no longer, and notes, which need nobody.")
    ] = False,
    atom: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the sites' open failures as an Atom feed instead.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List open findings, newest first: what, where, why and what to do. They close by themselves once they are void.

    With --json, one object a line: {"kind", "severity", "site", "subject", "message", "do", "open", "first_seen",
    "changed_at"}. With --atom a feed for a feed reader, as the page's /findings.atom: failures of whole sites only.

    Example: otchet findings kubrat --all
    """
    from models.masking import mask
    from models.store import list_findings, visited_sites

    if atom is not None and (everything or as_json):
        raise UsageError("--atom goes with neither --all nor --json.")
    with opened() as database, database.reading() as session:
        known = visited_sites(session)
        found = list_findings(session, sites or (), resolved=everything, notes=everything)
        for site in sites or ():
            if site not in known and not any(one.site == site for one in found):
                raise UsageError(f"nothing is known of {site!r}: no harvest has looked at it. See: otchet sites")
        if atom is not None:
            from web.feed import failures_feed
            from web.language import language

            data = failures_feed(session, language("en"), sites or ())
    if atom is not None:
        try:
            atom.write_bytes(data)
        except OSError as error:
            raise CommandError(f"{atom}: {error.strerror}. Name another file.") from error
        return
    for one in found:
        if as_json:
            emit(_record(one, mask(one.finding.message)))
        else:
            _say(one, mask(one.finding.message))
    if not found and not as_json:
        say("No findings." if everything else "No open findings.")


def _record(one: "FoundFinding", message: str) -> dict[str, Any]:
    finding = one.finding
    return {
        "kind": finding.kind,
        "severity": finding.severity.value,
        "site": one.site,
        "subject": finding.subject,
        "message": message,
        "do": _do(one),
        "open": not one.resolved,
        "first_seen": one.first_seen.isoformat().replace("+00:00", "Z"),
        "changed_at": one.changed_at.isoformat().replace("+00:00", "Z"),
    }


def _do(one: "FoundFinding") -> str | None:
    """Return what to do about a finding; nothing about a note."""
    return None if one.finding.severity.value == "note" else _DO.get(one.finding.kind)


def _say(one: "FoundFinding", message: str) -> None:
    from models.settings import in_sofia

    finding = one.finding
    since = f"closed {in_sofia(one.changed_at)}" if one.resolved else f"since {in_sofia(one.changed_at)}"
    mark = "dim" if one.resolved else _MARKS[finding.severity.value]
    of = f"{one.site}: " if one.site and not message.startswith(f"{one.site}: ") else ""
    say(styled((finding.severity.value, mark), f" {of}{message}", (f"  ({finding.kind}, {since})", "dim")))
    if do := _do(one):
        say(styled("  ", (do, "dim")))
