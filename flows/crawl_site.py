"""One site crawled in this process: lock, archive file, Scrapy with our settings, and what it came to."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import CrawlerProcess
from scrapy.utils.asyncio import AsyncioLoopingCall
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

from flows.crawl_child import CrawlEnd, CrawlJob, user_agent
from flows.download import CONNECT, DELAY, HOME, SILENCE, SITE, UNVERIFIED
from flows.ledger import BEAT, Ledger
from flows.locks import Busy, lock
from flows.network import LOOPBACK_PORTS
from flows.politeness import HOSTS, MOST_REQUESTS, PORTS
from flows.recipe import Recipe
from flows.recipes import RecipeError, load_recipe
from flows.revisits import Schedule
from flows.spider import Report, SiteSpider
from flows.warc import ArchiveFullError, WarcFile, recover
from models.archive import archive_file
from models.database import Database, DatabaseError
from models.records import Source
from models.settings import now

#: Not a part of Scrapy runs here that is not named: its own set has doors into the process (a console, since Scrapy
#: 2.19 a server that runs what it is sent), follows redirects by itself, and keeps cookies.
PARTS: dict[str, Any] = {
    "DOWNLOADER_MIDDLEWARES_BASE": {
        "flows.patience.Patience": 50,
        "flows.politeness.Politeness": 60,
        "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
        "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
        "flows.unpacking.Unpacking": 590,
    },
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {"scrapy.extensions.closespider.CloseSpider": 0},
    "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
}
_log = logging.getLogger(__name__)


def crawl_site(job: CrawlJob, report: Report) -> CrawlEnd:
    """Crawl a job's site; whatever goes wrong is the end's message, one line."""
    try:
        recipe = load_recipe(Path(job.recipe), demonstration=job.demonstration)
        with lock(Path(job.home), f"site-{recipe.name}"):
            if job.mode.is_backfill:
                recipe = replace(recipe, limits=recipe.limits.of_backfill)
            database = Database.open(job.settings)
            try:
                return _crawl(job, recipe, database, report)
            finally:
                database.close()
    except Busy as error:
        return CrawlEnd("busy", message=str(error))
    except (RecipeError, DatabaseError, ArchiveFullError) as error:
        return CrawlEnd("failed", message=str(error))


def _crawl(job: CrawlJob, recipe: Recipe, database: Database, report: Report) -> CrawlEnd:
    if "://" in job.archive:
        raise ArchiveFullError(f"OTCHET_ARCHIVE: a crawl writes to a folder of this machine, not to {job.archive}")
    folder = Path(job.archive)
    recover(folder, recipe.name)
    warc = WarcFile(folder, archive_file(recipe.name, job.run, now()), user_agent(job.contact))
    source = Source(recipe.name, recipe.title or recipe.name, recipe.start[0], recipe.municipality, recipe.family)
    ledger = Ledger(database, job.settings, source, warc, job.run, Schedule.of(recipe.limits))
    process = CrawlerProcess(crawl_settings(job, recipe))
    crawler = process.create_crawler(SiteSpider)
    problems: list[str] = []
    closed: list[str] = []

    def spider_error(failure: Failure, **_: Any) -> None:  # noqa: ANN401 - Scrapy's signal
        problems.append(f"{type(failure.value).__name__}: {' '.join(str(failure.value).split())[:300]}")
        _log.error("%s", failure.getTraceback())
        deferred_from_coro(crawler.stop_async())

    def on_the_beat() -> None:
        try:
            ledger.flush()
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends the crawl as a callback's error does
            beat.stop()
            spider_error(Failure(error))  # type: ignore[no-untyped-call]

    beat = AsyncioLoopingCall(on_the_beat)
    crawler.signals.connect(lambda: beat.start(BEAT, now=False), signals.engine_started, weak=False)
    crawler.signals.connect(beat.stop, signals.engine_stopped)
    crawler.signals.connect(spider_error, signals.spider_error)
    crawler.signals.connect(lambda reason, **_: closed.append(reason), signals.spider_closed, weak=False)
    process.crawl(crawler, recipe=recipe, ledger=ledger, report=report, mode=job.mode)
    process.start()
    spider = crawler.spider
    if not isinstance(spider, SiteSpider):
        return CrawlEnd("failed", message=f"{recipe.name}: the crawl could not begin")
    ledger.flush()
    warc.close()
    ledger.shown(spider.frontier.listed)
    end = _end(spider, problems, closed)
    return replace(end, whole=end.whole and not job.mode.is_backfill, backfill=job.mode.is_backfill)


def _end(spider: SiteSpider, problems: list[str], closed: list[str]) -> CrawlEnd:
    recipe, counts = spider.recipe, dict(sorted(spider.counts.items()))
    reached = sum(spider.counts[outcome] for outcome in ("new", "same", "moved", "gone"))
    found = len(spider.frontier.announcements)
    if problems:
        return CrawlEnd("failed", counts, found, f"{recipe.name}: {problems[0]}")
    if spider.archive_failed or not reached:
        return CrawlEnd("failed", counts, found, spider.stopped or f"{recipe.name}: no page could be had")
    if closed == ["closespider_timeout"]:
        table = "backfill" if spider.mode.is_backfill else "limits"
        message = f"{recipe.name}: stopped after the recipe's {table}.seconds ({recipe.limits.seconds:g})"
        return CrawlEnd("partial", counts, found, message, whole=False)
    if spider.stopped or closed != ["finished"]:
        return CrawlEnd("partial", counts, found, spider.stopped or f"{recipe.name}: interrupted", whole=False)
    if failed := spider.counts["failed"] + spider.counts["truncated"]:
        return CrawlEnd("partial", counts, found, f"{recipe.name}: {failed} addresses gave nothing")
    return CrawlEnd("done", counts, found)


def crawl_settings(job: CrawlJob, recipe: Recipe) -> dict[str, Any]:
    """Return Scrapy's settings for a site: one request at a time, no private addresses, no proxy, robots.txt obeyed."""
    limits = recipe.limits
    return {
        "USER_AGENT": user_agent(job.contact),
        "DEFAULT_REQUEST_HEADERS": {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "bg"},
        # One request at a time: a small server, and the same order in every run.
        "CONCURRENT_REQUESTS": 1,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_TIMEOUT": limits.timeout,
        "DOWNLOAD_MAXSIZE": limits.bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_HANDLERS": {
            "http": "flows.download.Handler",
            "https": "flows.download.Handler",
            "data": None,
            "file": None,
            "ftp": None,
            "s3": None,
        },
        "TWISTED_DNS_RESOLVER": "flows.network.Names",
        "DNS_TIMEOUT": min(limits.timeout, 20),
        **PARTS,
        "CLOSESPIDER_TIMEOUT": limits.seconds,
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
        # Scrapy parses the source of each callback at every call to warn of a mistake that ours do not make.
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
        HOSTS: list(recipe.hosts),
        PORTS: list(recipe.ports),
        UNVERIFIED: list(recipe.unverified),
        SITE: recipe.name,
        DELAY: limits.delay,
        CONNECT: limits.connect,
        SILENCE: limits.silence,
        HOME: job.home,
        MOST_REQUESTS: limits.requests,
        LOOPBACK_PORTS: {host: port for host, port in job.ports.items() if recipe.loopback and host in recipe.hosts},
    }
