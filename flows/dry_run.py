"""A site tried out: its lists are followed, its first announcements fetched, read and judged; nothing is stored.

What a harvest would fetch besides is told, not asked.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import CrawlerProcess
from scrapy.http import Request
from twisted.python.failure import Failure

from flows.crawl_child import CrawlJob
from flows.crawl_mode import CrawlMode
from flows.crawl_site import crawl_settings
from flows.get_spider import Tell
from flows.judge_page import Page, judge
from flows.ledger import Ledger, content_type
from flows.links import Link
from flows.look_job import LookJob
from flows.recipe import AddressKind, Recipe
from flows.recipes import RecipeError, load_recipe
from flows.spider import SiteSpider
from flows.warc import Exchange
from models.records import Address
from models.tables import Severity

#: Requests besides those for announcements: lists, feeds, robots.txt.
_MORE = 40
_WANTED = (AddressKind.ARTICLE, AddressKind.FILE)


class DryLedger(Ledger):
    """A ledger that remembers nothing and tells everything."""

    def __init__(self, recipe: Recipe, tell: Tell) -> None:
        self._recipe, self._tell = recipe, tell

    def known(self, address: str) -> Address:
        """Know nothing: every address is asked without conditions."""
        return Address(address, self._recipe.name)

    def all_known(self) -> list[Address]:
        """Know of no address."""
        return []

    def led(self, address: str, page: str) -> None:
        """Nothing is noted."""

    def led_to(self) -> dict[str, list[Address]]:
        """Know of no page."""
        return {}

    def body(self, address: str) -> bytes | None:
        """Have nothing."""
        return None

    def keep(self, link: Link, exchange: Exchange, *, unverified: bool = False) -> bool:
        """Judge an announcement; a list is told by the spider, with its links."""
        if link.kind in _WANTED:
            headers = {name.casefold(): value for name, value in exchange.headers}
            media_type, charset = content_type(headers.get("content-type"))
            page = Page(link.address, exchange.body, media_type, charset, exchange.fetched_at)
            self._tell(
                {
                    "what": "page",
                    "address": link.address,
                    "kind": link.kind.value,
                    "title": link.title,
                    "stamp": link.stamp,
                    "bytes": len(exchange.body),
                    "documents": [one.record() for one in judge(page, self._recipe)],
                }
            )
        return True

    def unchanged(self, address: str, etag: str | None, last_modified: str | None) -> None:
        """Nothing was asked with conditions."""

    def moved(self, address: str, status: int) -> None:
        """Tell where nothing is."""
        self._tell({"what": "moved", "address": address, "status": status})

    def gone(self, address: str, status: int) -> None:
        """Nothing was there before."""

    def failed(self, address: str, status: int | None, reason: str, severity: Severity = Severity.WARNING) -> None:
        """Tell what gave nothing, and why."""
        is_supposed = severity is Severity.NOTE
        self._tell({"what": "failed", "address": address, "status": status, "reason": reason, "supposed": is_supposed})

    def tell(self, message: str, severity: Severity = Severity.ERROR) -> None:
        """Tell what concerns the site as a whole."""
        self._tell({"what": "problem", "message": message, "severity": severity.value})


class DrySpider(SiteSpider):
    """The crawl's spider, which asks for the first announcements alone and only for as many lists as those need."""

    name = "dry"
    sings = False

    def __init__(self, recipe: Recipe, ledger: Ledger, limit: int, tell: Tell, **options: Any) -> None:  # noqa: ANN401
        super().__init__(recipe, ledger, lambda _address, _outcome: None, CrawlMode(), **options)
        self._limit, self._tell = limit, tell
        self.offered: dict[str, Link] = {}
        self.fetched: set[str] = set()
        self.left: dict[str, Link] = {}
        self._here: Counter[str] = Counter()

    def _ask(self, link: Link, hops: int = 0) -> Iterator[Request]:
        self._here[link.kind.value] += 1
        if link.kind in _WANTED:
            self.offered.setdefault(link.address, link)
            if hops == 0 and link.address not in self.fetched and len(self.fetched) >= self._limit:
                return
            self.fetched.add(link.address)
        elif len(self.offered) >= self._limit and link.address not in self.recipe.first and hops == 0:
            if not self.frontier.is_asked(link.address):
                self.left[link.address] = link
            return
        yield from super()._ask(link, hops)

    def _follow(self, link: Link, body: bytes, charset: str | None) -> Iterator[Request]:
        self._here = Counter()
        requests = list(super()._follow(link, body, charset))
        if link.kind not in _WANTED or link.address in self.recipe.start:
            self._tell(
                {
                    "what": "list",
                    "address": link.address,
                    "kind": link.kind.value,
                    "links": {kind.value: self._here[kind.value] for kind in AddressKind if self._here[kind.value]},
                }
            )
        yield from requests


def dry_run(job: LookJob, tell: Tell) -> str | None:
    """Try a site out and tell what comes; return why it could not be done, None where it was."""
    try:
        recipe = load_recipe(Path(job.recipe or ""), demonstration=bool(job.ports))
    except RecipeError as error:
        return str(error)
    limits = replace(recipe.limits, requests=min(recipe.limits.requests, job.limit + _MORE), seconds=job.seconds)
    recipe = replace(recipe, limits=limits)
    options = {"recipe": recipe, "ledger": DryLedger(recipe, tell), "limit": job.limit, "tell": tell}
    spider, problem = run_spider(job, recipe, DrySpider, options)
    if not isinstance(spider, DrySpider):
        return problem
    tell(
        {
            "what": "offer",
            "announcements": [
                {
                    "address": link.address,
                    "kind": link.kind.value,
                    "title": link.title,
                    "stamp": link.stamp,
                    "fetched": link.address in spider.fetched,
                }
                for link in spider.offered.values()
            ],
            "lists_left": sorted(spider.left),
        }
    )
    return problem or spider.stopped


def run_spider(
    job: LookJob, recipe: Recipe, kind: type[Spider], options: dict[str, Any]
) -> tuple[Spider | None, str | None]:
    """Run a spider with the crawl's own settings; return it, and what went wrong in it."""
    crawl = CrawlJob("", "", job.home, "", "", job.contact, bool(job.ports), job.ports)
    process = CrawlerProcess(crawl_settings(crawl, recipe))
    crawler = process.create_crawler(kind)
    problems: list[str] = []

    def spider_error(failure: Failure, **_: Any) -> None:  # noqa: ANN401 - Scrapy's signal
        problems.append(f"{type(failure.value).__name__}: {' '.join(str(failure.value).split())[:300]}")

    crawler.signals.connect(spider_error, signals.spider_error)
    process.crawl(crawler, **options)
    process.start()
    return crawler.spider, problems[0] if problems else None
