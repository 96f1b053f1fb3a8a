"""The tables: source → address → snapshot → document → figure → claim ← project, beside finding, review and run.

Keys come from content (``models.keys``). A run's number and the time of a look stand in ``run`` and ``address`` alone
(a snapshot and a finding know when they were first seen), so that looking again at what has not changed changes
nothing else. A table class does not validate; what enters has
gone through the frozen types of ``models.records``, and the database itself holds the closed lists.

Every column has a description: it is the data package's, the data dictionary's and the reader's.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, MetaData
from sqlmodel import Field, SQLModel

from models.column_types import Listed, Moment
from models.states import RunState as RunState
from models.states import Severity as Severity
from models.states import SiteState as SiteState
from models.states import State as State
from models.states import Subject as Subject
from models.states import Verdict as Verdict
from models.vocabulary import ROLES, Bound, HeadUnit, Kind, Phase, Stage

#: Constraints and indexes get the same names on both dialects, so that migrations can speak of them.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """What our tables share: a metadata of their own, with named constraints."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({_quoted(values)})", name=column)


def _role_of_kind() -> CheckConstraint:
    pairs = (f"(kind = '{kind}' AND role IN ({_quoted(roles)}))" for kind, roles in ROLES.items())
    return CheckConstraint(" OR ".join(pairs), name="role")


def _field(description: str, **options: Any) -> Any:  # noqa: ANN401 - what SQLModel's Field takes and gives
    return Field(description=description, **options)


def _listed(description: str, words: type[StrEnum]) -> Any:  # noqa: ANN401
    return Field(description=description, sa_type=Listed(words))


def _moment(description: str, *, nullable: bool = True) -> Any:  # noqa: ANN401
    return Field(default=None, description=description, sa_type=Moment, nullable=nullable)


def _long(description: str) -> Any:  # noqa: ANN401
    return Field(default=None, description=description, sa_type=BigInteger)


def _refers(description: str, to: str, *, index: bool = True, nullable: bool = False) -> Any:  # noqa: ANN401
    return Field(
        default=None if nullable else ..., description=description, foreign_key=to, index=index, nullable=nullable
    )


class SourceRow(Table, table=True):
    """A site that announcements are read from."""

    __tablename__ = "source"

    code: str = _field("Short name of the site's recipe.", primary_key=True)
    name: str = _field("Name of the site as people know it.")
    municipality: str | None = _field("Code of its municipality; empty for an aggregator.", default=None)
    family: str | None = _field("What kind of content system the site runs on.", default=None)
    home: str = _field("Address of the site's first page.")


class AddressRow(Table, table=True):
    """An address that was asked, with what is needed to ask it again politely."""

    __tablename__ = "address"

    address: str = _field("Canonical address, the same in every run and on every machine.", primary_key=True)
    source: str = _refers("Site that the address belongs to.", "source.code")
    etag: str | None = _field("Validator that the server gave (ETag).", default=None)
    last_modified: str | None = _field("Validator that the server gave (Last-Modified).", default=None)
    sha256: str | None = _field("Digest of the content that the address had when last seen.", default=None, index=True)
    good: str | None = _field("Digest of the content that it had when a good run last saw it.", default=None)
    status: int | None = _field("HTTP status of the last answer; empty if there was none.", default=None)
    error: str | None = _field("Why the last look gave nothing.", default=None)
    failures: int = _field("How often in a row a look gave nothing.", default=0)
    seen: int = _field("How often the address was looked at.", default=0)
    fetched_at: datetime | None = _moment("When the address was last looked at.")
    run: str | None = _field("Number of the run that last looked at it.", default=None)
    shown: str | None = _field("Number of the run whose lists and feeds last led to it.", default=None)
    next_due: datetime | None = _moment("When the address is due to be looked at again.")
    unchanged: int = _field("How often in a row a look found the same content.", default=0)
    gone_at: date | None = _field("Day on which the site first no longer had the address (404, 410).", default=None)
    found_on: str | None = _field("Address of the page whose link first led to it.", default=None)


