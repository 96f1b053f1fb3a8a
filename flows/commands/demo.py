"""``otchet demo``: a small municipal web on this machine, harvested for real, and what it says about its projects."""

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows.commands.failure import CommandError, ExitCode
from flows.commands.harvest import run, show_summary
from flows.commands.options import Json
from flows.commands.output import columns, emit, remark, say, styled

if TYPE_CHECKING:
    from models.records import Dossier, Project
    from models.settings import Settings
    from web.evidence import Comparison, Evidence

#: Projects shown with their evidence, and how many comparisons of each.
SHOWN, LINES = 3, 3
#: Projects in the table.
LISTED = 15
#: Roles that a later announcement neither keeps nor breaks.
_NO_PROMISES = {"other", "published", "event", "deadline", "legal_act", "contract_signed", "programme_budget"}


def demo(as_json: Json = False) -> int:
    """Show what otchet does: harvest a small municipal web that it serves on this machine, and print what was found.

    Everything lies in the folder `demo` of the home and is real: crawl, archive, reading, Prefect flow. Its
    Prefect server takes 15 seconds or more to start. A second run fetches nothing that has not changed. Exit code 3
    where something was left out.

    With --json, the harvest's summary and then one object a project and line, as `otchet show --json` prints them.

    Example: otchet demo
    """
    from corpus.demo import RECIPES
    from corpus.demo.server import serve
    from flows.recipes import load_recipes

    settings = _move_in()
    recipes, errors = load_recipes(RECIPES, demonstration=True)
    if errors or not recipes:
        raise CommandError(f"the demonstration's recipes cannot be used: {errors[0] if errors else RECIPES}")
    with serve() as web:
        remark(f"Harvesting {len(recipes)} municipal sites served on 127.0.0.1 into {_near(settings.home)} …")
        ports = {host: web.port for recipe in recipes for host in recipe.hosts}
        summary = run([one.name for one in recipes], RECIPES, ports)
    if summary.state.value == "failed":
        show_summary(summary, as_json=as_json)
        return ExitCode.FAILED
    show_summary(summary, as_json=as_json)
    _show_projects(settings, as_json=as_json)
    return ExitCode.WELL if summary.state.value == "done" else ExitCode.IN_PART


def _move_in() -> "Settings":
    """Make the demonstration's folder the home of this process and its children, whatever database is set."""
    from models.settings import Settings

    home = Settings.read({"OTCHET_HOME": os.environ.get("OTCHET_HOME", "")}).home / "demo"
    for name in ("OTCHET_DATABASE_URL", "OTCHET_ARCHIVE"):
        os.environ.pop(name, None)
    os.environ["OTCHET_HOME"] = str(home)
    return Settings.read()


def _show_projects(settings: "Settings", *, as_json: bool) -> None:
    from models.database import Database
    from models.masking import mask_dossier
    from models.store import get_projects, load_dossier
    from web.evidence import called
    from web.records import project_record

    database = Database.open(settings)
    try:
        with database.reading() as session:
            dossiers = [mask_dossier(load_dossier(session, one)) for one in get_projects(session)]
    finally:
        database.close()
    if as_json:
        for one in dossiers:
            emit(project_record(one))
        return
    say("", styled((f"{len(dossiers)} projects that the municipalities tell of", "bold")), "")
    most = sorted(dossiers, key=lambda one: -len(one.claims))[:LISTED]
    rows = [(one.project.name, _place(one.project), called(one) or "", str(len(one.claims))) for one in most]
    columns(rows, ("project", "municipality", "about", "claims"))
    if len(dossiers) > LISTED:
        say(f"and {len(dossiers) - LISTED} more, most of them from one long table in a PDF.")
    telling = _telling(dossiers)
    for dossier in telling:
        _show_project(dossier)
    if telling:
        _show_next(settings, telling[0].project)


def _show_project(dossier: "Dossier") -> None:
    from flows.commands.show import write_claim
    from web.evidence import called, claims_of

    say("", styled((dossier.project.name, "bold"), f" · {_place(dossier.project)} · ", called(dossier) or ""))
    for one in _told_twice(claims_of(dossier))[:LINES]:
        say(styled("  ", (f"{one.kind} {one.role}".replace("_", " "), "underline")))
        for _, side in one.sides:
            for claim in side[:1]:
                write_claim(claim, indent="    ")


def _told_twice(claims: "list[Evidence]") -> "list[Comparison]":
    """Return what is both planned and reported, where the two differ first."""
    from web.evidence import compared

    both = [one for one in compared(claims) if one.role not in _NO_PROMISES and all(side for _, side in one.sides[:2])]
    return sorted(both, key=_agrees)


def _agrees(one: "Comparison") -> bool:
    planned, reported = ({claim.figure.value for claim in side} for _, side in one.sides[:2])
    return bool(planned & reported)


def _telling(dossiers: "list[Dossier]") -> "list[Dossier]":
    """Return the projects worth showing, each of another municipality."""
    found: dict[str | None, Dossier] = {}
    for one in sorted(dossiers, key=_worth, reverse=True):
        found.setdefault(one.project.municipality, one)
    return list(found.values())[:SHOWN]


def _worth(dossier: "Dossier") -> tuple[int, int]:
    """Rank a project by how much it tells of: differences first, then claims."""
    from web.evidence import claims_of

    both = _told_twice(claims_of(dossier))
    return min(sum(not _agrees(one) for one in both), LINES) * 10 + len(both), len(dossier.claims)


def _show_next(settings: "Settings", project: "Project") -> None:
    otchet = f"{_program()} --home {shlex.quote(_near(settings.home))}"
    lines = (
        ("every form of a word, with the figures around it", f"{otchet} search асистент"),
        ("all that is claimed about one project", f"{otchet} show {shlex.quote(project.name)}"),
        ("tables for a spreadsheet or pandas", f"{otchet} export {shlex.quote(_near(settings.home / 'export'))}"),
        ("the search page, for a browser", f"{otchet} serve"),
        (
            "the municipalities that there are recipes for (the sites of this demonstration are made up)",
            f"{_program()} sites",
        ),
    )
    say("", styled(("What to try next", "bold")))
    for what, command in lines:
        say(styled("  ", (f"{what}:", "dim")))
        say(f"    {command}", whole=True)


def _program() -> str:
    """Return how this command can be called again from here."""
    called = Path(sys.argv[0])
    found = shutil.which("otchet")
    if found and called.exists() and Path(found).resolve() == called.resolve():
        return "otchet"
    if called.name == "otchet" and called.exists():
        return shlex.quote(_near(called.absolute()))
    return f"{shlex.quote(sys.executable)} -m flows.cli"


def _near(path: Path) -> str:
    """Return a path as seen from the working folder, where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _place(project: "Project") -> str:
    from flows.commands.show import place_of

    return place_of(project) or "—"
