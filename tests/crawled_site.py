"""A site for tests with the database that its crawls write to, and what they came to."""

from site_of_tests import site_recipe

from flows.crawl import crawl
from flows.crawl_mode import CrawlMode
from models.archive import read_bytes
from models.database import Database
from models.store import get_address, get_findings, get_snapshots


class Site:
    """A site, where it is kept, and what its last crawl came to."""

    def __init__(self, settings, recipe, ports):
        self.settings, self.recipe, self.ports = settings, recipe, ports
        self.looks = {}
        Database.open(settings).close()

    def crawl(self, run="a1b2c3d4e5f6", **mode):
        self.looks = {}
        self.end = crawl(
            self.settings,
            self.recipe,
            run,
            ports=self.ports,
            report=self._look,
            mode=CrawlMode(**mode) if mode else None,
        )
        return self.end

    def _look(self, address, outcome):
        self.looks[address.partition(".test")[2]] = outcome

    def read(self, function, *rest, **options):
        database = Database.open(self.settings)
        try:
            with database.reading() as session:
                return function(session, *rest, **options)
        finally:
            database.close()

    @property
    def told(self):
        """The messages of open findings, by address without its host."""
        return {
            one.subject.partition(".test")[2] or "site": one.message.partition(": ")[2] or one.message
            for one in self.read(get_findings)
        }

    def known(self, path):
        """What is known of an address."""
        return self.read(get_address, f"http://{self.recipe.hosts[0]}{path}")

    def bodies(self, path):
        snapshots = self.read(get_snapshots, f"http://{self.recipe.hosts[0]}{path}")
        return [read_bytes(self.settings, one) for one in snapshots]


def site(settings, tmp_path, web, **options):
    recipe = site_recipe(tmp_path / "recipes", **options)
    return Site(settings, recipe, dict.fromkeys(recipe.hosts, web.port))
