"""What a crawler owes a site: its robots.txt, its pace, and to stay out where it is not asked in.

Scrapy allows everything when robots.txt answers 503 or not at all, and does not know Crawl-delay; here such a site is
left alone (RFC 9309, 2.3.1.4), and the longer of recipe's pace and Crawl-delay holds for all sites of one server.
"""

import asyncio
from urllib.parse import urljoin, urlsplit

from protego import Protego
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from flows.download import PAUSE
from flows.fetch_failure import is_truncated, reason_of

#: Settings that the spider's process fills in.
HOSTS, PORTS, MOST_REQUESTS = "OTCHET_HOSTS", "OTCHET_PORTS", "OTCHET_REQUESTS"
#: The name that robots.txt files may speak to.
AGENT = "otchet"
_HOPS = 5


class RefusedError(IgnoreRequest):
    """A request that is not sent; the message says why in one line."""


class ForbiddenError(RefusedError):
    """The site's robots.txt forbids the address."""


class ClosedError(RefusedError):
    """The site's robots.txt could not be read, so nothing may be asked of the site."""


class LimitError(RefusedError):
    """The recipe's number of requests is used up."""


class Politeness:
    """Scrapy downloader middleware, before all others."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._hosts = frozenset(crawler.settings.getlist(HOSTS))
        self._ports = {None, 80, 443, *crawler.settings.getlist(PORTS)}
        self._left = crawler.settings.getint(MOST_REQUESTS)
        self._rules: dict[str, asyncio.Future[Protego]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Politeness":
        """Make the middleware, as Scrapy asks for it."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Note the pause that the site asks for, or refuse the request with a RefusedError."""
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or host not in self._hosts:
            raise RefusedError(f"{request.url}: leads out of the site's hosts {', '.join(sorted(self._hosts))}")
        if parts.port not in self._ports:
            raise RefusedError(f"{request.url}: leads to port {parts.port}, which the recipe does not name")
        if not request.meta.get("robots"):
            rules = await self._rules_of(f"{parts.scheme}://{parts.netloc}")
            if not rules.can_fetch(request.url, AGENT):
                raise ForbiddenError(f"{request.url}: forbidden by the site's robots.txt")
            request.meta[PAUSE] = float(rules.crawl_delay(AGENT) or 0)
        if self._left <= 0:
            raise LimitError(f"{request.url}: not asked, the recipe's number of requests is used up")
        self._left -= 1

    async def _rules_of(self, origin: str) -> Protego:
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._read_rules(origin))
        return await asyncio.shield(self._rules[origin])

    async def _read_rules(self, origin: str) -> Protego:
        address = f"{origin}/robots.txt"
        for _ in range(_HOPS + 1):
            response = await self._ask(address)
            if response.status not in (301, 302, 303, 307, 308):
                break
            address = urljoin(address, (response.headers.get("Location") or b"").decode("latin-1"))
        else:
            raise ClosedError(f"{origin}/robots.txt is sent on more than {_HOPS} times; the site is left alone")
        if response.status >= 500 or response.status == 429:
            raise ClosedError(f"{address} answers {response.status}; the site is left alone until it can be read")
        if response.status >= 400:
            return Protego.parse("")
        return Protego.parse(response.body[:500_000].decode("utf-8", "replace"))

    async def _ask(self, address: str) -> Response:
        request = Request(address, meta={"robots": True}, priority=1000, callback=NO_CALLBACK)
        try:
            return await self._crawler.engine.download_async(request)
        # Whatever goes wrong on the way to robots.txt has one consequence, and it is told.
        except Exception as error:
            why = f"truncated: {reason_of(error)}" if is_truncated(error) else reason_of(error)
            raise ClosedError(f"{address}: {why}; the site is left alone until it can be read") from error
