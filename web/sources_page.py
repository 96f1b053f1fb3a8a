"""The sources as a reader sees them: what each shows, when it was last seen well, and what is wrong with it."""

from dataclasses import dataclass

from sqlmodel import Session

from models.masking import mask
from models.settings import in_sofia
from models.store import get_sources, last_visit, list_findings
from models.tables import SiteState
from web.feed import failure
from web.guard import safe_link
from web.language import Language


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source; ``state`` is well, part, failed or unknown, ``problems`` its open failures: the sort, the words."""

    name: str
    link: str | None
    state: str
    said: str
    shown: str
    looked: str
    good: str
    problems: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """All sources, by name."""

    lines: tuple[SourceLine, ...]
    feed: str = "/findings.atom"


def sources_page(session: Session, words: Language) -> SourcesPage:
    """Return the page in the reader's language; what is wrong is told in the words of the findings."""
    told: dict[str | None, list[tuple[str, str]]] = {}
    for one in list_findings(session, failures=True):
        told.setdefault(one.site, []).append((failure(one.finding.kind, words), mask(one.finding.message)))
    lines = []
    for source in get_sources(session):
        visit = last_visit(session, source.code)
        good = last_visit(session, source.code, good=True)
        if visit is None:
            state = "unknown"
        elif not visit.good:
            state = "failed"
        else:
            state = "well" if visit.state is SiteState.DONE else "part"
        lines.append(
            SourceLine(
                name=source.name,
                link=safe_link(source.home),
                state=state,
                said=words.word("sources", state),
                shown=words.counted("sources", "shown", good.shown) if good else "",
                looked=in_sofia(visit.ended_at) if visit else "",
                good=in_sofia(good.ended_at) if good else "",
                problems=tuple(told.get(source.code, ())),
            )
        )
    return SourcesPage(tuple(sorted(lines, key=lambda line: line.name)))
