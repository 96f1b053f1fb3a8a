"""Figures tied to projects: by project code, else by procedure and municipality, else by title within a municipality.

One pass over all documents, so that no order of reading matters: what a page of 2016 calls „Независим живот в община
Кубрат“ is the project whose code a page of 2017 names, if the municipality has no other under the call.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from extractors.canonical import shadow
from extractors.titles import find_titles
from models.codes import ProjectCode, match_code, strip_contract
from models.database import Database
from models.figure import Figure
from models.records import Link, Project, StoredDocument
from models.reference import municipalities_named
from models.store import get_document, get_sources, list_documents, load_figures, put_links
from models.vocabulary import Kind

#: Part of what tied a figure: another version ties the archive again.
LINK_VERSION = "1"

#: „община Кубрат“, „общината в Кубрат“: how a republished text says whose project it is.
_MUNICIPALITY = re.compile(r"(?<!\w)общин\w*\s+(?:в\s+)?((?:[а-я]+)(?:[\s-]+[а-я]+)?)")
_PLAIN = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class _Said:
    """What one document says: its municipality, its call, its figures, and the title beside its one code."""

    key: str
    municipality: str | None
    procedure: str | None
    figures: tuple[Figure, ...]
    title: str | None = None

    @property
    def codes(self) -> set[str]:
        """The projects that it names by code."""
        return {strip_contract(name) for name in self._names if _is_code(name)}

    @property
    def titles(self) -> set[str]:
        """The projects that it names by title."""
        return {name for name in self._names if not _is_code(name)}

    @property
    def _names(self) -> set[str]:
        return {figure.project for figure in self.figures if figure.project}


@dataclass(slots=True)
class _Known:
    """Codes by call and municipality, and by title and municipality, over all documents."""

    by_call: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    by_title: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    calls_by_title: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))


def link_documents(database: Database) -> int:
    """Tie the figures of all documents to projects, and return how many documents speak of one.

    Every document is looked at, for what one says can decide about another; equal ties change no row.
    """
    said = _read_all(database)
    known = _learn(said)
    tied = 0
    for one in said:
        links = _links(one, known)
        tied += bool(links)
        with database.writing() as session:
            put_links(session, one.key, links, LINK_VERSION)
    return tied


def _read_all(database: Database) -> list[_Said]:
    said = []
    with database.reading() as session:
        homes = {source.code: source.municipality for source in get_sources(session)}
        for key in list_documents(session):
            stored = get_document(session, key)
            assert stored is not None  # one state of the database is seen
            figures = tuple(load_figures(session, key))
            municipality = homes[stored.source] or named_municipality(stored)
            said.append(_Said(key, municipality, _procedure(figures), figures, _title(stored.document.text, figures)))
    return said


def _title(text: str, figures: Iterable[Figure]) -> str | None:
    """Return the one title that a document with one project's code quotes, None where it is not one."""
    codes = {strip_contract(figure.project) for figure in figures if figure.project and _is_code(figure.project)}
    if len(codes) != 1:
        return None
    titles = {_plain(title): " ".join(title.split()) for _, title in reversed(find_titles(text, shadow(text)))}
    return titles.popitem()[1] if len(titles) == 1 else None


def named_municipality(stored: StoredDocument) -> str | None:
    """Return the one municipality that a republished text names most often, None where it is not one."""
    return municipality_in(f"{stored.document.title or ''}\n{stored.document.text}")


def municipality_in(text: str) -> str | None:
    """Return the code of the one municipality that a text names most often, None where it is not one."""
    text = shadow(text)
    counts: dict[str, int] = defaultdict(int)
    for match in _MUNICIPALITY.finditer(text):
        words = match[1].split()
        # „община Горна Оряховица обяви“, „община Кубрат обяви“: two words are tried before one.
        for name in (" ".join(words[:2]), words[0]):
            found = municipalities_named(name)
            if len(found) == 1:
                counts[found[0].code] += 1
                break
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _procedure(figures: Iterable[Figure]) -> str | None:
    """Return the one call that a document puts its project under, None where there is none or several."""
    calls = {figure.value.text for figure in figures if figure.kind is Kind.PROCEDURE_ID and figure.project}
    calls = calls or {figure.value.text for figure in figures if figure.kind is Kind.PROCEDURE_ID}
    return calls.pop() if len(calls) == 1 else None


def _learn(said: list[_Said]) -> _Known:
    known = _Known()
    for one in said:
        if one.municipality is None:
            continue
        for code in one.codes:
            call = _call_of(code)
            if call:
                known.by_call[one.municipality, call].add(code)
        if one.title:
            known.by_title[one.municipality, _plain(one.title)].update(one.codes)
        for title in one.titles:
            named = (one.municipality, _plain(title))
            if one.procedure and len(one.titles) == 1:
                known.calls_by_title[named].add(one.procedure)
    return known


def _links(said: _Said, known: _Known) -> list[Link]:
    projects = {name: _project(name, said, known) for name in {*said.titles, *_written_codes(said)}}
    return [
        Link(position, projects[figure.project])
        for position, figure in enumerate(said.figures)
        if figure.project in projects
    ]


def _project(name: str, said: _Said, known: _Known) -> Project:
    """Return the project that a document means by a code or a title."""
    if _is_code(name):
        return Project.coded(name, said.municipality, said.title)
    name = " ".join(name.split())
    if said.municipality is None:
        return Project.uncoded(said.procedure, None, name)
    call = said.procedure
    named = (said.municipality, _plain(name))
    calls = known.calls_by_title.get(named, set())
    if call is None and len(calls) == 1:
        # Another page of the same project says under which call it is.
        (call,) = calls
    if call is not None:
        codes = known.by_call.get((said.municipality, call), set())
        if len(codes) == 1:
            return Project.coded(min(codes), said.municipality, name)
        if not codes and len(said.titles) == 1:
            return Project.uncoded(call, said.municipality, name)
    codes = known.by_title.get(named, set())
    if len(codes) == 1:
        return Project.coded(min(codes), said.municipality, name)
    return Project.uncoded(None, said.municipality, name)


def _written_codes(said: _Said) -> set[str]:
    return {figure.project for figure in said.figures if figure.project and _is_code(figure.project)}


def _is_code(name: str) -> bool:
    """Say whether a figure's project is named by a code, whole or damaged, rather than by a title."""
    code = match_code(name)
    return isinstance(code, ProjectCode) and code.text == name


def _call_of(code: str) -> str | None:
    parts = match_code(code)
    return parts.procedure if isinstance(parts, ProjectCode) else None


def _plain(title: str) -> str:
    return _PLAIN.sub("", shadow(title))
