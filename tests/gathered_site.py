"""A site gathered without a network: pages and files put through the ledger into the archive, then read and linked.

The site is the demonstration's ``lyaskovets``, so that every command knows its recipe; what its pages say is invented.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from pages import Sheet
from site_of_tests import article

from corpus.demo import RECIPES
from flows.gathered import source_of
from flows.ledger import Ledger
from flows.link import link_documents
from flows.links import Link
from flows.read_batch import pending_batches, read_batch
from flows.recipes import load_recipe
from flows.revisits import Schedule
from flows.warc import Exchange, WarcFile
from models.archive import archive_file
from models.store import believe, get_snapshots

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)
HOST = "http://lyaskovets.test"
CODE = "BG05M9OP001-2.005-9001"
PAGE = "/bg/novini/topli-domove"
FILE = "/uploads/posts/otchet.pdf"
PERSONAL_NUMBER = "8001010008"  # the tenth digit is the checksum of the nine before
ACCOUNT = "BG80BNBG96611020345678"


def story(sum_="120 000 лв."):
    return article(
        "Стартира проект „Топли домове“",
        f"Община Лясковец започва изпълнението на проект № {CODE}-C01 „Топли домове“.",
        f"Общата стойност на проекта е {sum_}",
    ).encode()


@cache
def report():
    """A PDF of two pages: a sum over two lines, a personal number and an account near another sum."""
    sheet = Sheet()
    sheet.lines(
        [
            f"Община Лясковец приключи проект № {CODE}-C01 „Топли домове“.",
            "Дейностите приключиха в срок, а посетителите получиха безвъзмездна помощ от 118",
            "500,50 лв. за отопление на домовете си.",
        ],
        100,
        size=9,
    )
    sheet.next()
    sheet.lines(
        [
            f"По проект № {CODE}-C01 на Иван Петров с ЕГН {PERSONAL_NUMBER}",
            "са изплатени 1 200 лв. по сметка",
            f"{ACCOUNT} в банката.",
        ],
        300,
    )
    return sheet.bytes()


class Site:
    """The gathered site; each call of ``keep`` is a minute later than the one before."""

    def __init__(self, settings, database, most=None, run="5f3a90b2c1d4"):
        self.settings, self.database = settings, database
        self.recipe = load_recipe(RECIPES / "lyaskovets.toml", demonstration=True)
        self.name = archive_file("lyaskovets", run, AT)
        self.warc = WarcFile(Path(settings.archive), self.name, "otchet", most)
        self.run = run
        self.ledger = Ledger(database, settings, source_of(self.recipe), self.warc, run, Schedule(0, 0))
        self._at = AT

    def keep(self, path, body, kind="text/html; charset=utf-8"):
        """Keep an answer of the server and return what the database knows of its address' newest content."""
        address, self._at = HOST + path, self._at + timedelta(minutes=1)
        link = Link(address, self.recipe.kind(address))
        answer = Exchange(
            address, self._at, "GET", [("User-Agent", "otchet")], 200, "OK", [("Content-Type", kind)], body, "127.0.0.1"
        )
        self.is_new = self.ledger.keep(link, answer)
        self.ledger.flush()
        return self.snapshots(path)[0]

    def snapshots(self, path):
        with self.database.reading() as session:
            return get_snapshots(session, HOST + path)

    def read(self):
        """Close the archive's file, read what came, believe it and tie it to projects."""
        self.warc.close()
        for batch in pending_batches(self.database, self.recipe):
            read_batch(self.database, self.settings, self.recipe, batch)
        with self.database.writing() as session:
            believe(session, self.recipe.name, self.run)
        link_documents(self.database)
        return self


def gathered(settings, database):
    """A page and a PDF about one project, archived, read and linked."""
    site = Site(settings, database)
    site.keep(PAGE, story())
    site.keep(FILE, report(), "application/pdf")
    return site.read()
