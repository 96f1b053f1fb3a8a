"""What would come of a page or file: its documents, whether each is kept, its figures; nothing is stored.

For trying a recipe out (``otchet harvest --dry-run``), for its fixtures (``otchet sites check``), and for explaining
what was decided (``otchet show ADDRESS``).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from extractors.css import Selectors
from extractors.keeping import Weighed
from flows.keep import is_kept
from flows.reader_job import ReadDocument, ReaderJob
from flows.reader_pool import readers
from flows.recipe import Keep, Recipe
from models.reader_limits import ReaderLimits


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes with what the server said of them."""

    address: str
    body: bytes
    media_type: str | None = None
    charset: str | None = None
    fetched: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One document of a page: ``reason`` says why it cannot be read, ``weighed`` is then None."""

    part: str | None
    title: str | None
    published: str | None
    characters: int
    figures: int
    is_kept: bool
    weighed: Weighed | None = None
    reason: str | None = None
    incomplete: str | None = None

    @property
    def verdict(self) -> str:
        """``keep``, ``seen`` (read, and no announcement about a project) or ``unreadable``."""
        if self.reason is not None:
            return "unreadable"
        return "keep" if self.is_kept else "seen"

    def record(self) -> dict[str, Any]:
        """Return the verdict as JSON has it."""
        weighed = self.weighed
        return {
            "part": self.part,
            "title": self.title,
            "published": self.published,
            "characters": self.characters,
            "figures": self.figures,
            "verdict": self.verdict,
            "reason": self.reason,
            "incomplete": self.incomplete,
            "score": weighed.score if weighed else None,
            "bar": weighed.bar if weighed else None,
            "by": weighed.by if weighed else None,
            "programme": weighed.programme if weighed else None,
            "words": dict(weighed.words) if weighed else {},
        }


def judge(page: Page, recipe: Recipe | None = None) -> list[Judged]:
    """Have a page read as the recipe says (in general, without one), in a process apart, and judge its documents."""
    charset = recipe.encoding if recipe and recipe.encoding else page.charset
    job = replace(
        ReaderJob.of_answer(page.address, page.media_type, charset),
        fetched=page.fetched,
        selectors=recipe.selectors if recipe else Selectors(),
        weigh=True,
    )
    answer = readers(ReaderLimits.read()).read(page.body, job)
    if answer.problem is not None:
        return [Judged(None, None, None, 0, 0, is_kept=True, reason=answer.problem)]
    return [_judged(one, recipe.keep if recipe else Keep.PROJECTS) for one in answer.documents]


def _judged(read: ReadDocument, keep: Keep) -> Judged:
    """Judge one document; what has figures is kept."""
    document, weighed = read.document, read.weighed
    published = document.published.isoformat() if document.published else None
    if document.unread is not None:
        return Judged(document.part, document.title, published, 0, 0, is_kept=True, reason=document.unread)
    return Judged(
        document.part,
        document.title,
        published,
        len(document.text),
        len(read.figures),
        is_kept=is_kept(keep, weighed, read.figures),
        weighed=weighed,
        incomplete=document.incomplete,
    )
