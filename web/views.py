"""What a page may show: frozen, already in the page's language, addresses already safe to be links."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from models.records import Dossier, Project, Snapshot
from models.reference import municipality_name
from models.settings import in_sofia
from web.evidence import Comparison, Evidence, Sentence, called, claims_of, compared, taken_in
from web.guard import readable, safe_link
from web.language import CODES, Language
from web.wording import in_euro, worded


@dataclass(frozen=True, slots=True)
class Place:
    """The document that a figure stands in; ``link`` is None for an address that may not be a link."""

    title: str
    address: str
    link: str | None
    published: str | None
    published_text: str
    page: int | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectLink:
    """A project as other pages name it."""

    name: str
    title: str | None
    link: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Proved:
    """What proves a figure: its key, when its bytes came and how, their SHA-256, a picture where there are pages."""

    key: str
    fetched: str
    by_hand: str | None
    sha256: str
    picture: str | None
    alt: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure with its sentence."""

    value: str
    euro: str | None
    role: str
    stage: str
    sentence: Sentence
    place: Place
    proof: Proved | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """What is claimed at one stage."""

    stage: str
    claims: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What is claimed about one thing, stage beside stage."""

    label: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A line about a project; ``code`` is set in the letters of codes."""

    label: str
    text: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """A project's page."""

    name: str
    title: str | None
    facts: tuple[Fact, ...]
    count: str
    json: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class SeveralPage:
    """Projects among which the reader has to choose."""

    heading: str
    projects: tuple[ProjectLink, ...]


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What did not work, and what now."""

    message: str
    advice: str = ""


def in_language(path: str, words: Language, **parameters: str) -> str:
    """Return an address of ours with what it needs to stay in the page's language."""
    if words.code != CODES[0]:
        parameters["lang"] = words.code
    return f"{path}?{urlencode(parameters)}" if parameters else path


def project_path(name: str) -> str:
    """Return the path of a project's page; a code may have slashes and spaces in it."""
    return f"/projects/{quote(name)}"


def project_link(project: Project, words: Language) -> ProjectLink:
    """Return a project (its title covered) as other pages name it."""
    note = (municipality_name(project.municipality) or "") if project.municipality else ""
    return ProjectLink(project.name, project.title, in_language(project_path(project.name), words), note)


def shown(evidence: Evidence, words: Language) -> Shown:
    """Return a figure in the page's language."""
    figure = evidence.figure
    return Shown(
        value=worded(figure, words),
        euro=in_euro(figure, words),
        role=words.word("role", figure.kind.value, figure.role),
        stage=evidence.stage.value,
        sentence=evidence.sentence,
        place=Place(
            title=evidence.title or evidence.address,
            address=readable(evidence.address),
            link=safe_link(evidence.address),
            published=evidence.published.isoformat() if evidence.published else None,
            published_text=day(evidence.published, words),
            page=evidence.page,
            notes=_notes(evidence, words),
        ),
        proof=_proved(evidence, evidence.snapshot, words) if evidence.snapshot else None,
    )


def _proved(evidence: Evidence, snapshot: Snapshot, words: Language) -> Proved:
    by_hand = taken_in(snapshot)
    quote = evidence.sentence.quote
    return Proved(
        key=evidence.key,
        fetched=in_sofia(snapshot.fetched_at),
        by_hand=words.word("proof", "by_hand").format(file=by_hand[0], date=in_sofia(by_hand[1])) if by_hand else None,
        sha256=snapshot.sha256,
        picture=f"/evidence/{evidence.key}.png" if evidence.page else None,
        alt=words.word("proof", "alt").format(page=evidence.page, quote=quote) if evidence.page else "",
    )


def _notes(evidence: Evidence, words: Language) -> tuple[str, ...]:
    """Return what a reader has to know of the page beside its address."""
    notes = []
    if evidence.gone:
        notes.append(words.word("result", "gone").format(day=day(evidence.gone, words)))
    if evidence.unverified:
        notes.append(words.word("result", "unverified"))
    return tuple(notes)


def day(value: date | None, words: Language) -> str:
    """Return a day as it is read; nothing for none."""
    if value is None:
        return ""
    return f"{value.day}\u00a0{words.words['date']['months'][value.month - 1]} {value.year}"


def project_page(dossier: Dossier, words: Language) -> ProjectPage:
    """Return a covered dossier's page: its facts, then what is claimed, stage beside stage."""
    project = dossier.project
    claims = claims_of(dossier)
    documents = len({one.document for one in claims})
    facts = [
        Fact(words.word("project", "municipality"), municipality_name(project.municipality) or project.municipality)
        if project.municipality
        else None,
        Fact(words.word("project", "code" if project.code else "short"), project.name, code=True),
        Fact(words.word("project", "procedure"), project.procedure, code=True) if project.procedure else None,
        Fact(words.word("project", "programme"), project.programme, code=True) if project.programme else None,
    ]
    return ProjectPage(
        name=project.name,
        title=called(dossier),
        facts=tuple(one for one in facts if one is not None),
        count=f"{words.counted('project', 'claims', len(claims))} · "
        f"{words.counted('project', 'announcements', documents)}",
        json=f"/api{project_path(project.name)}",
        rows=tuple(_row(one, words) for one in compared(claims)),
    )


def _row(comparison: Comparison, words: Language) -> Row:
    return Row(
        words.word("role", comparison.kind.value, comparison.role),
        tuple(Side(stage.value, tuple(shown(one, words) for one in side)) for stage, side in comparison.sides),
    )