class SnapshotRow(Table, table=True):
    """A content that an address had: what came, byte for byte, and where it is archived."""

    __tablename__ = "snapshot"

    key: str = _field("Content key of address and digest.", primary_key=True)
    source: str = _refers("Site that it came from.", "source.code")
    address: str = _refers("Canonical address that it came from.", "address.address")
    sha256: str = _field("SHA-256 of the decoded body.", index=True)
    media_type: str | None = _field("Media type as the server gave it, without parameters.", default=None)
    charset: str | None = _field("Character set as the server gave it.", default=None)
    status: int | None = _field("HTTP status of the answer; empty for a file taken in by hand.", default=None)
    headers: str = _field(
        "Headers of the answer kept as evidence, or name and day of a file taken in by hand, as a JSON object.",
        default="{}",
    )
    listed_title: str | None = _field("Title by which the site's list or feed announced it.", default=None)
    listed_date: str | None = _field("Publication stamp of the site's list or feed, as written.", default=None)
    fetched_at: datetime = _moment("When this content was first fetched.", nullable=False)
    archive_file: str = _field("File of the archive that holds the record, relative to the archive.")
    archive_offset: int = Field(description="Offset of the record in that file, in bytes.", sa_type=BigInteger)
    archive_length: int = Field(description="Length of the record in that file, in bytes.", sa_type=BigInteger)
    truncated: bool = _field("Whether a limit cut the content off.", default=False)
    imported: bool = _field("Whether a person took the file in by hand.", default=False)
    unverified: bool = _field(
        "Whether the server's certificate was not verified, as the site's recipe allows.", default=False
    )
    listing: bool = _field("Whether it only leads to announcements: a list page, a feed, a sitemap.", default=False)
    held: bool = _field("Whether no good run has shown it yet: archived, and nothing told from it.", default=False)


class DocumentRow(Table, table=True):
    """An announcement that was read from a snapshot."""

    __tablename__ = "document"
    __table_args__ = (_one_of("state", State), _one_of("phase", Phase), _one_of("stage", Stage))

    key: str = _field("Content key of snapshot and part.", primary_key=True)
    snapshot: str = _refers("Snapshot that it was read from.", "snapshot.key")
    source: str = _refers("Site that published it.", "source.code")
    address: str = _refers("Canonical address of the page or file.", "address.address")
    part: str | None = _field("Which of several documents in the file; empty where there is one.", default=None)
    title: str | None = _field("Title of the announcement.", default=None)
    published: date | None = _field("Day of publication, as the page itself gives it.", default=None, index=True)
    derived: bool = _field("Whether the day of publication was told from the time of fetching.", default=False)
    phase: Phase = _listed("Where in the project's life the announcement stands.", Phase)
    stage: Stage = _listed("Whether it announces beforehand or tells afterwards.", Stage)
    media_type: str = _field("Media type of what was read.")
    text: str = _field("Canonical text that all offsets count in.")
    blocks: str = _field("Blocks of the text, as compact JSON.", default="[]")
    layout: str | None = _field("Pages of the text, as compact JSON; empty for a document without pages.", default=None)
    incomplete: str | None = _field("What the reader could not take in.", default=None)
    state: State = _listed("What reading has come to.", State)
    reason: str | None = _field("Why it could not be read.", default=None)
    is_current: bool = _field("Whether the address still had this content when last seen.", default=True)
    gone_at: date | None = _field("Day on which the site first no longer had the address (404, 410).", default=None)
    reader: str = _field("Version of the reader that gave the text.")
    rules: str = _field("Version of the rules that last confirmed the figures.")
    linked: str | None = _field("Version of the rules that tied the figures to projects.", default=None)


class SeenRow(Table, table=True):
    """A page or file that was read and is no announcement about a project; its bytes stay in the archive."""

    __tablename__ = "seen"

    key: str = _field("Content key of snapshot and part.", primary_key=True)
    snapshot: str = _refers("Snapshot that it was read from.", "snapshot.key")
    source: str = _refers("Site that published it.", "source.code")
    address: str = _refers("Canonical address of the page or file.", "address.address")
    part: str | None = _field("Which of several documents in the file; empty where there is one.", default=None)
    title: str | None = _field("Title of the page.", default=None)
    score: float = _field("What its words weigh for and against a project.")
    bar: float = _field("From which score on a page is kept as an announcement.")
    words: str = _field("The words that weighed, as a JSON object of weights.", default="{}")
    reader: str = _field("Version of the reader that gave the text.")
    rules: str = _field("Version of the rules and words that judged it.")


