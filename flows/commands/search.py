"""``otchet search WORDS…``: projects and announcements by words and by what their figures say."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.database import opened
from flows.commands.failure import UsageError
from flows.commands.options import Json
from flows.commands.output import emit, remark, say, styled
from flows.commands.wording import short_key, short_value

if TYPE_CHECKING:
    from models.search import FoundFigure, Result

#: How many figures of one result are shown.
FIGURES = 3


def search(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help="Words in any form, a piece of a code, a municipality."),
    ] = None,
    municipality: Annotated[str, typer.Option(help="Its name or code: Кубрат, Kubrat, RAZ16.")] = "",
    programme: Annotated[str, typer.Option(help="What its codes begin with, or an abbreviation.")] = "",
    procedure: Annotated[str, typer.Option(help="The code of a call.")] = "",
    site: Annotated[str, typer.Option(help="A site, as `otchet sites` names it.")] = "",
    kind: Annotated[str, typer.Option(help="amount, date, duration, headcount, project_id or procedure_id.")] = "",
    role: Annotated[
        str, typer.Option(help="What a figure means: grant, spent, personal_assistants, project_end …")
    ] = "",
    stage: Annotated[str, typer.Option(help="planned, reported or registered.")] = "",
    date_from: Annotated[str, typer.Option("--from", help="Dates that figures state, from: 2024, 2024-05.")] = "",
    date_to: Annotated[str, typer.Option("--to", help="Dates that figures state, up to.")] = "",
    published_from: Annotated[str, typer.Option(help="Announced on this day or later.")] = "",
    published_to: Annotated[str, typer.Option(help="Announced on this day or earlier.")] = "",
    least: Annotated[str, typer.Option("--min", help="Sums of at least: 250000 (euro), '500 000 лв.'")] = "",
    most: Annotated[str, typer.Option("--max", help="Sums of at most.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many results to show.")] = 20,
    as_json: Json = False,
) -> None:
    """Search what was gathered: each result with the figures that match, each figure with its sentence.

    A word finds all its forms. With --json, one object a result and line: {"project", "code", "title", "municipality",
    "municipality_name", "matching", "document", "address", "published", "figures": [{"key", "kind", "role", "value",
    "unit", "bound", "quote", "start", "end", "project", "attributes", "stage", "sentence", "document": {"key", "title",
    "address", "published"}}]}.

    Example: otchet search личен асистент --kind headcount

    Example: otchet search --municipality Кубрат --role spent --min 250000 --json
    """
    from models.search import find
    from web.inquiry import read_inquiry
    from web.records import result_record

    typed = {
        "municipality": municipality,
        "programme": programme,
        "procedure": procedure,
        "site": site,
        "kind": kind,
        "role": role,
        "stage": stage,
        "from": date_from,
        "to": date_to,
        "published_from": published_from,
        "published_to": published_to,
        "min": least,
        "max": most,
    }
    inquiry = read_inquiry(typed, " ".join(words or ()))
    for problem in inquiry.problems:
        option = f"--{problem.field.replace('_', '-')}: " if problem.field != "q" else ""
        raise UsageError(f"{option}{problem.said('en')} See: otchet search --help")
    if not inquiry.asked:
        raise UsageError("give a word or a filter, as in: otchet search асистент. See: otchet search --help")
    with opened() as database, database.reading() as session:
        found = find(session, inquiry.words, inquiry.filters, limit=limit, figures=FIGURES)
    for result in found.results:
        if as_json:
            emit(result_record(result))
        else:
            _write(result)
    if not found.results and not as_json:
        say("Nothing was found. Try fewer words, another word or fewer filters.")
    if found.total > len(found.results):
        remark(f"{len(found.results)} of {found.total} results; more with --limit {min(found.total, 1000)}.")


def _write(result: "Result") -> None:
    from models.reference import municipality_name

    place = municipality_name(result.municipality) if result.municipality else None
    title = f" · {result.title}" if result.title and result.title != result.name else ""
    say(styled((result.name or "no project", "bold"), f" · {place}" if place else "", title))
    for found in result.figures:
        _write_figure(found)
    if not result.figures:
        say(styled("  ", (_told(result.published, result.address), "dim")))
    elif result.matching > len(result.figures):
        more = f" (otchet show {result.name})" if result.name else ""
        say(styled("  ", (f"and {result.matching - len(result.figures)} more{more}", "dim")))
    say("")


def _write_figure(found: "FoundFigure") -> None:
    from web.evidence import Sentence

    figure = found.figure.figure
    piece = Sentence.of(found.passage)
    say(styled("  ", (short_value(figure), "bold"), f"  {figure.kind} {figure.role}", f"  {found.stage}"))
    say(styled("    «", piece.before, (piece.quote, "bold yellow"), piece.after, "»"))
    title = f"{found.title} · " if found.title else ""
    told = f"{title}{_told(found.published, found.address)} · figure {short_key(found.figure.key)}"
    say(styled("    ", (told, "dim")))


def _told(published: object, address: str) -> str:
    from web.guard import readable

    return f"{published or 'no date'} · {readable(address)}"
