"""``otchet archive``: whether the archived bytes are whole, and pieces of it for other tools."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.database import opened
from flows.commands.failure import CommandError, ExitCode, UsageError, complain
from flows.commands.options import Json
from flows.commands.output import columns, emit, plain, progress, remark, say

if TYPE_CHECKING:
    from flows.archive_check import SiteCheck
    from flows.wacz import Piece
    from models.database import Database

archive = typer.Typer(no_args_is_help=True, help="The archive of fetched bytes: verify it, export pieces of it.")

#: How many troubles of a site are told to people; --json has all.
TOLD = 20


@archive.command()
def verify(
    sites: Annotated[
        list[str] | None, typer.Argument(metavar="SITE", help="Sites that were gathered; without any, all of them.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Read every archived record and compare it with what the database says: SHA-256, place, length, address.

    Exit code 3 where a record is missing or damaged. Orphaned records, which a killed run wrote and did not note, and
    files left open are told and are no harm. A page that is still on its site is archived anew by the next harvest.

    With --json, one object a site and line: {"site", "records", "whole", "missing", "damaged", "orphaned", "open",
    "files", "bytes", "troubles": [{"state", "file", "offset", "address", "reason"}]}.

    Example: otchet archive verify

    Example: otchet archive verify kubrat --json
    """
    from dataclasses import asdict

    from flows.archive_check import check_site, gathered_sites
    from models.settings import Settings

    settings = Settings.read()
    checks: list[SiteCheck] = []
    with opened() as database:
        known = gathered_sites(database, settings)
        chosen = list(dict.fromkeys(sites or known))
        for name in chosen:
            if name not in known:
                raise UsageError(f"nothing was gathered from a site called {name!r}. Known: {', '.join(known) or '—'}")
        done = 0
        with progress("verifying", sum(known[name] for name in chosen)) as meter:

            def tell() -> None:
                nonlocal done
                done += 1
                meter(done, what=f"verifying {name}")

            for name in chosen:
                check = check_site(database, settings, name, tell)
                checks.append(check)
                if as_json:
                    emit({**_numbers(check), "troubles": [asdict(one) for one in check.troubles]})
    if not as_json:
        _write(checks)
    lost = [one.site for one in checks if not one.is_sound]
    if lost:
        complain(
            f"records of {', '.join(lost)} are missing or damaged. Restore the files from a copy, or harvest again: "
            "pages that are still there are archived anew.",
            "otchet archive verify",
        )
    return ExitCode.IN_PART if lost else ExitCode.WELL


def _numbers(check: "SiteCheck") -> dict[str, str | int]:
    states: dict[str, str | int] = {state: check.count(state) for state in ("missing", "damaged", "orphaned", "open")}
    named: dict[str, str | int] = {"site": check.site, "records": check.records, "whole": check.whole}
    return named | states | {"files": check.files, "bytes": check.bytes}


def _write(checks: "list[SiteCheck]") -> None:
    if not checks:
        say("Nothing is archived yet.")
        return
    rows = [_numbers(one) for one in checks]
    columns([[str(value) for value in row.values()] for row in rows], list(rows[0]))
    for check in checks:
        for one in check.troubles[:TOLD]:
            at = f" at {one.offset}" if one.offset is not None else ""
            told = one.reason if one.file in one.reason else f"{one.file}{at}: {one.reason}"
            remark(plain(f"{check.site}: {one.state}: {told}"))
        if len(check.troubles) > TOLD:
            remark(f"{check.site}: and {len(check.troubles) - TOLD} more; --json tells all.")


@archive.command()
def export(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The WACZ file; not there yet.")],
    project: Annotated[str, typer.Option(metavar="ID", help="A project, as `otchet show` takes it.")] = "",
    query: Annotated[str, typer.Option(metavar="TEXT", help="Words, as `otchet search` takes them.")] = "",
    site: Annotated[str, typer.Option(metavar="NAME", help="A site that was gathered, whole.")] = "",
    as_json: Json = False,
) -> int:
    """Write the archived pages and files of a project, a search or a site as one WACZ file.

    It opens in ReplayWeb.page and with other tools for web archives. The records are those of the archive, byte for
    byte, so personal numbers in them are not covered. Exit code 3 where a record is missing or damaged and left out.

    With --json: {"file", "bytes", "records", "pages", "left_out": [REASON]}.

    Example: otchet archive export --project BG05M9OP001-2.002-0003 -o project.wacz
    """
    from flows.wacz import write_wacz
    from models.settings import Settings

    given = [text for text in (project, query, site) if text.strip()]
    if len(given) != 1:
        raise UsageError("give one of --project, --query and --site. See: otchet archive export --help")
    if output.exists():
        raise UsageError(f"{output} is there already and is not written over. Name another file.")
    if not output.absolute().parent.is_dir():
        raise UsageError(f"{output.absolute().parent} is no folder. Make it, or name another file.")
    with opened() as database:
        title, pieces = _chosen(database, project.strip(), query.strip(), site.strip())
    done = 0
    with progress("packing", len(pieces)) as meter:

        def tell() -> None:
            nonlocal done
            done += 1
            meter(done)

        packed = write_wacz(Settings.read(), pieces, output, title, tell)
    size = output.stat().st_size
    if as_json:
        told = {"records": packed.records, "pages": packed.pages, "left_out": packed.left_out}
        emit({"file": str(output), "bytes": size} | told)
    else:
        say(f"{output}: {packed.records} records, {packed.pages} of them pages, {size} bytes.")
    for reason in packed.left_out[:TOLD]:
        complain(f"left out: {plain(reason)}", "otchet archive export")
    return ExitCode.IN_PART if packed.left_out else ExitCode.WELL


def _chosen(database: "Database", project: str, query: str, site: str) -> "tuple[str, list[Piece]]":
    """Return what the file is called by, and its pieces; nothing at all is an error."""
    from flows.archive_choice import of_project, of_query, of_site

    with database.reading() as session:
        if project:
            names, pieces = of_project(session, project)
            if not names:
                raise CommandError(f"no project's code or short name has {project!r} in it. See: otchet search")
            if len(names) > 1:
                remark(f"{len(names)} projects have {project!r} in their code; all of them are taken.")
            return ", ".join(names[:TOLD]), pieces
        pieces = of_query(session, query) if query else of_site(session, site)
    if not pieces:
        what = f"finds nothing: {query!r}" if query else f"there is no site {site!r} with anything archived"
        raise CommandError(f"{'the search ' if query else ''}{what}. See: otchet search, otchet archive verify")
    return (query or site), pieces
