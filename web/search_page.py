"""The search page: the form as it was filled in, and the results, each with the figures that match."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.reference import municipality_name
from models.search import FoundFigure, Result, Results
from models.vocabulary import ROLES, Kind, Stage
from web.evidence import Sentence
from web.guard import readable, safe_link
from web.inquiry import LONGEST, Inquiry
from web.language import Language
from web.views import Place, ProjectLink, Shown, day, in_language, project_path
from web.wording import in_euro, worded

#: Results on a page, figures of one result.
PAGE = 20
FIGURES = 4
#: The same where nothing was asked for yet.
NEWEST, NEWEST_FIGURES = 8, 2

#: The form's fields as they stand on the page.
_ORDER = (
    "municipality",
    "programme",
    "kind",
    "role",
    "stage",
    "min",
    "max",
    "from",
    "to",
    "published_from",
    "published_to",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that a field may have."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Group:
    """Choices under a heading; without one for a plain list."""

    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form; ``choices`` is None where anything may be typed, ``offers`` are then proposed."""

    name: str
    label: str
    value: str
    choices: tuple[Group, ...] | None = None
    hint: str = ""
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownResult:
    """A project or an announcement without one, with its matching figures."""

    heading: ProjectLink | None
    place: Place
    municipality: str
    finds: tuple[Shown, ...]
    more: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """All that the search page shows."""

    query: str
    longest: int
    fields: tuple[Field, ...]
    narrowed: bool
    asked: bool
    clear: str
    problems: tuple[str, ...]
    count: str
    results: tuple[ShownResult, ...]
    previous: str | None
    next: str | None
    nothing_stored: bool = False


def search_page(
    inquiry: Inquiry, found: Results | None, offset: int, words: Language, places: Sequence[str], *, stored: bool
) -> SearchPage:
    """Return the page for an inquiry; ``found`` is None where it could not be read."""
    results = found.results if found else ()
    total = found.total if found else 0
    typed = {name: value for name, value in {"q": inquiry.words, **inquiry.fields}.items() if value}

    def at(place: int) -> str:
        return in_language("/", words, **typed, **({"offset": str(place)} if place else {}))

    return SearchPage(
        query=inquiry.words,
        longest=LONGEST,
        fields=_fields(inquiry, words, places),
        narrowed=inquiry.narrowed,
        asked=inquiry.asked,
        clear=in_language("/", words, **({"q": inquiry.words} if inquiry.words else {})),
        problems=tuple(problem.said(words.code) for problem in inquiry.problems),
        count=_count(total, len(results), offset, words),
        results=tuple(_shown_result(one, words) for one in results),
        previous=at(max(offset - PAGE, 0)) if offset else None,
        next=at(offset + PAGE) if inquiry.asked and offset + len(results) < total else None,
        nothing_stored=not stored,
    )


def _count(total: int, shown: int, offset: int, words: Language) -> str:
    if not total:
        return words.word("search", "results_none")
    if shown == total:
        return words.counted("search", "results", total)
    return words.word("search", "results_part").format(first=offset + 1, last=offset + shown, count=total)


def _fields(inquiry: Inquiry, words: Language, places: Sequence[str]) -> tuple[Field, ...]:
    kinds = tuple(Choice(one.value, words.word("kind", one.value)) for one in Kind)
    stages = tuple(Choice(one.value, words.word("stage", one.value)) for one in Stage)
    roles = []
    told: set[str] = set()
    for kind, names in ROLES.items():
        # `other` and `project` stand under several kinds: the kind's own field tells them apart.
        new = [name for name in names if name not in told and name != "other"]
        told.update(new)
        choices = tuple(Choice(name, words.word("role", kind.value, name)) for name in new)
        roles.append(Group(words.word("kind", kind.value), choices))
    choices_of = {"kind": (Group("", kinds),), "role": tuple(roles), "stage": (Group("", stages),)}
    date_hint, sum_hint = words.word("search", "date_hint"), words.word("search", "sum_hint")
    hints = {"municipality": "Кубрат", "programme": "BG05M9OP001", "min": sum_hint, "max": sum_hint}
    hints |= dict.fromkeys(("from", "to", "published_from", "published_to"), date_hint)
    return tuple(
        Field(
            name,
            words.word("search", name),
            inquiry.fields[name],
            choices_of.get(name),
            hints.get(name, ""),
            tuple(places) if name == "municipality" else (),
        )
        for name in _ORDER
    )


def _shown_result(result: Result, words: Language) -> ShownResult:
    heading = None
    if result.name:
        # A project without a title of its own is called by what its newest announcement is headed.
        heading = ProjectLink(result.name, result.title or result.headed, in_language(project_path(result.name), words))
    left = result.matching - len(result.figures)
    noun = "more" if result.name else "figures_more_document"
    return ShownResult(
        heading=heading,
        place=Place(
            title=result.title or result.address,
            address=readable(result.address),
            link=safe_link(result.address),
            published=result.published.isoformat() if result.published else None,
            published_text=day(result.published, words),
            page=None,
        ),
        municipality=(municipality_name(result.municipality) or "") if result.municipality else "",
        finds=tuple(_shown(one, words) for one in result.figures),
        more=words.word("result", noun).format(count=left) if left > 0 and result.figures else "",
    )


def _shown(found: FoundFigure, words: Language) -> Shown:
    figure = found.figure.figure
    return Shown(
        value=worded(figure, words),
        euro=in_euro(figure, words),
        role=words.word("role", figure.kind.value, figure.role),
        stage=found.stage.value,
        sentence=Sentence.of(found.passage),
        place=Place(
            title=found.title or found.address,
            address=readable(found.address),
            link=safe_link(found.address),
            published=found.published.isoformat() if found.published else None,
            published_text=day(found.published, words),
            page=None,
        ),
    )
