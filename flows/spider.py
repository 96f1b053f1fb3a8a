"""The crawl of one site: start pages, lists, feeds, articles, files, each address asked once a run.

What is new comes first, then lists, and when those are through the known pages that are due (``flows.revisits``).
Redirects are followed here, not by Scrapy, so that every hop is an address of the recipe, at most five of them, and is
asked with its own validators.
"""

import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from flows.addresses import host_of
from flows.crawl_mode import CrawlMode
from flows.fetch_failure import is_truncated, reason_of
from flows.frontier import ANNOUNCEMENTS, REDIRECTS, Frontier
from flows.ledger import Ledger, content_type
from flows.links import Link, article_links, feed_links, list_links
from flows.patience import LeftError, NotServedError
from flows.politeness import ClosedError, ForbiddenError, LimitError, RefusedError
from flows.recipe import AddressKind, Recipe
from flows.warc import ArchiveFullError, Exchange
from models.settings import now
from models.tables import Severity

_HOPS = 5
#: Priorities of requests; known pages come when nothing else is left.
_NEW, _LIST = 20, 10
_log = logging.getLogger(__name__)

#: Told after each look: what was asked and what came of it (new, same, moved, gone, truncated, failed, forbidden,
#: refused).
Report = Callable[[str, str], None]


class SiteSpider(Spider):
    """A Scrapy spider that follows a recipe and writes to a ledger.

    ``counts`` are looks by outcome, ``frontier`` what is asked, and what of it the site shows: known pages that nothing
    leads to any more are asked too, and are not counted there. ``stopped`` says why the crawl ended before its end.
    """

    name = "site"
    #: Whether the recipe's canary is asked at the end.
    sings = True

    def __init__(
        self,
        recipe: Recipe,
        ledger: Ledger,
        report: Report,
        mode: CrawlMode,
        **options: Any,  # noqa: ANN401 - Scrapy's own
    ) -> None:
        super().__init__(**options)
        self.recipe, self.ledger, self.report, self.mode = recipe, ledger, report, mode
        self.counts: Counter[str] = Counter()
        self.frontier = Frontier(recipe, ledger, mode)
        self.stopped: str | None = None
        self.archive_failed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *arguments: Any, **options: Any) -> "SiteSpider":  # noqa: ANN401
        """Make the spider, as Scrapy asks for it."""
        spider: SiteSpider = super().from_crawler(crawler, *arguments, **options)
        crawler.signals.connect(spider.idle, signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the start pages, feeds and sitemaps."""
        for address in self.recipe.first:
            link = Link(address, self.recipe.kind(address) or AddressKind.LIST)
            self.frontier.show(link)
            for request in self._ask(link):
                yield request
        for request in self._go_on():
            yield request

    def idle(self) -> None:
        """Ask for the known pages that are due, now that nothing else is left, and for the canary."""
        wanted = self.frontier.left(canary=self.sings and self.stopped is None)
        requests = [request for link, hops in wanted for request in self._request(link, hops)]
        if requests and self.crawler.engine:
            for request in requests:
                self.crawler.engine.crawl(request)
            raise DontCloseSpider

    def answered(self, response: Response, link: Link, hops: int) -> Iterator[Request]:
        """Keep an answer and go on from it."""
        if response.status == 304:
            yield from self._same(response, link, hops)
        elif response.status in REDIRECTS:
            yield from self._sent_on(response, link, hops)
        elif response.status in (404, 410) and link.kind in ANNOUNCEMENTS and self._was_there(link.address):
            self.ledger.gone(link.address, response.status)
            self._count(link.address, "gone")
        elif response.status not in (200, 203):
            self._fail(link.address, response.status, f"the server answers {response.status}")
        elif not response.body:
            self._fail(link.address, response.status, "the server sends an empty page")
        else:
            yield from self._kept(response, link)

    def refused(self, failure: Failure) -> None:
        """Tell why an address gave nothing."""
        assert failure.request is not None  # type: ignore[attr-defined]
        address = failure.request.url  # type: ignore[attr-defined]
        error = failure.value
        assert error is not None
        if isinstance(error, ClosedError):
            self._count(address, "refused")
            self.stopped = str(error)
            self.ledger.tell(str(error))
        elif isinstance(error, LeftError):
            self._count(address, "refused")
            if self.stopped is None:
                self.stopped = str(error)
                self.ledger.tell(self.stopped, Severity.WARNING)
        elif isinstance(error, LimitError):
            self._count(address, "refused")
            table = "backfill" if self.mode.is_backfill else "limits"
            self.stopped = f"the recipe's {table}.requests ({self.recipe.limits.requests}) was reached"
        elif isinstance(error, ForbiddenError):
            self.ledger.failed(address, None, "forbidden by the site's robots.txt", Severity.NOTE)
            self._count(address, "forbidden")
        elif isinstance(error, RefusedError):
            status = 200 if isinstance(error, NotServedError) else None
            self._fail(address, status, str(error).removeprefix(f"{address}: "))
        elif is_truncated(error):
            self.ledger.failed(address, None, f"truncated: {reason_of(error)}")
            self._count(address, "truncated")
        else:
            self._fail(address, None, reason_of(error))

    def _ask(self, link: Link, hops: int = 0) -> Iterator[Request]:
        if self.frontier.is_for_now(link, hops):
            yield from self._request(link, hops)

    def _request(self, link: Link, hops: int, *, afresh: bool = False) -> Iterator[Request]:
        self.frontier.asked(link.address)
        headers = {}
        known = self.ledger.known(link.address)
        if known.sha256 and not afresh:
            if known.etag:
                headers["If-None-Match"] = known.etag
            if known.last_modified:
                headers["If-Modified-Since"] = known.last_modified
        yield Request(
            link.address,
            callback=self.answered,
            errback=self.refused,
            headers=headers,
            dont_filter=True,
            priority=_NEW if link.kind in ANNOUNCEMENTS else _LIST,
            cb_kwargs={"link": link, "hops": hops},
        )

    def _was_there(self, address: str) -> bool:
        known = self.ledger.known(address)
        return known.sha256 is not None or known.gone_at is not None

    def _same(self, response: Response, link: Link, hops: int) -> Iterator[Request]:
        body = self.ledger.body(link.address)
        if body is None:
            # The archive cannot give what the server calls unchanged: ask for it without conditions.
            yield from self._request(link, hops, afresh=True)
            return
        self.ledger.unchanged(link.address, _header(response, "ETag"), _header(response, "Last-Modified"))
        self._count(link.address, "same")
        yield from self._follow(link, body, None)

    def _sent_on(self, response: Response, link: Link, hops: int) -> Iterator[Request]:
        location = _header(response, "Location") or ""
        target = self.recipe.address(location, link.address)
        kind = self.recipe.kind(target) if target else None
        if hops >= _HOPS:
            self._fail(link.address, response.status, f"sent on more than {_HOPS} times")
        elif target is None or kind is None:
            where = f"to {location[:200]}, which the recipe does not follow" if location else "without saying where to"
            self._fail(link.address, response.status, f"sends on {where}")
        elif target == link.address:
            # As http://… to https://www.…, which the recipe keeps as one address.
            self._fail(link.address, response.status, "sends on to itself; see the recipe's canonical.host")
        else:
            self.ledger.moved(link.address, response.status)
            self._count(link.address, "moved")
            self.ledger.led(target, link.address)
            self.frontier.show(Link(target, kind), link.address)
            yield from self._ask(Link(target, kind, link.title, link.stamp), hops + 1)

    def _kept(self, response: Response, link: Link) -> Iterator[Request]:
        try:
            is_new = self.ledger.keep(link, _exchange(response, link), unverified=self._is_unverified(link.address))
        except ArchiveFullError as error:
            self.stopped, self.archive_failed = f"the archive cannot be written: {error}", True
            self.ledger.tell(self.stopped)
            raise CloseSpider("archive") from error
        self._count(link.address, "new" if is_new else "same")
        _, charset = content_type(_header(response, "Content-Type"))
        yield from self._follow(link, response.body, charset)

    def _is_unverified(self, address: str) -> bool:
        return address.startswith("https:") and host_of(address) in self.recipe.unverified

    def _go_on(self) -> Iterator[Request]:
        """Follow the lists that an earlier run of this backfill has had."""
        for link, body in self.frontier.had():
            for one in self._links(link, body, None):
                yield from self._ask(one)

    def _follow(self, link: Link, body: bytes, charset: str | None) -> Iterator[Request]:
        self.frontier.is_there(link.address)
        for one in self._links(link, body, charset):
            yield from self._ask(one)
        yield from self._go_on()

    def _links(self, link: Link, body: bytes, charset: str | None) -> Iterator[Link]:
        links: list[Link] = []
        if link.kind is AddressKind.FEED:
            try:
                links = feed_links(self.recipe, body, link.address)
            except ValueError as error:
                if not self.recipe.is_supposed(link.address):
                    self.ledger.tell(f"{link.address}: no feed and no sitemap ({error})", Severity.WARNING)
        elif link.kind is not AddressKind.FILE and _is_markup(body):
            if link.kind is AddressKind.LIST or link.address in self.recipe.start:
                links = list_links(self.recipe, link.address, body, charset)
            if link.kind is AddressKind.ARTICLE:
                links += article_links(self.recipe, link.address, body, charset)
        for one in links:
            if one.kind in ANNOUNCEMENTS and self.mode.leaves(one):
                continue
            self.ledger.led(one.address, link.address)
            self.frontier.show(one, link.address)
            yield one

    def _fail(self, address: str, status: int | None, reason: str) -> None:
        if status is not None and status < 500 and self.recipe.is_supposed(address):
            # What its family has as a rule this site does not have, or keeps to itself.
            self.ledger.failed(address, status, reason, Severity.NOTE)
            self._count(address, "absent")
            return
        self.ledger.failed(address, status, reason)
        self._count(address, "failed")

    def _count(self, address: str, outcome: str) -> None:
        self.counts[outcome] += 1
        self.report(address, outcome)


def _exchange(response: Response, link: Link) -> Exchange:
    request = response.request
    assert request is not None
    return Exchange(
        address=link.address,
        fetched_at=now(),
        method=request.method,
        request_headers=_pairs(request.headers),
        status=response.status,
        reason="OK",
        headers=_pairs(response.headers),
        body=response.body,
        server=str(response.ip_address) if response.ip_address else None,
    )


def _pairs(headers: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - Scrapy's headers
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values]


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def _is_markup(body: bytes) -> bool:
    return b"<" in body[:4096] and not body.startswith((b"%PDF", b"PK\x03\x04"))
