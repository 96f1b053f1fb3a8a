"""What goes into the database and comes out of it: frozen records, one a table, beside Document and Figure."""

from dataclasses import dataclass
from datetime import date, datetime

from models.codes import ProcedureCode, ProjectCode, match_code, strip_contract
from models.document import Document
from models.figure import Figure
from models.keys import content_key
from models.states import Severity, State, Subject, Verdict
from models.vocabulary import STAGE_OF, Kind, Phase, Stage


@dataclass(frozen=True, slots=True)
class Source:
    """A site that announcements are read from; ``municipality`` is a code (``RAZ16``), None for an aggregator."""

    code: str
    name: str
    home: str
    municipality: str | None = None
    family: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """What is known of an address from the last time it was asked; ``address`` is canonical.

    ``failures`` counts the looks in a row that gave nothing, ``unchanged`` those that found the same, ``seen`` all
    looks. ``gone_at`` is the day (Sofia's) on which the site no longer had it, ``found_on`` the page whose link first
    led to it. ``good`` is the digest that a good run last saw, None where no run was judged: its documents are the
    current ones. ``run`` is the run that last looked at it, ``shown`` the one whose lists last led to it.
    """

    address: str
    source: str
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    status: int | None = None
    error: str | None = None
    failures: int = 0
    seen: int = 0
    fetched_at: datetime | None = None
    next_due: datetime | None = None
    unchanged: int = 0
    gone_at: date | None = None
    found_on: str | None = None
    good: str | None = None
    run: str | None = None
    shown: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A content that an address had, and where its bytes are: ``length`` bytes of ``file`` from ``offset``.

    ``sha256`` is of the decoded body. ``listed_title`` and ``listed_date`` are what the site's list or feed
    said of it. ``unverified`` tells that the server's certificate was not verified. A ``listing`` leads
    to announcements and is none; it is archived and not read. What is ``held`` waits for a good run of its site:
    nothing is told from it.
    """

    source: str
    address: str
    sha256: str
    fetched_at: datetime
    archive_file: str
    archive_offset: int
    archive_length: int
    media_type: str | None = None
    charset: str | None = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    listed_title: str | None = None
    listed_date: str | None = None
    truncated: bool = False
    imported: bool = False
    unverified: bool = False
    listing: bool = False
    held: bool = False

    @property
    def key(self) -> str:
        """The content key: address and digest."""
        return content_key(self.address, self.sha256)


@dataclass(frozen=True, slots=True)
class Reading:
    """One document of a snapshot with its figures, or why it could not be read."""

    document: Document
    figures: tuple[Figure, ...] = ()
    phase: Phase = Phase.OTHER
    state: State = State.READ
    reason: str | None = None

    @property
    def stage(self) -> Stage:
        """The stage of what the document claims."""
        return STAGE_OF[self.phase]


@dataclass(frozen=True, slots=True)
class Seen:
    """One document of a snapshot that is no announcement: the part it was, and the words that were weighed."""

    part: str | None
    title: str | None
    score: float
    bar: float
    words: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as it is kept, with what ties it to its page: ``title`` and ``text`` are in ``document``."""

    key: str
    snapshot: str
    source: str
    address: str
    phase: Phase
    stage: Stage
    state: State
    reason: str | None
    is_current: bool
    document: Document
    gone_at: date | None = None


@dataclass(frozen=True, slots=True)
class StoredFigure:
    """A figure as it is kept; ``rules`` is the version of the rules that made its set."""

    key: str
    document: str
    position: int
    rules: str
    is_current: bool
    figure: Figure


@dataclass(frozen=True, slots=True)
class Project:
    """A project by its code, or where there is none by procedure, municipality and title.

    ``code`` is written without contract suffix and leg: ``Project.coded`` takes them off.
    """

    code: str | None = None
    procedure: str | None = None
    programme: str | None = None
    municipality: str | None = None
    title: str | None = None

    def __post_init__(self) -> None:
        if self.code is None and self.title is None and self.procedure is None:
            raise ValueError("a project has a code, a procedure or a title")
        if self.code is not None and strip_contract(self.code) != self.code:
            raise ValueError(f"a project's code has no contract suffix: {self.code!r}")

    @classmethod
    def coded(cls, code: str, municipality: str | None = None, title: str | None = None) -> "Project":
        """Make the project of a code as any document writes it; parts that the code tells are filled in."""
        bare = strip_contract(code)
        parts = match_code(bare)
        if isinstance(parts, ProjectCode) and parts.text == bare:
            return cls(bare, parts.procedure, parts.programme, municipality, title)
        return cls(bare, None, None, municipality, title)

    @classmethod
    def uncoded(cls, procedure: str | None, municipality: str | None, title: str | None) -> "Project":
        """Make a project whose documents give no code of its own."""
        parts = match_code(procedure) if procedure else None
        programme = parts.programme if isinstance(parts, ProcedureCode) else None
        return cls(None, procedure, programme, municipality, title)

    @property
    def key(self) -> str:
        """The content key: the code alone, or procedure and municipality, or title and municipality.

        Under one call a municipality is taken to have one project unless a code says otherwise; the title, which every
        page writes in its own way, then plays no part.
        """
        if self.code:
            return content_key("code", self.code)
        if self.procedure and self.municipality:
            return content_key("procedure", self.procedure, self.municipality)
        return content_key("title", _plain(self.title), self.municipality, self.procedure)

    @property
    def name(self) -> str:
        """What people call it by: the code, or a short name such as ``raz16-3fa94c01``."""
        return self.code or f"{(self.municipality or 'bg').lower()}-{self.key[:8]}"


def _plain(title: str | None) -> str | None:
    """Leave of a title its letters and digits, so that quotes and dashes do not make two projects of one."""
    return None if title is None else "".join(letter for letter in title.casefold() if letter.isalnum())


@dataclass(frozen=True, slots=True)
class Link:
    """A document's figure (its place in the set, from 0) tied to a project."""

    position: int
    project: Project


@dataclass(frozen=True, slots=True)
class Claim:
    """What one figure says about a project, with all that proves it."""

    figure: StoredFigure
    stage: Stage
    phase: Phase
    title: str | None
    document: StoredDocument
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class Dossier:
    """A project with all its claims: planned before reported before registered, newest document first."""

    project: Project
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should know.

    ``message`` says what, where, why and what now, without times or counts that change from run to run.
    """

    kind: str
    severity: Severity
    subject_kind: Subject
    subject: str
    message: str

    @property
    def key(self) -> str:
        """The content key: kind, subject and message."""
        return content_key(self.kind, self.subject_kind.value, self.subject, self.message)


@dataclass(frozen=True, slots=True)
class Review:
    """A person's verdict on the ``occurrence``-th figure of this kind with this quote at an address."""

    address: str
    kind: Kind
    quote: str
    verdict: Verdict
    reviewer: str
    reviewed_at: datetime
    part: str | None = None
    occurrence: int = 0
    role: str | None = None
    value: str | None = None
    unit: str | None = None
    note: str | None = None

    @property
    def key(self) -> str:
        """The content key: where and what, not who and when, so that a later verdict replaces an earlier one."""
        return content_key(self.address, self.part, self.kind.value, self.quote, self.occurrence)
