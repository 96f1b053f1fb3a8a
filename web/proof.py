"""What proves a figure: its sentence, the archived bytes that it was read from, its place on the page.

    proof = load_proof(session, settings, find_figures(session, "3fa94c01", 1)[0])

The bytes are read and hashed before anything is said of them. Personal numbers are covered.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from extractors.errors import UnreadableDocument
from extractors.evidence import boxes
from extractors.page_picture import NoPicture, PagePicture, page_picture
from models.archive import holder
from models.document import Box, Document
from models.masking import is_covered, mask_document
from models.records import Snapshot, StoredFigure
from models.settings import Settings
from models.store import claims_of_figure, get_document, get_snapshot
from web.evidence import Evidence, evidence, taken_in


class Unproven(Exception):  # noqa: N818 - named by what is so
    """A figure that cannot be shown with its proof; the message is one line that says why and what now."""


@dataclass(frozen=True, slots=True)
class Record:
    """Where a snapshot's record lies in the archive, and its bytes, if they are those of another record."""

    file: str
    offset: int
    length: int
    refers: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A figure with all that proves it; ``data`` are the archived bytes, ``document`` is as it was read, not covered.

    ``projects`` are the names of those that it was tied to. ``taken_in`` is the name of the file and the moment where a
    person handed it in.
    """

    evidence: Evidence
    projects: tuple[str, ...]
    snapshot: Snapshot
    record: Record
    taken_in: tuple[str, datetime] | None
    rules: str
    document: Document
    data: bytes

    def boxes(self) -> tuple[Box, ...]:
        """Return where the quote stands on its pages, a box a line; none where there are no pages, or no such place."""
        figure = self.evidence.figure
        try:
            return boxes(self.document, self.data, figure.start, figure.end)
        except (UnreadableDocument, KeyError):  # the bytes are whole, yet this version opens them no more
            return ()

    def picture(self) -> PagePicture:
        """Draw the place of the quote; NoPicture says why there is none."""
        figure = self.evidence.figure
        try:
            return page_picture(self.document, self.data, figure.start, figure.end)
        except (UnreadableDocument, KeyError) as error:
            raise NoPicture(f"there is no picture: {error}") from error

    def as_record(self) -> dict[str, Any]:
        """Return all of it but the bytes, as JSON has it; ``boxes`` in points from the page's upper left corner."""
        figure, snapshot = self.evidence.figure, self.snapshot
        record = self.evidence.as_record()
        return record | {
            "projects": list(self.projects),
            "rule": figure.rule,
            "rules": self.rules,
            "confidence": figure.confidence,
            "boxes": [{"page": box.page, "box": [box.x0, box.y0, box.x1, box.y1]} for box in self.boxes()],
            "fetched_at": _utc(snapshot.fetched_at),
            "imported": {"file": self.taken_in[0], "at": _utc(self.taken_in[1])} if self.taken_in else None,
            "sha256": snapshot.sha256,
            "bytes": len(self.data),
            "archive": {"file": self.record.file, "offset": self.record.offset, "length": self.record.length}
            | (
                {"bytes_in": {"file": self.record.refers[0], "offset": self.record.refers[1]}}
                if self.record.refers
                else {}
            ),
        }


def load_proof(session: Session, settings: Settings, stored: StoredFigure) -> Proof:
    """Return what proves a figure; ArchiveError where the archive has lost or changed its bytes.

    Raises Unproven for a figure of an earlier reading whose text is not kept, and for one whose words are a personal
    number.
    """
    found = get_document(session, stored.document)
    assert found is not None  # the database holds that
    snapshot = get_snapshot(session, found.snapshot)
    assert snapshot is not None
    figure, text = stored.figure, found.document.text
    if text[figure.start : figure.end] != figure.quote:
        raise Unproven(
            f"figure {stored.key} is of an earlier reading (rules {stored.rules}), whose text is not kept. "
            f"See what the document says now: {found.address}"
        )
    if is_covered(text, figure):
        raise Unproven(f"figure {stored.key} stands on a personal number, which is not shown. Choose another figure.")
    kept = holder(settings, snapshot)
    claims = claims_of_figure(session, stored.key)
    stage, phase = claims[0][1:] if claims else (None, None)
    return Proof(
        evidence=evidence(stored, mask_document(found), stage, phase, snapshot),
        projects=tuple(project.name for project, _, _ in claims),
        snapshot=snapshot,
        record=Record(snapshot.archive_file, snapshot.archive_offset, snapshot.archive_length, kept.refers),
        taken_in=taken_in(snapshot),
        rules=stored.rules,
        document=found.document,
        data=kept.body,
    )


def _utc(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
