"""``otchet show PROJECT``: all that is claimed about a project, planned beside reported, each with its sentence."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.database import opened
from flows.commands.failure import CommandError
from flows.commands.options import Json
from flows.commands.output import columns, emit, remark, say, styled
from flows.commands.wording import short_key, short_value

if TYPE_CHECKING:
    from rich.text import Text

    from models.records import Dossier, Project
    from web.evidence import Evidence

#: How many projects a fragment may mean before it is too short to be useful.
MOST = 50


def show(
    project: Annotated[
        str,
        typer.Argument(
            metavar="PROJECT|ADDRESS",
            help="A code, a fragment of one, or the short name that `search` prints; or the address of a page.",
        ),
    ],
    as_json: Json = False,
) -> None:
    """Show every claim about a project: value, sentence, document, date, planned beside reported.

    A fragment that several projects answer to lists them. With --json, one object a project and line: {"project",
    "code", "title", "municipality", "municipality_name", "procedure", "programme", "claims": [{"key", "kind", "role",
    "value", "unit", "bound", "quote", "start", "end", "project", "attributes", "stage", "phase", "sentence",
    "document": {"key", "title", "address", "published", "media_type", "page", "is_current", "gone_at",
    "unverified"}}]}. `gone_at` is the day on which the site no longer had the page; its figures stay.

    Example: otchet show BG05M9OP001-2.002-0003

    Of an address it is told why the page is kept as an announcement, or was only seen: its score and the words that
    made it, weighed again from the archive. With --json, one object a content and document: {"address", "snapshot",
    "fetched_at", "is_current", "state", "document": {"part", "title", "published", "characters", "figures", "verdict",
    "reason", "incomplete", "score", "bar", "by", "programme", "words"}}.

    Example: otchet show 2.002-0003 --json
    """
    if project.startswith(("http://", "https://")):
        from flows.commands.show_page import show_page

        show_page(project, as_json=as_json)
        return
    from models.masking import mask_dossier
    from models.store import find_projects, load_dossier
    from web.records import project_record

    with opened() as database, database.reading() as session:
        found = find_projects(session, project, MOST)
        if not found:
            raise CommandError(
                f"no project's code or short name has {project!r} in it. "
                "Look for its municipality or its words with `otchet search`."
            )
        if as_json:
            for one in found:
                emit(project_record(mask_dossier(load_dossier(session, one))))
        elif len(found) == 1:
            write(mask_dossier(load_dossier(session, found[0])))
        else:
            _list([mask_dossier(load_dossier(session, one)) for one in found])
            remark(f"{len(found)} projects have {project!r} in their code. Name one of them to see its claims.")


def place_of(project: "Project") -> str | None:
    """Return the name of the municipality that carries the project out."""
    from models.reference import municipality_name

    return municipality_name(project.municipality) if project.municipality else None


def write(dossier: "Dossier") -> None:
    """Write a dossier: what is compared in a table, then every claim with its sentence."""
    from web.evidence import called, claims_of, compared

    project = dossier.project
    say(styled((project.name, "bold"), *((f" · {place}",) if (place := place_of(project)) else ())))
    if about := called(dossier):
        say(styled(about))
    for label, text in (("procedure", project.procedure), ("programme", project.programme)):
        if text:
            say(styled((f"{label} ", "dim"), text))
    claims = claims_of(dossier)
    comparisons = compared(claims)
    if not comparisons:
        say("No value is claimed about this project yet; its code is all that was found.")
    if comparisons:
        say("")
        header = ("", *(str(stage) for stage, _ in comparisons[0].sides))
        columns(
            [(f"{one.kind} {one.role}", *(_values(side) for _, side in one.sides)) for one in comparisons],
            header,
        )
    for one in comparisons:
        say("", styled((f"{one.kind} {one.role}", "bold underline")))
        for _, side in one.sides:
            for claim in side:
                write_claim(claim)


def write_claim(claim: "Evidence", *, indent: str = "  ") -> None:
    """Write one claim: value and stage, its sentence with the quote marked, its document."""
    say(
        styled(
            indent,
            (short_value(claim.figure), "bold"),
            f"  {claim.stage}",
            ("" if claim.is_current else "  (no longer on the page)", "dim"),
        )
    )
    say(sentence(claim, indent=indent * 2))
    say(styled(indent * 2, (source(claim), "dim")))


def sentence(claim: "Evidence", *, indent: str) -> "Text":
    """Return the claim's sentence with its quote marked."""
    piece = claim.sentence
    return styled(
        f"{indent}«",
        piece.before,
        (piece.quote, "bold yellow"),
        piece.after,
        "»",
    )


def source(claim: "Evidence") -> str:
    """Return where a claim stands: title, date, page, address; and by what `otchet evidence` finds it."""
    from web.guard import readable

    parts = [
        claim.title or "without a title",
        claim.published.isoformat() if claim.published else "no date",
        f"page {claim.page}" if claim.page else "",
        f"gone from the site since {claim.gone.isoformat()}" if claim.gone else "",
        "certificate not verified" if claim.unverified else "",
        readable(claim.address),
        f"figure {short_key(claim.key)}",
    ]
    return " · ".join(part for part in parts if part)


def _values(side: "tuple[Evidence, ...]") -> str:
    return ", ".join(dict.fromkeys(short_value(one.figure) for one in side)) or "—"


def _list(dossiers: "list[Dossier]") -> None:
    from web.evidence import called

    rows = [
        (one.project.name, place_of(one.project) or "—", called(one) or "—", str(len(one.claims))) for one in dossiers
    ]
    columns(rows, ("project", "municipality", "about", "claims"))
