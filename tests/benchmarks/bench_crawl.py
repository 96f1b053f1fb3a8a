"""The crawl beside one bare Scrapy process with the same total concurrency that throws the bodies away.

Run: ``python tests/benchmarks/bench_crawl.py [PAGES] [HOSTS] [--no-prefect]``, 10,000 pages on 20 hosts unless told
otherwise. A local web in a process of its own serves both; pace and turns are off, as in the demonstration. Then all of
it is read, and harvested twice more, by plain calls and through the flow against a server that is up, to see Prefect's
share; ``--no-prefect`` leaves that out. Ends with 1 if the crawl brings less than its share of bare Scrapy's pages a
second, if its memory grows with the pages, or if Prefect takes more than its share.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from site_of_tests import article, news_list, site_recipe

from flows.crawl_mode import CrawlMode
from flows.crawl_start import end_parent
from flows.harvest import CRAWLS, Event, harvest_sites
from flows.harvest import _crawl_all as crawl_all
from models.database import Database
from models.settings import Settings

PAGES, HOSTS = 10_000, 20
#: The least share of bare Scrapy's pages a second, and the most that a child may grow over its pages (in MB).
SHARE, GROWTH = 0.7, 60
#: The most that Prefect may add to a harvest's time, its server being up.
PREFECT = 0.05
#: Bytes of an article, about.
SIZE = 20_000

BARE = """
import json, sys
from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess

class Bare(Spider):
    name = "bare"
    async def start(self):
        for address in json.loads(sys.argv[1]):
            yield Request(address, dont_filter=True)
    def parse(self, response):
        for link in response.css("a::attr(href)").getall():
            yield Request(response.urljoin(link), callback=self.throw, dont_filter=True)
    def throw(self, response):
        pass

concurrency = int(sys.argv[2])
process = CrawlerProcess({"CONCURRENT_REQUESTS": concurrency, "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
    "LOG_ENABLED": False, "ROBOTSTXT_OBEY": False, "TELNETCONSOLE_ENABLED": False, "DOWNLOAD_DELAY": 0})
process.crawl(Bare)
process.start()
"""


async def serve(pages: int, hosts: int) -> None:
    """Answer every host's list with its articles, every article with a page of some kB; quick and without state."""
    listing = news_list(*(f"/news/{number}.html" for number in range(pages // hosts))).encode()
    words = " ".join(f"Община Кубрат изпълнява дейност {number}." for number in range(SIZE // 60))

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1]
                if path == b"/robots.txt":
                    status, body = b"404 Not Found", b""
                else:
                    status = b"200 OK"
                    body = listing if path == b"/news/" else article(path.decode(), words).encode()
                writer.write(
                    b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s"
                    % (status, len(body), body)
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def bare(port: int, hosts: int) -> float:
    """Return the seconds that bare Scrapy takes for all pages."""
    addresses = [f"http://127.0.0.1:{port}/news/#{number}" for number in range(hosts)]
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", BARE, json.dumps(addresses), str(CRAWLS)], check=True)
    return time.perf_counter() - begun


def ours(folder: Path, port: int, hosts: int) -> tuple[float, int, int]:
    """Return the seconds that the crawl takes, the pages it kept, and the largest child's memory in MB."""
    settings = Settings.read({"OTCHET_HOME": str(folder / "home")})
    Database.open(settings).close()
    recipes = [site_recipe(folder / "recipes", f"site-{number}") for number in range(hosts)]
    ports = {host: port for recipe in recipes for host in recipe.hosts}
    looks = [0]

    def report(event: Event) -> None:
        looks[0] += event.outcome == "new"

    begun = time.perf_counter()
    crawl_all(settings, recipes, "a1b2c3d4e5f6", ports, report, CrawlMode())
    seconds = time.perf_counter() - begun
    end_parent()  # and with it the account of its children's memory
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return seconds, looks[0], memory


def orchestrated(folder: Path, port: int, hosts: int) -> tuple[float, float]:
    """Return the seconds of a harvest by plain calls and by the flow, both over pages that are known and read."""
    os.environ["OTCHET_HOME"] = str(folder / "home")
    settings = Settings.read()
    recipes = [site_recipe(folder / "recipes", f"site-{number}") for number in range(hosts)]
    ports = {host: port for recipe in recipes for host in recipe.hosts}
    harvest_sites(settings, recipes, ports=ports)
    begun = time.perf_counter()
    harvest_sites(settings, recipes, ports=ports)
    plain = time.perf_counter() - begun
    from flows.prefect_server import some_server
    from flows.prefect_settings import prepare_prefect

    with some_server(prepare_prefect(settings), settings, print):
        from flows.harvest_flow import run_harvest

        begun = time.perf_counter()
        run_harvest(settings, [recipe.name for recipe in recipes], folder / "recipes", ports)
        return plain, time.perf_counter() - begun


def main() -> int:
    """Run all and print the table."""
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(int(sys.argv[2]), int(sys.argv[3])))
        return 0
    numbers = [int(one) for one in sys.argv[1:] if one.isdigit()]
    pages, hosts = (numbers + [PAGES, HOSTS][len(numbers) :])[:2]
    web = subprocess.Popen(
        [sys.executable, __file__, "serve", str(pages), str(hosts)], stdout=subprocess.PIPE, text=True
    )
    assert web.stdout is not None
    wrong = 0
    try:
        port = int(web.stdout.readline())
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            # A site of few pages first: what a child needs for itself.
            small = ours(folder / "small", port_of_few(folder), 1)[2]
            bare_seconds = bare(port, hosts)
            seconds, kept, memory = ours(folder, port, hosts)
            assert kept == pages // hosts * hosts + hosts, f"{kept} pages were kept"
            share = bare_seconds / seconds
            print(f"{pages} pages on {hosts} hosts, {CRAWLS} requests at a time")
            print(f"bare Scrapy, bodies thrown away  {pages / bare_seconds:7.0f} pages/s")
            print(f"otchet, archived and recorded    {pages / seconds:7.0f} pages/s   {share:.2f} (aim {SHARE})")
            print(f"memory of a child                {small} MB for few pages, {memory} MB at the most")
            wrong = int(share < SHARE or memory - small > GROWTH)
            if "--no-prefect" not in sys.argv:
                plain, flow = orchestrated(folder, port, hosts)
                print(f"a harvest of what is known       {plain:.1f} s, through Prefect {flow:.1f} s")
                print(f"Prefect's share                  {flow / plain - 1:.3f} (at most {PREFECT})")
                wrong |= flow / plain - 1 > PREFECT
    finally:
        web.terminate()
        web.wait()
    return wrong


def port_of_few(folder: Path) -> int:
    """Serve a site of ten pages until the end of this process, and return its port."""
    from local_web import LocalWeb

    web = LocalWeb()
    web["site-0.test/news/"] = news_list(*(f"/news/{number}.html" for number in range(10)))
    for number in range(10):
        web[f"site-0.test/news/{number}.html"] = article("Новина", "Текст.")
    return web.port


if __name__ == "__main__":
    sys.exit(main())
