"""``otchet harvest --dry-run``: what a harvest would fetch and keep, shown without storing anything."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flows.commands import site_places
from flows.commands.failure import ExitCode, complain
from flows.commands.output import emit, plain, say

if TYPE_CHECKING:
    from flows.recipe import Recipe

#: Addresses shown of those that would be fetched besides.
_SHOWN, _WORDS = 10, 5


def try_out(recipes: "Sequence[Recipe]", limit: int, *, as_json: bool) -> int:
    """Try sites out, one after the other, and say how that went: exit code 3 where one could not be looked at."""
    from flows.look_job import LookError, look

    failed = 0
    for recipe in recipes:
        told = ""  # the last thing that stood in the way
        try:
            for record in look(site_places.look_job(recipe=recipe, limit=limit)):
                if record["what"] == "problem" and not as_json:
                    told = record["message"]
                if as_json:
                    emit({"site": recipe.name, **record})
                else:
                    _tell(recipe.name, record)
        except LookError as error:
            failed += 1
            if str(error) != told:
                complain(f"{recipe.name}: {plain(str(error)).removeprefix(f'{recipe.name}: ')}", "otchet harvest")
    if not failed:
        return ExitCode.WELL
    return ExitCode.FAILED if failed == len(recipes) else ExitCode.IN_PART


def _tell(site: str, record: dict[str, Any]) -> None:
    what, address = record["what"], plain(record.get("address") or "")
    if what == "list":
        found = ", ".join(f"{count} {kind}s" for kind, count in record["links"].items()) or "nothing that is followed"
        say(f"{site}: {record['kind']} {address}: {found}")
    elif what == "page":
        for one in record["documents"]:
            _tell_document(site, address, one)
    elif what == "failed" and not record["supposed"]:
        say(f"{site}: failed {address}: {plain(record['reason'])}")
    elif what == "problem":
        complain(f"{site}: {plain(record['message'])}", "otchet harvest")
    elif what == "offer":
        _tell_offer(site, record)


def _tell_document(site: str, address: str, one: dict[str, Any]) -> None:
    where = f"{address} ({plain(one['part'])})" if one["part"] else address
    if one["verdict"] == "unreadable":
        say(f"{site}: unreadable {where}: {plain(one['reason'])}")
        return
    about = plain(one["title"] or "without a title")
    say(f"{site}: {one['verdict']} {where}: {about} · {one['published'] or 'no date'} · {one['figures']} figures")
    say(f"    {explained(one)}")


def explained(one: dict[str, Any]) -> str:
    """Say in one line why a document is kept or not: score and words."""
    if one["score"] is None:
        return "not weighed"
    words = ", ".join(f"{plain(word)} {weight:+g}" for word, weight in list(one["words"].items())[:_WORDS])
    by = {
        "code": "it names a project's code",
        "programme": f"it names „{plain(one['programme'] or '')}“",
        "paragraph": "a paragraph of it speaks of a project",
    }.get(one["by"], "")
    told = f"score {one['score']:g} of {one['bar']:g}" + (f", {by}" if by else "")
    return f"{told}: {words}" if words else f"{told}; no word for or against a project"


def _tell_offer(site: str, record: dict[str, Any]) -> None:
    ones = record["announcements"]
    left = [one for one in ones if not one["fetched"]]
    say(f"{site}: {len(ones)} announcements on the pages that were asked; nothing was stored.")
    for one in left[:_SHOWN]:
        title = f": {plain(one['title'])}" if one["title"] else ""
        say(f"    would be fetched: {plain(one['address'])}{title}")
    if len(left) > _SHOWN:
        say(f"    and {len(left) - _SHOWN} more.")
    for address in record["lists_left"][:_SHOWN]:
        say(f"    would be followed: {plain(address)}")
