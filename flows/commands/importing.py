"""``otchet import FILE --address URL``: a page or file saved by hand, taken into the archive and read."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.failure import CommandError, ExitCode, UsageError, complain
from flows.commands.options import Json
from flows.commands.output import emit, say


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A page, file or archive as it was saved.")],
    address: Annotated[str, typer.Option(metavar="URL", help="The address that it was saved from.")],
    site: Annotated[
        str, typer.Option(metavar="NAME", help="Whose announcement it is, where no recipe knows the address' host.")
    ] = "",
    fetched: Annotated[
        str, typer.Option(metavar="DATE", help="When it was saved: 2026-03-31, 2026-03-31T14:30. Now, unless told.")
    ] = "",
    as_json: Json = False,
) -> int:
    """Take in a page or file that was saved by hand, for sites that a crawler cannot reach.

    It is archived as what it is, a file handed in, read like what was harvested, and its figures are tied to projects;
    `otchet evidence` says that it was imported by hand. What kind of file it is is told by its content. The same
    file taken in twice is there once. Exit code 3 where it is archived but cannot be read.

    With --json: {"site", "address", "sha256", "media_type", "new", "documents", "figures", "archive": {"file",
    "offset", "length"}}.

    Example: otchet import obyava.pdf --address https://kubrat.bg/files/obyava.pdf --fetched 2026-03-31
    """
    from flows.import_file import ImportRefused, import_file
    from flows.locks import Busy
    from models.settings import Settings

    when = _moment(fetched)
    try:
        taken = import_file(Settings.read(), file, address.strip(), site=site or None, fetched=when)
    except ImportRefused as error:
        raise UsageError(str(error)) from error
    except Busy as error:
        raise CommandError(
            f"the site is being harvested ({error}). Run the same command when that has ended."
        ) from error
    if as_json:
        place = taken.place
        emit(
            {
                "site": taken.site,
                "address": taken.address,
                "sha256": taken.sha256,
                "media_type": taken.media_type,
                "new": taken.is_new,
                "documents": taken.read.documents,
                "figures": taken.read.figures,
                "archive": {"file": place.file, "offset": place.offset, "length": place.length} if place else None,
            }
        )
    elif taken.is_new:
        say(f"{file}: archived for {taken.site} as {taken.media_type}, SHA-256 {taken.sha256}.")
        say(f"{taken.read.documents} documents read, {taken.read.figures} figures.")
    else:
        say(f"{file}: {taken.site} has these bytes at this address already; nothing was archived.")
    if taken.read.unreadable or taken.read.missing:
        complain(f"{file}: archived, but cannot be read; see the findings of {taken.address}", "otchet import")
        return ExitCode.IN_PART
    return ExitCode.WELL


def _moment(text: str) -> datetime | None:
    """Return a moment as the clock goes in Bulgaria; a day alone is its noon."""
    from models.settings import SOFIA

    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--fetched: {text!r} is no day. Write 2026-03-31 or 2026-03-31T14:30.") from error
    if len(text) <= len("2026-03-31"):
        moment = moment.replace(hour=12)
    return moment if moment.tzinfo else moment.replace(tzinfo=SOFIA)
