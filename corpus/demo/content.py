"""What a site of the demonstration says of its own: addresses, habits, news that announce nothing, tails, contacts.

Read from ``content/<site>.toml``, the words that all sites share from ``content/words.toml``.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from corpus.demo import FOLDER
from corpus.demo.typesetting import Hand

_CONTENT = FOLDER / "content"


@dataclass(frozen=True, slots=True)
class Words:
    """Months, weekdays, letters for slugs, and the line that says what these pages are."""

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    weekdays: tuple[str, ...]
    demo: str
    letters: Mapping[str, str]

    @classmethod
    def read(cls) -> Self:
        """Read ``words.toml``."""
        raw = tomllib.loads((_CONTENT / "words.toml").read_text("utf-8"))
        return cls(**_frozen(raw))

    def slug(self, title: str, longest: int = 60) -> str:
        """Write a title in Latin letters with hyphens, cut at a word."""
        folded = "".join(self.letters.get(one, one if one.isascii() else " ") for one in title.lower())
        return _hyphenate(folded, longest)

    def cyrillic(self, title: str, longest: int = 40) -> str:
        """Write a title in lower case with hyphens, percent-encoded, as WordPress does."""
        return quote(_hyphenate(title.lower(), longest))

    def stamp(self, form: str, day: date, hour: int = 0) -> str:
        """Write a day in a site's form."""
        return form.format(
            day=day.day,
            month=day.month,
            year=day.year,
            hour=hour,
            month_name=self.months[day.month - 1],
            Month=self.months[day.month - 1].capitalize(),
            short_month=self.short_months[day.month - 1],
            weekday=self.weekdays[day.weekday()],
        )


def _hyphenate(text: str, longest: int) -> str:
    words = "".join(one if one.isalnum() else " " for one in text).split()
    slug = ""
    for word in words:
        if len(slug) + len(word) > longest:
            break
        slug += f"-{word}" if slug else word
    return slug


@dataclass(frozen=True, slots=True)
class Filler:
    """A piece of news about no project."""

    title: str
    text: str
    published: date


@dataclass(frozen=True, slots=True)
class Plain:
    """A page outside the news: contacts, council, history."""

    path: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of news: the address of its first page, the form of the others', what it picks.

    ``suffix`` is what its links add to an address: the menu entry under which Joomla shows an article.
    """

    path: str
    page: str
    title: str
    pick: str = "all"
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF of an announcement; ``instead`` where the page only points to it and does not tell the thing itself.

    ``letterhead`` and ``footer`` stand on every page of it, the footer filled with ``{page}`` and ``{pages}``;
    ``stamp`` is the form of a day under the title where the announcement itself bears none; ``code`` is the project's
    code where the letterhead names it. ``landscape`` turns the pages, ``scale`` is the size of the letters to the
    usual one, ``repeat`` says whether a table's header stands again on each page.
    """

    document: str
    path: str
    label: str
    instead: bool = False
    title: str = ""
    note: str = ""
    letterhead: tuple[str, ...] = ()
    footer: str = "{page}"
    code: str = ""
    landscape: bool = False
    scale: float = 1.0
    stamp: str = ""
    repeat: bool = True


@dataclass(frozen=True, slots=True)
class SiteContent:
    """One site; addresses are forms for ``str.format`` with number, slug, date, page."""

    site: str
    name: str
    stamp: str
    forbidden: str
    disallow: tuple[str, ...]
    lists: tuple[Listing, ...]
    plains: tuple[Plain, ...]
    fillers: tuple[Filler, ...]
    tails: tuple[str, ...]
    per_page: int
    hand: Hand
    validators: tuple[str, ...]
    item: str = ""
    year: str = ""
    print: str = ""
    short: str = ""
    updated: str = ""
    changed: str = ""
    valid: date = date.max
    sitemap: str = ""
    feed: str = ""
    cut: str = ""
    drop: tuple[str, ...] = ()
    encoding: str = "utf-8"
    header_charset: bool = True
    first: int = 0
    step: int = 1
    delay: int = 0
    republishes: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = field(default=())

    @property
    def host(self) -> str:
        """The reserved name that the site's stored addresses bear."""
        return f"{self.site}.test"

    @property
    def origin(self) -> str:
        """Scheme and host, the same in every run."""
        return f"http://{self.host}"

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read one site's file; an unknown key raises TypeError."""
        raw: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        return cls(
            site=path.stem,
            hand=Hand(**raw.pop("hand")),
            lists=tuple(Listing(**one) for one in raw.pop("list")),
            plains=tuple(Plain(**one) for one in raw.pop("plain")),
            fillers=tuple(Filler(**one) for one in raw.pop("filler")),
            attachments=tuple(Attachment(**_frozen(one)) for one in raw.pop("pdf", [])),
            tails=tuple(raw.pop("tail")["titles"]),
            **_frozen(raw),
        )


def _frozen(raw: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}


def read_contents() -> list[SiteContent]:
    """Read all sites, in the order of their names."""
    return [SiteContent.read(path) for path in sorted(_CONTENT.glob("*.toml")) if path.stem != "words"]
