"""The steps from a reading to its figures: find the values, tell their roles, place them in projects, check the lot."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from datetime import date

from extractors.amounts import find_amounts
from extractors.candidate import Candidate
from extractors.cue_places import CuePlaces
from extractors.datings import find_dates, find_stamp, read_stamp_words
from extractors.durations import find_durations
from extractors.headcounts import find_headcounts
from extractors.headcounts_weighed import MODEL as PEOPLE
from extractors.identifiers import Identifier
from extractors.lexer import Lex
from extractors.links_weighed import MODEL as LINK
from extractors.links_weighed import weigh_links
from extractors.reading import Reading
from extractors.relations import link, set_bounds
from extractors.relevance import Relevance
from extractors.relevance_weighed import MODEL as RELEVANCE
from extractors.relevance_weighed import SHORTEST, likely
from extractors.roles import assign_roles
from extractors.sieve import keep
from extractors.subjects import assign_projects
from extractors.titles_weighed import MODEL as TITLE
from extractors.weights import Weights, weights
from extractors.years_weighed import MODEL as YEAR
from models.codes import ProjectCode
from models.figure import NOTHING, Attributes, Figure
from models.vocabulary import Kind


@dataclass(slots=True)
class Work:
    """What the steps hand on: the reading, the publication date, the candidates, and in the end the figures.

    ``models`` are the weights of the second look at roles; None takes those that were learned.
    """

    reading: Reading
    published: date | None = None
    candidates: list[Candidate] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    models: Mapping[str, Weights] | None = None
    cues: CuePlaces | None = None

    @property
    def weights(self) -> Mapping[str, Weights]:
        """The weights to be used: those given, or those that were learned."""
        return weights() if self.models is None else self.models


def find(work: Work) -> None:
    """Find every value by its shape and unit."""
    reading = work.reading
    stamp = find_stamp(reading)
    if stamp and work.published is None:
        work.published = stamp[0]
    elif work.published is None:
        work.published = read_stamp_words(reading)
    cues = work.cues = CuePlaces(reading)
    relevance = Relevance(reading, cues)
    models = work.weights
    page = _is_relevant(reading, relevance, models.get(RELEVANCE))
    if page is None or not (page or any(relevance.is_read(index, page=False) for index in range(len(reading.blocks)))):
        return
    found = [
        _identifier(one.value)
        for one in reading.lexemes
        if one.lex is Lex.IDENTIFIER and isinstance(one.value, Identifier) and reading.names(one.start)
    ]
    amounts, used = find_amounts(reading)
    found += amounts
    found += find_durations(reading, used)
    found += find_headcounts(reading, used, models.get(PEOPLE))
    found += find_dates(reading, work.published, stamp[1] if stamp else None, models.get(YEAR))
    read: dict[int | None, bool] = {}
    for one in found:
        index = reading.block_index(one.start)
        if index not in read:
            read[index] = relevance.is_read(index, page=page)
    found = [one for one in found if (page and one.role in _ALWAYS) or read[reading.block_index(one.start)]]
    work.candidates = sorted(found, key=lambda one: (one.start, -one.end))


#: So unlikely a text is none of ours whatever it names; so likely it is ours though it names nothing. Below the first
#: no paragraph of it is either.
_NEVER, _UNLIKELY, _LIKELY = 0.02, 0.4, 0.9


def _is_relevant(reading: Reading, relevance: Relevance, model: Weights | None) -> bool | None:
    """Say whether a text may have figures: by what it names, unless all its words speak clearly against that.

    None where not even a paragraph that names a fund may have some: a timetable tells who pays for the buses.
    """
    named = relevance.is_relevant()
    if model is None or relevance.names_code or relevance.is_denied or len(reading.text) < SHORTEST:
        return named
    told = likely(reading, model)
    if told < _NEVER:
        return None
    return told > _UNLIKELY if named else told > _LIKELY


#: What is no matter of words around it.
_ALWAYS = (str(Kind.PROJECT_ID), str(Kind.PROCEDURE_ID), "published")


def _identifier(one: Identifier) -> Candidate:
    code = one.code
    assert code is not None
    kind = Kind.PROJECT_ID if isinstance(code, ProjectCode) else Kind.PROCEDURE_ID
    found = Candidate(kind, one.start, one.end, code, "identifier", role=str(kind))
    found.damaged, found.repaired = code.damaged, one.repaired and not code.damaged
    return found


def role(work: Work) -> None:
    """Tell the bounds and roles."""
    set_bounds(work.reading, work.candidates)
    assign_roles(work.reading, work.candidates, work.weights, work.cues, work.published)
    work.candidates = keep(work.reading, work.candidates)


def place(work: Work) -> None:
    """Link the figures to each other and to their projects."""
    link(work.reading, work.candidates)
    models = work.weights
    if LINK in models:
        weigh_links(work.reading, work.candidates, models[LINK])
    assign_projects(work.reading, work.candidates, models.get(TITLE))


def check(work: Work) -> None:
    """Make the figures: quotes from the canonical text, no two of one kind at one place."""
    text = work.reading.text
    seen: set[tuple[Kind, int]] = set()
    for one in work.candidates:
        if (one.kind, one.start) in seen:
            continue
        seen.add((one.kind, one.start))
        work.figures.append(_figure(text, one))


#: What most figures have: no attribute that the text tells.
_UNSAID = astuple(NOTHING)


def _figure(text: str, one: Candidate) -> Figure:
    scheme = getattr(one.value, "scheme", None)
    said = (
        one.vat,
        one.per,
        one.same_as,
        one.part_of,
        one.subset_of,
        scheme,
        one.damaged,
        one.repaired,
        one.working_days,
        one.abstained,
    )
    attributes = NOTHING if said == _UNSAID else Attributes(*said)
    assert one.role is not None
    return Figure(
        one.kind,
        one.role,
        one.value,
        text[one.start : one.end],
        one.start,
        one.bound,
        one.project,
        attributes,
        one.rule,
        one.confidence,
        tuple(one.reasons),
    )
