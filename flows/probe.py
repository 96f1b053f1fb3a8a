"""A site that has no recipe yet, looked at: a dozen polite requests, and what they tell.

The home page is asked for, the robots.txt, the sitemap and the feeds that are named, the list of posts where WordPress
shows itself, and a few pages that read like lists of news.
"""

from typing import Any
from urllib.parse import urlsplit

from extractors.css import Selectors
from flows.addresses import canonical_address
from flows.dry_run import run_spider
from flows.get_spider import GetSpider, Tell
from flows.look_job import LookJob
from flows.proposal import propose
from flows.recipe import Follow, Limits, Recipe
from flows.signs import Fetched, anchors, choose_family, family_scores, feeds, generator, news_lists
from flows.survey import Survey

_LISTS, _REQUESTS = 3, 30
_POSTS = "/wp-json/wp/v2/posts?per_page=100&page=1&_fields=link,title,date"


class ProbeSpider(GetSpider):
    """``survey`` is what came of the look, ``problem`` why nothing did."""

    name = "probe"

    def __init__(self, address: str, **options: Any) -> None:  # noqa: ANN401 - Scrapy's own
        super().__init__(**options)
        self._address = address
        self._tried: dict[str, str] = {}
        self.survey: Survey | None = None
        self.problem: str | None = None

    async def look(self) -> None:
        """Ask for the home page, for what it leads to, and for what stands at its usual place."""
        home, self.problem = await self.get(self._address)
        if home is None:
            return
        site = "{0.scheme}://{0.netloc}".format(urlsplit(home.address))
        links = anchors(home, self.hosts)
        scores = family_scores(home, links)
        family, why = choose_family(scores)
        robots, robots_problem = await self.get(f"{site}/robots.txt")
        named = _sitemaps(robots) if robots else []
        sitemaps = await self._working(named[:2] or [f"{site}/sitemap.xml"], b"<")
        working_feeds = await self._working(feeds(home)[:2], b"<")
        posts = await self._working([site + _POSTS], b"[") if "wordpress" in scores else []
        pages = []
        for address in news_lists(links)[:_LISTS]:
            page, trouble = await self.get(address)
            if page is None:
                self._tried[address] = trouble or "nothing came"
            else:
                pages.append(page)
        self.survey = Survey(
            home=home,
            hosts=self.hosts,
            family=family,
            why=why,
            generator=generator(home),
            robots=None if robots is None else robots.body.decode("utf-8", "replace"),
            robots_problem=robots_problem,
            sitemaps=tuple(sitemaps),
            feeds=tuple(working_feeds),
            posts=bool(posts),
            pages=tuple(pages),
            tried=tuple(self._tried.items()),
        )

    async def _working(self, addresses: list[str], beginning: bytes) -> list[str]:
        """Return the addresses that give what begins so; why the others do not is kept."""
        found = []
        for address in addresses:
            page, problem = await self.get(address)
            if page is None:
                self._tried[address] = problem or "nothing came"
            elif page.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((beginning, b"\x1f\x8b")):
                found.append(address)
            else:
                self._tried[address] = "gives something else"
        return found


def probe(job: LookJob, tell: Tell) -> str | None:
    """Look at a site and tell a proposal for its recipe; return why it could not be done, None where it was."""
    address = job.address or ""
    host = urlsplit(address).hostname or ""
    hosts = (host, host.removeprefix("www.") if host.startswith("www.") else f"www.{host}")
    limits = Limits(requests=_REQUESTS, seconds=job.seconds, delay=0 if job.ports else Limits().delay, timeout=30)
    recipe = Recipe(
        name="probe",
        municipality=None,
        family="other",
        publisher="municipality",
        start=(address,),
        hosts=hosts,
        follow=Follow(),
        selectors=Selectors(),
        limits=limits,
        loopback=bool(job.ports),
    )
    options = {"address": address, "hosts": hosts, "tell": tell}
    spider, problem = run_spider(job, recipe, ProbeSpider, options)
    if not isinstance(spider, ProbeSpider) or spider.survey is None:
        reason = problem or getattr(spider, "problem", None) or "the time for it was over"
        return f"{address}: {reason}"
    tell({"what": "proposal", **propose(spider.survey, loopback=bool(job.ports)).record()})
    return None


def _sitemaps(robots: Fetched) -> list[str]:
    lines = robots.body.decode("utf-8", "replace").splitlines()
    named = (line.partition(":")[2] for line in lines if line.partition(":")[0].strip().casefold() == "sitemap")
    return list(dict.fromkeys(found for one in named if (found := canonical_address(one, robots.address))))
