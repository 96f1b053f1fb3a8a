"""What a crawler does when a server is in trouble or does not want it: wait, ask a little later, or leave it alone.

A server that answers 503 is asked again after twice the pause, then after four times; one that says when to come back
is asked then. After some failures in a row, or where the waiting would be too long, the host is left for this run.
"""

import asyncio
import random
from collections import Counter
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Request, Response

from flows.download import DELAY
from flows.fetch_failure import is_lasting
from flows.politeness import RefusedError
from flows.refusals import in_its_place, refusal
from flows.retry_after import PATIENCE, retry_after

#: Failures in a row after which a host is left for this run.
MOST_FAILURES = 5
#: What a server may answer differently a little later, and what may have been an accident of the network.
_MAY_PASS = frozenset((408, 429, 500, 502, 503, 504, 522, 524))
_ACCIDENTS = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
#: How often what may pass is asked again.
_TRIES = 2
#: No waiting between two tries is longer, in seconds, unless the server asks for it.
_LONGEST = 60.0


class LeftError(RefusedError):
    """The host is left alone for the rest of this run; the message says why."""


class NotServedError(RefusedError):
    """A page at status 200 that refuses: a firewall's, a captcha, a login."""


class Patience:
    """Scrapy downloader middleware in the place of Scrapy's RetryMiddleware, before all others."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._delay = crawler.settings.getfloat(DELAY)
        self._failures: Counter[str] = Counter()
        self._left: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Patience":
        """Make the middleware, as Scrapy asks for it."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Refuse what would go to a host that is left."""
        if why := self._left.get(_host(request)):
            raise LeftError(why)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Ask again later what may pass; raise NotServedError for a page that refuses."""
        host = _host(request)
        if response.status in _MAY_PASS:
            wait = retry_after(response)
            if wait is not None and wait > PATIENCE:
                self._leave(host, f"{host} asks to be left alone for {wait:.0f} seconds; it is left for this run")
            elif again := self._again(request, f"status {response.status}"):
                await self._wait(again, wait)
                return again
            self._failed(host)
        elif response.status == 200 and (why := refusal(response.body)):
            self._failed(host)
            raise NotServedError(f"{request.url}: {in_its_place(why)}")
        else:
            self._failures[host] = 0
        return response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Ask again what may have been an accident of the network."""
        if isinstance(exception, RefusedError):
            return None
        if isinstance(exception, _ACCIDENTS) and not is_lasting(exception):
            again = self._again(request, exception)
            if again is not None:
                await self._wait(again, None)
                return again
        self._failed(_host(request))
        return None

    def _again(self, request: Request, reason: str | Exception) -> Request | None:
        if _host(request) in self._left:
            return None
        assert self._crawler.spider is not None
        # Before all others: the waiting is done, and what failed in a row is known in order.
        return get_retry_request(
            request, spider=self._crawler.spider, reason=reason, max_retry_times=_TRIES, priority_adjust=1000
        )

    async def _wait(self, request: Request, wait: float | None) -> None:
        if wait is None:
            # Not all who were turned away at once shall come back at once.
            tries = request.meta.get("retry_times", 0)
            wait = min(self._delay * 2**tries * random.uniform(1, 1.5), _LONGEST)
        await asyncio.sleep(wait)

    def _failed(self, host: str) -> None:
        self._failures[host] += 1
        if self._failures[host] == MOST_FAILURES:
            self._leave(host, f"{host} gave nothing {MOST_FAILURES} times in a row; it is left for this run")

    def _leave(self, host: str, why: str) -> None:
        self._left.setdefault(host, why)


def _host(request: Request) -> str:
    return urlsplit(request.url).hostname or ""
