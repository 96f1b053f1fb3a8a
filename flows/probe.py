"""A site that has no recipe yet, looked at: a dozen polite requests, and what they tell.

The home page is asked for, the robots.txt, the sitemap and the feeds that are named, the list of posts where WordPress
shows itself, and a few pages that read like lists of news.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Spider
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from extractors.css import Selectors
from flows.addresses import canonical_address
from flows.dry_run import Tell, run_spider
from flows.fetch_failure import reason_of
from flows.ledger import content_type
from flows.look_job import LookJob
from flows.politeness import RefusedError
from flows.proposal import propose
from flows.recipe import Follow, Limits, Recipe
from flows.signs import Fetched, anchors, choose_family, family_scores, feeds, generator, news_lists
from flows.survey import Survey

_HOPS, _LISTS, _REQUESTS = 5, 3, 30
_POSTS = "/wp-json/wp/v2/posts?per_page=100&page=1&_fields=link,title,date"


class ProbeSpider(Spider):
    """Asks for one thing after the other; ``survey`` is what came of it, ``problem`` why nothing did."""

    name = "probe"

    def __init__(self, address: str, hosts: tuple[str, ...], tell: Tell, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**options)
        self._address, self._hosts, self._tell = address, hosts, tell
        self.survey: Survey | None = None
        self.problem: str | None = None

    async def start(self) -> AsyncIterator[Request]:
        """Look at the site; nothing is left to be asked afterwards."""
        await self._look()
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    async def _look(self) -> None:
        home, problem = await self._get(self._address)
        if home is None:
            self.problem = problem
            return
        site = "{0.scheme}://{0.netloc}".format(urlsplit(home.address))
        links = anchors(home, self._hosts)
        family, why = choose_family(scores := family_scores(home, links))
        robots, robots_problem = await self._get(f"{site}/robots.txt")
        named = _sitemaps(robots) if robots else []
        tried: dict[str, str] = {}
        sitemaps = await self._working([*named[:2], *([] if named else [f"{site}/sitemap.xml"])], b"<", tried)
        working_feeds = await self._working(feeds(home)[:2], b"<", tried)
        posts = await self._working([site + _POSTS], b"[", tried) if "wordpress" in scores else []
        pages = []
        for address in news_lists(links)[:_LISTS]:
            page, trouble = await self._get(address)
            if page is None:
                tried[address] = trouble or "nothing came"
            else:
                pages.append(page)
        self.survey = Survey(
            home=home,
            hosts=self._hosts,
            family=family,
            why=why,
            generator=generator(home),
            robots=None if robots is None else robots.body.decode("utf-8", "replace"),
            robots_problem=robots_problem,
            sitemaps=tuple(sitemaps),
            feeds=tuple(working_feeds),
            posts=bool(posts),
            pages=tuple(pages),
            tried=tuple(tried.items()),
        )

    async def _working(self, addresses: list[str], beginning: bytes, tried: dict[str, str]) -> list[str]:
        """Return the addresses that give what begins so; why the others do not goes into ``tried``."""
        found = []
        for address in addresses:
            page, problem = await self._get(address)
            if page is not None and page.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((beginning, b"\x1f\x8b")):
                found.append(address)
            else:
                tried[address] = problem or "gives something else"
        return found

    async def _get(self, address: str) -> tuple[Fetched | None, str | None]:
        """Fetch a page, following its redirects inside of the site; return it, or why there is none."""
        for _ in range(_HOPS + 1):
            try:
                response = await self.crawler.engine.download_async(Request(address, callback=NO_CALLBACK))
            except RefusedError as error:
                return None, str(error).removeprefix(f"{address}: ")
            # Whatever goes wrong on the way is one thing that could not be told of the site.
            except Exception as error:  # noqa: BLE001
                return None, reason_of(error)
            self._tell({"what": "asked", "address": address, "status": response.status})
            if response.status not in (301, 302, 303, 307, 308):
                return _fetched(address, response)
            target = canonical_address((response.headers.get("Location") or b"").decode("latin-1"), address)
            if target is None or urlsplit(target).hostname not in self._hosts:
                return None, f"sends on to {target or 'nowhere'}, another site: look at that one"
            address = urljoin(address, target)
            await asyncio.sleep(0)
        return None, f"sends on more than {_HOPS} times"


def probe(job: LookJob, tell: Tell) -> str | None:
    """Look at a site and tell a proposal for its recipe; return why it could not be done, None where it was."""
    address = job.address or ""
    host = urlsplit(address).hostname or ""
    hosts = _hosts(host)
    recipe = Recipe(
        name="probe",
        municipality=None,
        family="other",
        publisher="municipality",
        start=(address,),
        hosts=hosts,
        follow=Follow(),
        selectors=Selectors(),
        limits=Limits(requests=_REQUESTS, seconds=job.seconds, delay=0 if job.ports else Limits().delay, timeout=30),
        loopback=bool(job.ports),
    )
    options = {"address": address, "hosts": hosts, "tell": tell}
    spider, problem = run_spider(job, recipe, ProbeSpider, options)
    if not isinstance(spider, ProbeSpider) or spider.survey is None:
        reason = problem or getattr(spider, "problem", None) or "the time for it was over"
        return f"{address}: {reason}"
    tell({"what": "proposal", **propose(spider.survey, loopback=bool(job.ports)).record()})
    return None


def _hosts(host: str) -> tuple[str, ...]:
    return (host, host.removeprefix("www.") if host.startswith("www.") else f"www.{host}")


def _sitemaps(robots: Fetched) -> list[str]:
    lines = robots.body.decode("utf-8", "replace").splitlines()
    named = (line.partition(":")[2] for line in lines if line.partition(":")[0].strip().casefold() == "sitemap")
    return list(dict.fromkeys(found for one in named if (found := canonical_address(one, robots.address))))


def _fetched(address: str, response: Response) -> tuple[Fetched | None, str | None]:
    if response.status not in (200, 203):
        return None, f"the server answers {response.status}"
    if not response.body:
        return None, "the server sends an empty page"
    lines = tuple(
        f"{name.decode('latin-1')}: {value.decode('latin-1')}"
        for name, values in response.headers.items()
        for value in values
    )
    header = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return Fetched(address, response.status, response.body, lines, content_type(header)[1]), None
