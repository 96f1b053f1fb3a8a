"""``otchet evidence FIGURE``: one figure with all that proves it, down to the archived bytes and a picture."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.database import opened
from flows.commands.failure import CommandError, ExitCode, UsageError, complain
from flows.commands.options import Json
from flows.commands.output import emit, say, styled
from flows.commands.wording import short_value

if TYPE_CHECKING:
    from models.records import StoredFigure
    from web.proof import Proof

#: How many figures of an ambiguous prefix are named.
NAMED = 5
_DIGITS = frozenset("0123456789abcdef")
_PNG = b"\x89PNG"


def evidence(
    figure: Annotated[
        str,
        typer.Argument(
            metavar="FIGURE", help="The figure's key, or the beginning of it that `search` and `show` print."
        ),
    ],
    png: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a picture of the place on the page, the quote boxed.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Prove a figure: its sentence with the quote marked, its document, the archived bytes and where they lie.

    The archived bytes are compared with their SHA-256 first; lost or changed ones are an error. Personal numbers are
    covered in what is shown, and painted over in the picture where the text or the page's own words have them; what is
    only drawn (a stamp, a hand-written line) is not known and not painted over. Exit code 3 where --png was given and
    there is no picture, as for a web page, which has no pages.

    With --json, one object: a claim as `otchet show --json` prints it, and {"projects", "rule", "rules", "confidence",
    "boxes": [{"page", "box": [x0, y0, x1, y1]}], "fetched_at", "imported", "sha256", "bytes", "archive": {"file",
    "offset", "length"}, "picture": {"file", "page", "width", "height", "covered"}}; boxes are in points from the page's
    upper left corner.

    Example: otchet evidence 3fa94c01ab --png place.png
    """
    from extractors.page_picture import NoPicture
    from models.settings import Settings
    from models.store import find_figures
    from web.proof import load_proof

    prefix = figure.strip().casefold()
    if not prefix or not _DIGITS.issuperset(prefix):
        raise UsageError(f"{figure!r} is no figure's key. {_WHERE}")
    if png is not None:
        _refuse_other(png)
    with opened() as database, database.reading() as session:
        found = find_figures(session, prefix, NAMED + 1)
        proof = load_proof(session, Settings.read(), _the_one(found, prefix))
    picture, problem = None, ""
    if png is not None:
        try:
            drawn = proof.picture()
        except NoPicture as error:
            problem = str(error)
        else:
            png.write_bytes(drawn.png)
            picture = {"file": str(png), "page": drawn.page, "width": drawn.width, "height": drawn.height}
            picture["covered"] = drawn.covered
            if drawn.more_pages:
                picture["more_pages"] = list(drawn.more_pages)
    if as_json:
        emit(proof.as_record() | {"picture": picture})
    else:
        write(proof, picture)
    if problem:
        complain(f"{problem}. {png} is not written.", "otchet evidence")
        return ExitCode.IN_PART
    return ExitCode.WELL


_WHERE = 'Find it with `otchet search … --json` or `otchet show … --json`: "key" of a figure.'


def _the_one(found: "list[StoredFigure]", prefix: str) -> "StoredFigure":
    if not found:
        raise CommandError(f"there is no figure {prefix!r}. {_WHERE}")
    if len(found) > 1:
        keys = ", ".join(one.key for one in found[:NAMED])
        more = " …" if len(found) > NAMED else ""
        raise CommandError(f"several figures begin with {prefix!r}: {keys}{more}. Give more of the key.")
    return found[0]


def _refuse_other(file: Path) -> None:
    """Refuse to write over what is no picture of ours."""
    if not file.exists():
        return
    if not file.is_file():
        raise UsageError(f"{file} is no file. Name a file for the picture.")
    with file.open("rb") as stream:
        if stream.read(len(_PNG)) not in (_PNG, b""):
            raise UsageError(f"{file} is there already, is no PNG, and is not written over. Name another file.")


def write(proof: "Proof", picture: "dict[str, object] | None") -> None:
    """Write a proof for people: a line for each thing that can be checked."""
    from models.settings import in_sofia
    from web.guard import readable

    shown, snapshot = proof.evidence, proof.snapshot
    piece = shown.sentence
    # On a screen the quote stands out by its colour; a pipe has none.
    quote = (piece.quote, "bold yellow") if sys.stdout.isatty() else f"«{piece.quote}»"
    say(
        styled(
            (short_value(shown.figure), "bold"),
            f"  {shown.figure.kind} {shown.figure.role}  {shown.stage}",
            ("" if shown.is_current else "  (no longer on the page)", "dim"),
        )
    )
    say(styled("  ", piece.before, quote, piece.after))
    by_hand = proof.taken_in
    fetched = in_sofia(snapshot.fetched_at)
    lines = [
        ("project", ", ".join(proof.projects) or shown.figure.project or "none is named"),
        ("document", f"{shown.title or 'without a title'} · {shown.published or 'no date'}"),
        ("address", readable(shown.address)),
        ("fetched", f"{fetched} (Bulgarian time)"),
    ]
    if by_hand:
        lines[-1] = ("saved", f"{fetched} (Bulgarian time), as told by who took it in")
        lines.append(("by hand", f"imported by hand from {by_hand[0]} on {in_sofia(by_hand[1])}"))
    lines += [("place", place) for place in _places(proof)]
    record = proof.record
    lines += [
        ("SHA-256", f"{snapshot.sha256} ({len(proof.data)} bytes; the archived ones have it)"),
        ("archive", f"{record.file} at {record.offset}, {record.length} bytes packed"),
    ]
    if record.refers:
        lines.append(("", f"the same bytes as came before: {record.refers[0]} at {record.refers[1]}"))
    lines.append(("rule", f"{shown.figure.rule or '—'}, confidence {shown.figure.confidence:g}, rules {proof.rules}"))
    lines.append(("figure", shown.key))
    if picture:
        also = "; personal numbers are painted over" if picture["covered"] else ""
        goes_on = f"; the quote goes on on page {picture['more_pages'][0]}" if "more_pages" in picture else ""  # type: ignore[index]
        lines.append(("picture", f"{picture['file']}, {picture['width']} × {picture['height']} dots{also}{goes_on}"))
    for label, text in lines:
        say(styled("  ", (f"{label:<9}", "dim"), " ", text), whole=True)


def _places(proof: "Proof") -> list[str]:
    if proof.evidence.page is None:
        return []
    boxes = proof.boxes()
    if not boxes:
        return [f"page {proof.evidence.page}; its place there cannot be found again (a scan needs Tesseract)"]
    return [
        f"page {box.page}, {box.x0:.0f} to {box.x1:.0f} points from the left, {box.y0:.0f} to {box.y1:.0f} from the top"
        for box in boxes
    ]
