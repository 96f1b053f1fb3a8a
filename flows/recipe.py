"""A site's recipe as a value: where it announces, what is followed there, what an address of it is.

Patterns are regular expressions searched in an address' path and query as people read them (``/bg/новини/7``); what no
pattern names is not followed.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from extractors.css import Selectors
from flows.addresses import canonical_address, host_of, readable_address
from flows.json_list import JsonList


class AddressKind(StrEnum):
    """What an address of a site is to the crawl; only articles and files become documents."""

    LIST = "list"
    #: A feed, a sitemap, a list in JSON, or a robots.txt that names sitemaps.
    FEED = "feed"
    ARTICLE = "article"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Follow:
    """What is followed.

    ``links`` and ``pages`` are CSS for the anchors of list pages that lead to articles and files, and to further lists.
    ``item`` is a teaser on a list page, ``stamp`` the publication stamp inside it. With ``discover`` the feeds that a
    list page names in its head are followed too. ``listed`` says that every item of a feed or a list in JSON is an
    article: nobody has said of this very site what its articles look like.
    """

    lists: tuple[re.Pattern[str], ...] = ()
    articles: tuple[re.Pattern[str], ...] = ()
    files: tuple[re.Pattern[str], ...] = ()
    links: tuple[str, ...] = ("a[href]",)
    pages: tuple[str, ...] = ("a[href]",)
    sitemaps: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    item: str | None = None
    stamp: str | None = None
    json: tuple[JsonList, ...] = ()
    discover: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """When a crawl stops: requests a run, seconds a run, bytes an answer; seconds between two requests to a server.

    ``timeout`` is that of a whole answer, ``connect`` that of connecting, ``silence`` that of a pause in the midst of
    an answer, in seconds. An article seen unchanged is asked again after ``revisit`` days,
    then after twice as many, up to ``longest``; 0 asks it in every run. A backfill has requests and seconds of its own.
    """

    requests: int = 2000
    seconds: float = 3600
    bytes: int = 20_000_000
    delay: float = 2.0
    timeout: float = 60
    connect: float = 20
    silence: float = 30
    revisit: float = 1
    longest: float = 64
    backfill_requests: int = 20_000
    backfill_seconds: float = 21_600

    @property
    def of_backfill(self) -> "Limits":
        """The limits that hold for a backfill."""
        return replace(self, requests=self.backfill_requests, seconds=self.backfill_seconds)


class Keep(StrEnum):
    """Which pages of a site become documents; the others are remembered as seen, and their bytes stay archived."""

    PROJECTS = "projects"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Band:
    """The fewest and the most announcements that a site should give.

    A whole crawl knows of ``run`` of them, in 30 days come ``month`` new ones (None: not known); after ``days`` without
    a harvest that went well the site is stale.
    """

    run: tuple[int, int] = (0, 1_000_000)
    month: tuple[int, int] | None = None
    days: int = 14


@dataclass(frozen=True, slots=True)
class Recipe:
    """One site. ``supposed`` are addresses that its family has as a rule: a site without them is well all the same.

    ``ports`` are those besides 80 and 443, ``unverified`` the hosts whose certificates are not verified.
    """

    name: str
    municipality: str | None
    family: str
    publisher: str
    start: tuple[str, ...]
    hosts: tuple[str, ...]
    follow: Follow
    selectors: Selectors
    limits: Limits = Limits()
    drop: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    primary_host: str | None = None
    encoding: str | None = None
    band: Band = Band()
    canary: str | None = None
    title: str | None = None
    notes: str = ""
    status: str = "unverified"
    loopback: bool = False
    ports: tuple[int, ...] = ()
    unverified: tuple[str, ...] = ()
    path: Path | None = None
    supposed: frozenset[str] = frozenset()
    keep: Keep = Keep.PROJECTS

    @property
    def expected(self) -> tuple[int, int]:
        """The fewest and the most announcements that a whole crawl may know of."""
        return self.band.run

    @property
    def first(self) -> tuple[str, ...]:
        """The addresses that a crawl begins with."""
        follow = self.follow
        lists = tuple(address for one in follow.json for address in one.start)
        return tuple(dict.fromkeys((*self.start, *follow.feeds, *follow.sitemaps, *lists)))

    def is_supposed(self, address: str) -> bool:
        """Say whether an address is only a guess: one that is not there is then no failure."""
        return address in self.supposed or any(one.supposed and one.is_at(address) for one in self.follow.json)

    def json_list(self, address: str) -> JsonList | None:
        """Return how the list in JSON at an address is read, None where the address is none."""
        return next((one for one in self.follow.json if one.is_at(address)), None)

    def address(self, link: str, base: str = "", encoding: str = "utf-8") -> str | None:
        """Return a link's stored address, or None where it leads out of the site."""
        address = canonical_address(link, base, self.drop, self.cut, encoding)
        if address is None or host_of(address) not in self.hosts:
            return None
        parts = urlsplit(address)
        if parts.port and parts.port not in self.ports:
            return None
        if self.primary_host:
            netloc = f"{self.primary_host}:{parts.port}" if parts.port else self.primary_host
            address = parts._replace(netloc=netloc).geturl()
        return address

    def kind(self, address: str) -> AddressKind | None:
        """Say what an address of this site is; None for what is not followed."""
        if address in self.follow.sitemaps + self.follow.feeds or self.json_list(address):
            return AddressKind.FEED
        text = readable_address(address)
        for kind, patterns in (
            (AddressKind.FILE, self.follow.files),
            (AddressKind.ARTICLE, self.follow.articles),
            (AddressKind.LIST, self.follow.lists),
        ):
            if any(pattern.search(text) for pattern in patterns):
                return kind
        if address == self.canary:
            return AddressKind.ARTICLE
        return AddressKind.LIST if address in self.start else None