class FigureRow(Table, table=True):
    """One mention of a value in a document, with its words and its place."""

    __tablename__ = "figure"
    __table_args__ = (
        _one_of("kind", Kind),
        _role_of_kind(),
        _one_of("bound", Bound),
        CheckConstraint('start >= 0 AND "end" > start', name="place"),
        CheckConstraint("minor >= 0 AND number >= 0", name="not_negative"),
        CheckConstraint("(minor IS NULL OR kind = 'amount') AND (number IS NULL OR kind = 'headcount')", name="value"),
        CheckConstraint("confidence >= 0 AND confidence <= 1", name="confidence"),
        CheckConstraint(f"kind <> 'headcount' OR unit IN ({_quoted(HeadUnit)})", name="unit"),
    )

    key: str = _field("Content key of document, rules and mention.", primary_key=True)
    document: str = _refers("Document that states it.", "document.key")
    position: int = _field("Place of the mention among the document's figures, from 0.")
    kind: Kind = _listed("What sort of value it is.", Kind)
    role: str = _field("What the value says about the project.", index=True)
    value: str = _field("The value in its exact text form.", index=True)
    unit: str | None = _field("Currency of an amount, or what a headcount counts.", default=None)
    minor: int | None = _long("An amount in minor units (stotinki, cents) of its own currency.")
    eur_minor: int | None = _long("The amount in euro cents: derived at 1.95583 leva for one euro, rounded half up.")
    date_first: date | None = _field("First day that a date can mean.", default=None)
    date_last: date | None = _field("Last day that a date can mean.", default=None)
    number: int | None = _long("A headcount's number.")
    quote: str = _field("The words that carry the value.")
    start: int = _field("Offset of the quote in the document's text.")
    end: int = _field("Offset just past the quote.")
    bound: Bound = _listed("Whether the text gives the value itself or a limit of it.", Bound)
    project: str | None = _field("Project that the text gives the value to: its code, or its title.", default=None)
    attributes: str = _field("What else the text says of the value, as a JSON object.", default="{}")
    rule: str = _field("Name of the rule that found it.", default="")
    confidence: float = _field("How sure the rule is, from 0 to 1.", default=1.0)
    reasons: str = _field("Why the role was chosen, as a JSON list.", default="[]")
    rules: str = _field("Version of the rules that made the set of figures.")
    is_current: bool = _field("Whether the set is the newest; an older one may count in an older text.", default=True)


class ProjectRow(Table, table=True):
    """A project that announcements speak of."""

    __tablename__ = "project"

    key: str = _field("Content key of the code, or of procedure, municipality and title.", primary_key=True)
    name: str = _field("What the project is called by: its code, or a short name.", unique=True)
    code: str | None = _field("Code without contract suffix and co-financing leg.", default=None)
    procedure: str | None = _field("Code of the call that it was chosen under.", default=None, index=True)
    programme: str | None = _field("Programme that pays, by the letters of its codes.", default=None, index=True)
    municipality: str | None = _field("Code of the municipality that carries it out.", default=None, index=True)
    title: str | None = _field("Title as the earliest document that gives one has it.", default=None)
    folded: str = _field("Code, name and procedure with look-alike letters made one, for finding a fragment.")


class ClaimRow(Table, table=True):
    """What a figure says about a project, and at which stage it says so."""

    __tablename__ = "claim"
    __table_args__ = (_one_of("phase", Phase), _one_of("stage", Stage))

    key: str = _field("Content key of figure and project.", primary_key=True)
    project: str = _refers("Project that is spoken of.", "project.key")
    figure: str = _refers("Figure that says it.", "figure.key")
    document: str = _refers("Document that says it.", "document.key")
    stage: Stage = _listed("Planned, reported or registered.", Stage)
    phase: Phase = _listed("Where in the project's life it was said.", Phase)
    title: str | None = _field("Title by which this document calls the project.", default=None)
    municipality: str | None = _field("Municipality that this document gives the project to.", default=None)


class FindingRow(Table, table=True):
    """Something that a person should know: what, where, why, and what now."""

    __tablename__ = "finding"
    __table_args__ = (_one_of("severity", Severity), _one_of("subject_kind", Subject))

    key: str = _field("Content key of kind, subject and message.", primary_key=True)
    kind: str = _field("What sort of finding it is.", index=True)
    severity: Severity = _listed("How loud it is.", Severity)
    subject_kind: Subject = _listed("What it is about.", Subject)
    subject: str = _field("Code, address or key of what it is about.", index=True)
    message: str = _field("What was found, where, why, and what can be done.")
    resolved: bool = _field("Whether it no longer holds.", default=False)
    first_seen: datetime = _moment("When it was first found.", nullable=False)
    changed_at: datetime | None = _moment("When it last began or ceased to hold.")


