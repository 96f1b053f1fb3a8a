"""A figure with what proves it, as it is shown: its sentence, its document, its place there.

Both the pages and the command line show figures in this form.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from models.figure import Figure
from models.passages import Passage, announced_title, passage
from models.records import Dossier, Snapshot, StoredDocument, StoredFigure
from models.vocabulary import ROLES, Kind, Phase, Stage


@dataclass(frozen=True, slots=True)
class Sentence:
    """A quote with what stands before and after it, every run of white space one space."""

    before: str
    quote: str
    after: str

    @property
    def text(self) -> str:
        """The whole of it."""
        return self.before + self.quote + self.after

    @classmethod
    def of(cls, piece: Passage) -> Self:
        """Return a passage for showing."""
        before, quote, after = piece.text[: piece.start], piece.text[piece.start : piece.end], piece.text[piece.end :]
        return cls(_spaced(before).lstrip(), _spaced(quote), _spaced(after).rstrip())


@dataclass(frozen=True, slots=True)
class Evidence:
    """One figure and where it stands; ``page`` counts from 1, None for a document without pages.

    ``snapshot`` is what the document was read from, where the caller gives it. ``gone`` is the day (Sofia's) on which
    the site no longer had the page.
    """

    key: str
    figure: Figure
    stage: Stage
    phase: Phase
    sentence: Sentence
    document: str
    title: str | None
    address: str
    published: date | None
    page: int | None
    media_type: str
    is_current: bool
    snapshot: Snapshot | None = None
    gone: date | None = None

    @property
    def unverified(self) -> bool:
        """Whether the certificate of the server that sent the page was not verified, as the site's recipe allows."""
        return self.snapshot is not None and self.snapshot.unverified

    def as_record(self) -> dict[str, Any]:
        """Return the figure's fields of the annotation guide, and what proves it."""
        return {
            "key": self.key,
            **self.figure.as_record(),
            "stage": str(self.stage),
            "phase": str(self.phase),
            "sentence": self.sentence.text,
            "document": {
                "key": self.document,
                "title": self.title,
                "address": self.address,
                "published": self.published.isoformat() if self.published else None,
                "media_type": self.media_type,
                "page": self.page,
                "is_current": self.is_current,
                "gone_at": self.gone.isoformat() if self.gone else None,
                "unverified": self.unverified,
            },
        }


def evidence(
    stored: StoredFigure,
    document: StoredDocument,
    stage: Stage | None = None,
    phase: Phase | None = None,
    snapshot: Snapshot | None = None,
) -> Evidence:
    """Return a stored figure with its sentence; the document is a covered one (``models.masking``).

    Stage and phase are the document's unless a claim has others.
    """
    figure = stored.figure
    text = document.document.text
    layout = document.document.layout
    pieces = layout.pieces(figure.start, figure.end) if layout else []
    return Evidence(
        key=stored.key,
        figure=figure,
        stage=stage or document.stage,
        phase=phase or document.phase,
        sentence=Sentence.of(passage(text, document.document.blocks, figure.start, figure.end)),
        document=document.key,
        title=document.document.title,
        address=document.address,
        published=document.document.published,
        page=pieces[0].page if pieces else None,
        media_type=document.document.media_type,
        is_current=document.is_current,
        snapshot=snapshot,
        gone=document.gone_at,
    )


def taken_in(snapshot: Snapshot) -> tuple[str, datetime] | None:
    """Return the name of the file that a person handed in, and when; None for what was harvested."""
    told = dict(snapshot.headers)
    if not snapshot.imported or "imported-at" not in told:
        return None
    return told.get("imported-from", "?"), datetime.fromisoformat(told["imported-at"])


def claims_of(dossier: Dossier) -> list[Evidence]:
    """Return a covered dossier's claims as evidence, in their order."""
    return [evidence(one.figure, one.document, one.stage, one.phase, one.snapshot) for one in dossier.claims]


def called(dossier: Dossier) -> str | None:
    """Return what a project is about: its title, else the title of the earliest document that tells of it, not of many.

    None where nothing but lists name it.
    """
    if dossier.project.title:
        return dossier.project.title
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in dossier.claims:
        spans[one.document.key].append((one.figure.figure.start, one.figure.figure.end))
    documents = {one.document.key: one.document.document for one in dossier.claims}
    titles = [(one.published or date.max, announced_title(one, spans[key])) for key, one in documents.items()]
    return next((title for _, title in sorted(titles, key=lambda one: one[0]) if title), None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is claimed about one thing (the grant, the users) at each stage: planned beside reported."""

    kind: Kind
    role: str
    sides: tuple[tuple[Stage, tuple[Evidence, ...]], ...]


def compared(claims: Sequence[Evidence]) -> list[Comparison]:
    """Put what is planned, reported and registered about the same thing side by side, in the guide's order.

    Codes are left out: they say which project it is, not what is claimed about it. A stage that nothing at all was
    claimed at is left out too, but for planned and reported, whose silence says something.
    """
    stages = [one for one in Stage if one is not Stage.REGISTERED or any(claim.stage is one for claim in claims)]
    found = []
    for kind, roles in ROLES.items():
        if kind in (Kind.PROJECT_ID, Kind.PROCEDURE_ID):
            continue
        for role in roles:
            here = [one for one in claims if one.figure.kind is kind and one.figure.role == role]
            if here:
                sides = tuple((stage, tuple(one for one in here if one.stage is stage)) for stage in stages)
                found.append(Comparison(kind, role, sides))
    return found


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)
