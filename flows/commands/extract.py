"""``otchet extract FILE…``: the figures of files, with their words; for people or, with --json, for scripts."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.failure import ExitCode, complain
from flows.commands.options import Json
from flows.commands.output import emit, plain, progress, say, styled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.reader_job import ReadDocument
    from models.document import Document
    from models.figure import Figure

#: A file larger than this is not taken into memory at all; in bytes.
MAX_FILE = 200 * 1024 * 1024


def extract(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Text, HTML, PDF, DOCX, DOC, ODT, RTF, XLSX, XLS, ODS; ZIP, RAR or 7z of them; - is standard input.",
        ),
    ],
    as_json: Json = False,
    explain: Annotated[bool, typer.Option("--explain", help="Tell the rule and the reasons of every figure.")] = False,
) -> None:
    """Print the ids, dates, amounts, durations and headcounts of files, each with its role and its words.

    With --json one object a line and document: file, media_type, title, published, text, figures (kind, role, value,
    unit, bound, quote, start, end, project, attributes, page, boxes, rule); a box is page, x0, y0, x1, y1 in points
    from the page's upper left; several documents of a file (a year page, an archive) are told apart by part. A file,
    or part of one, that cannot be read gives {"file", "error"} and exit code 3. Nothing is masked: the files are your
    own.

    DOC needs antiword or LibreOffice, RAR and 7z need bsdtar (Debian: libarchive-tools).

    Example: otchet extract news.html letter.pdf budget.xlsx --json
    """
    failed = 0
    with progress("Reading", total=len(files)) as meter:
        for number, file in enumerate(files, start=1):
            meter(number - 1, what=file)
            failed += not _one(file, alone=len(files) == 1, as_json=as_json, explain=explain)
    if failed:
        raise typer.Exit(ExitCode.IN_PART)


def _one(file: str, *, alone: bool, as_json: bool, explain: bool) -> bool:
    """Write the documents of one file; False where it cannot be read."""
    from flows.reader_job import ReaderJob
    from flows.reader_pool import readers
    from models.reader_limits import ReaderLimits

    try:
        data = _bytes(file)
    except OSError as error:
        return _failed(file, error.strerror or str(error), alone=alone, as_json=as_json)
    # A file from a mailbox is as little to be trusted as one from a site; starting the reader's process costs a tenth
    # of a second more than loading the same here.
    answer = readers(ReaderLimits.read()).read(data, ReaderJob(name=Path(file).name, boxes=as_json))
    if answer.problem is not None:
        return _failed(file, answer.problem, alone=alone, as_json=as_json)
    whole = True
    for read in answer.documents:
        document = read.document
        if document.unread is None:
            _write(file, read, as_json=as_json, explain=explain)
            continue
        whole = False
        if as_json:
            emit({"file": file, "part": document.part, "error": document.unread})
        else:
            complain(f"{plain(file)}: {plain(str(document.part))}: {plain(document.unread)}.", "otchet extract")
    return whole


def _failed(file: str, reason: str, *, alone: bool, as_json: bool) -> bool:
    if as_json:
        emit({"file": file, "error": reason})
    else:
        others = "See what is read: otchet extract --help" if alone else "The other files are read."
        complain(f"{plain(file)}: {plain(reason)}. {others}", "otchet extract")
    return False


def _bytes(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(MAX_FILE + 1)
    path = Path(file)
    if path.stat().st_size > MAX_FILE:
        raise OSError(27, f"larger than the {MAX_FILE:,} bytes that are read", file)
    return path.read_bytes()


def _write(file: str, read: "ReadDocument", *, as_json: bool, explain: bool) -> None:
    document, published = read.document, read.published
    if not as_json:
        _tell(file, document, read.figures, published, explain=explain)
        return
    record: dict[str, Any] = {
        "file": file,
        "media_type": document.media_type,
        "title": document.title,
        "published": published.isoformat() if published else None,
        "text": document.text,
        "figures": _records(read, explain=explain),
    }
    if document.part is not None:
        record["part"] = document.part
    if document.incomplete is not None:
        record["incomplete"] = document.incomplete
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


def _records(read: "ReadDocument", *, explain: bool) -> list[dict[str, Any]]:
    places = read.boxes or tuple(() for _ in read.figures)
    records = []
    for one, found in zip(read.figures, places, strict=True):
        record = one.as_record()
        record["page"] = found[0].page if found else None
        record["boxes"] = [list(asdict(box).values()) for box in found] if found else None
        record["rule"] = one.rule
        record["confidence"] = one.confidence
        if explain:
            record["reasons"] = list(one.reasons)
        records.append(record)
    return records


def _tell(file: str, document: "Document", figures: "Sequence[Figure]", published: object, *, explain: bool) -> None:
    part = f" [{document.part}]" if document.part else ""
    say(styled((f"{file}{part}", "bold"), "  ", document.title or ""))
    if published:
        say(styled(f"published {published}"))
    if document.incomplete:
        say(styled((f"incomplete: {document.incomplete}", "yellow")))
    if not figures:
        say(styled(("no figures: the text speaks of no publicly funded project, or gives no numbers of it", "dim")))
    for one in figures:
        value = f"{one.value_text} {one.unit}" if one.unit else one.value_text
        bound = "" if one.bound == "exact" else f" ({one.bound})"
        left, right = _around(document.text, one.start, one.end)
        say(styled("  ", (f"{one.kind}", "cyan"), " ", (one.role, "green"), " ", (value, "bold"), bound))
        say(styled("    … ", left, " ", (one.quote, "reverse"), " ", right, " …"))
        if explain:
            say(styled(f"    rule {one.rule}, confidence {one.confidence:.2f}; project {one.project or 'none'}"))
            for reason in one.reasons:
                say(styled(f"      {reason}"))


def _around(text: str, start: int, end: int, reach: int = 60) -> tuple[str, str]:
    """Return the words left and right of a quote, cut at blanks."""
    left = text[max(start - reach, 0) : start]
    right = text[end : end + reach]
    return left[left.find(" ") + 1 :] if start > reach else left, right[: right.rfind(" ") + 1] or right