class ReviewRow(Table, table=True):
    """A person's verdict on a figure; it is tied to the words, so that reading again does not lose it."""

    __tablename__ = "review"
    __table_args__ = (
        _one_of("kind", Kind),
        _one_of("verdict", Verdict),
        CheckConstraint("verdict <> 'correct' OR value IS NOT NULL OR role IS NOT NULL", name="corrected"),
    )

    key: str = _field("Content key of address, part, kind, quote and occurrence.", primary_key=True)
    address: str = _refers("Canonical address of the document.", "address.address")
    part: str | None = _field("Which of several documents in the file.", default=None)
    kind: Kind = _listed("Kind of the figure.", Kind)
    quote: str = _field("Words of the figure.")
    occurrence: int = _field("Which of the figures of this kind with these words, from 0.", default=0)
    verdict: Verdict = _listed("What the reviewer says.", Verdict)
    role: str | None = _field("The right role, where it was corrected.", default=None)
    value: str | None = _field("The right value, where it was corrected.", default=None)
    unit: str | None = _field("The right unit, where it was corrected.", default=None)
    note: str | None = _field("What the reviewer adds.", default=None)
    reviewer: str = _field("Who says it.")
    reviewed_at: datetime = _moment("When it was said.", nullable=False)


class RunRow(Table, table=True):
    """One run of a command over some sites."""

    __tablename__ = "run"
    __table_args__ = (_one_of("state", RunState),)

    id: str = _field("Number of the run (a random one).", primary_key=True)
    command: str = _field("What was run.")
    sites: str = _field("Sites it was run for, as a JSON list.", default="[]")
    state: RunState = _listed("How it stands.", RunState)
    started_at: datetime = _moment("When it began.", nullable=False)
    ended_at: datetime | None = _moment("When it ended.")
    counts: str = _field("What it did, as a JSON object of numbers.", default="{}")
    versions: str = _field("Versions of reader, rules and program, as a JSON object.", default="{}")
    message: str | None = _field("Why it failed, or what was left out.", default=None)


class VisitRow(Table, table=True):
    """How one site fared in one run, and what later runs are measured against."""

    __tablename__ = "visit"
    __table_args__ = (_one_of("state", SiteState),)

    key: str = _field("Content key of run and site.", primary_key=True)
    run: str = _field("Number of the run.", index=True)
    site: str = _field("Short name of the site's recipe.", index=True)
    state: SiteState = _listed("How the site fared.", SiteState)
    good: bool = _field("Whether what came is believed, and later runs are measured against it.")
    accepted: bool = _field("Whether a person accepted what a guard refuses.", default=False)
    whole: bool = _field("Whether the crawl went on to its end: no limit cut it short.", default=True)
    shown: int = _field("Announcements that lists and feeds show and that were there, unchanged ones too.", default=0)
    announcements: int = _field("Announcements among them that were read.", default=0)
    kept: int = _field("Those that speak of a project.", default=0)
    titled: int = _field("Different titles among those that were read.", default=0)
    dated: int = _field("Those kept with a day of publication.", default=0)
    worded: int = _field("Different beginnings of text among those kept.", default=0)
    figured: int = _field("Those kept with figures.", default=0)
    canary: str | None = _field("Key of the snapshot of the recipe's canary.", default=None)
    counts: str = _field("What was asked, read and kept, as a JSON object of numbers.", default="{}")
    rule: str | None = _field("What it failed by: a kind of finding, or a setting.", default=None)
    message: str | None = _field("Why it failed, or what was left out.", default=None)
    ended_at: datetime = _moment("When the site was judged.", nullable=False)


#: All tables, parents first.
TABLES: tuple[type[Table], ...] = (
    SourceRow,
    AddressRow,
    SnapshotRow,
    DocumentRow,
    SeenRow,
    FigureRow,
    ProjectRow,
    ClaimRow,
    FindingRow,
    ReviewRow,
    RunRow,
    VisitRow,
)
