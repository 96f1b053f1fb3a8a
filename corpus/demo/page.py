"""What the demonstration's templates may use: a page, the items on it, their tails."""

from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup

from corpus.demo.content import Attachment


@dataclass(frozen=True, slots=True)
class Teaser:
    """An item as a list, a feed or a tail shows it."""

    title: str
    link: str
    stamp: str
    published: date
    teaser: str
    views: int


@dataclass(frozen=True, slots=True)
class Item:
    """An item as its page shows it."""

    title: str
    body: Markup
    stamp: str
    updated: str
    number: int
    views: int
    source: str
    attachment: Attachment | None
    size: str
    print: str
    tail: tuple[Teaser, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What a template may use: ``kind`` is item, list, year, print or plain."""

    kind: str
    title: str
    items: tuple[Item | Teaser, ...] = ()
    body: Markup = field(default_factory=Markup)
    pages: tuple[tuple[int, str, bool], ...] = ()
    portlet: str = ""
