"""A site that breaks is told as what it is, what was known stays, and a repaired one is good again."""

import json
import os

import pytest
from local_web import LocalWeb, Page
from site_of_tests import article, news_list, site_recipe
from stored import rows
from typer.testing import CliRunner

from flows.cli import app
from flows.harvest import harvest_sites
from models.database import Database
from models.settings import Settings
from models.store import list_findings
from models.tables import RunState

#: Five harvests of nine sites take a minute or two; what each guard does alone is in test_guards_again.
pytestmark = pytest.mark.long

SITES = {
    "redesigned": 4,
    "moved": 4,
    "emptied": 4,
    "login": 4,
    "shrunk": 10,
    "undated": 4,
    "changed-canary": 4,
    "steady": 4,
    "another": 4,
}
BROKEN = [name for name in SITES if name not in ("steady", "another")]
LOGIN = "<html><body><h1>Вход</h1><form><input name=u><input type='password' name=p></form></body></html>"


def page(site, number, *, dated=True, title=None, extra=""):
    code = f"BG05M9OP001-2.{list(SITES).index(site) + 1:03}-{9000 + number}-C01"
    text = article(
        title or f"Стартира проект „Дом {number}“ на {site}",
        f"Община Кубрат започва изпълнението на проект № {code} „Дом {number}“.",
        f"Общата стойност на проекта е {number + 1}20 000 лв.{extra}",
    )
    stamp = f'<time datetime="2024-05-0{number + 1}" class="entry-date published">0{number + 1}.05.2024</time>'
    return text.replace("</h1>", f"</h1>{stamp}") if dated else text


def fill(web, site, count=None):
    """A site as it is when all is well."""
    numbers = range(SITES[site] if count is None else count)
    web[f"{site}.test/news/"] = with_menu(news_list(*(f"/news/{number}.html" for number in numbers)))
    for number in numbers:
        web[f"{site}.test/news/{number}.html"] = page(site, number % 9)
    web[f"{site}.test/charter.html"] = article("Харта на община Кубрат", "Проектът е на стойност 77 000 лв.")


def with_menu(text):
    menu = "".join(f'<a href="/menu/{number}">Меню</a>' for number in range(5))
    return text.replace("<body>", f"<body><nav>{menu}</nav>")


def break_all(web):
    cards = "".join(f'<div class="card"><a href="/news/{number}.html">Новина</a></div>' for number in range(4))
    web["redesigned.test/news/"] = with_menu(f"<html><body>{cards}</body></html>")
    web["moved.test/news/"] = Page(b"", 301, headers={"Location": "https://new-home.example/news/"}, validators=False)
    web["emptied.test/news/"] = with_menu("<html><body><p>Няма новини.</p></body></html>")
    web["login.test/news/"] = LOGIN
    for number in range(4):
        web[f"undated.test/news/{number}.html"] = page("undated", number, dated=False)
    web["shrunk.test/news/"] = with_menu(news_list(*(f"/news/{number}.html" for number in range(7))))
    web["changed-canary.test/charter.html"] = article("Харта на община Кубрат", "Проектът е на стойност 78 000 лв.")


class World:
    """A web of sites, their recipes, and one home that harvests them."""

    def __init__(self, folder):
        self.folder = folder
        self.settings = Settings.read({"OTCHET_HOME": str(folder / "home")})
        self.web = LocalWeb()
        self.recipes = []
        for name in SITES:
            fill(self.web, name)
            more = f'canary = "http://{name}.test/charter.html"' if name.endswith("canary") else ""
            follow = "links = ['li a', '.news a']" if name == "redesigned" else ""
            self.recipes.append(site_recipe(folder / "recipes", name, more=more, follow=follow))
        self.ports = {host: self.web.port for recipe in self.recipes for host in recipe.hosts}

    def harvest(self, *names, accept=False):
        chosen = [one for one in self.recipes if not names or one.name in names]
        return harvest_sites(self.settings, chosen, ports=self.ports, accept=accept)

    def findings(self, **options):
        database = Database.open(self.settings)
        try:
            with database.reading() as session:
                return list_findings(session, **options)
        finally:
            database.close()

    def otchet(self, *arguments):
        done = CliRunner().invoke(app, [*arguments, "--home", str(self.settings.home)], prog_name="otchet")
        assert done.exit_code == 0, done.stderr
        return done.stdout

    def exported(self, name):
        """What a stable export says of everything but findings."""
        folder = self.folder / name
        self.otchet("export", str(folder), "--stable")
        told = ("findings", "datapackage")
        return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(told)}


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """All sites harvested when well, again unchanged, broken, and repaired: what each harvest came to."""
    world = World(tmp_path_factory.mktemp("world"))
    told = {"world": world}

    def tell(chapter, *names, accept=False):
        summary = world.harvest(*names, accept=accept)
        told[chapter] = {
            "summary": summary,
            "sites": {site.site: site for site in summary.sites},
            "findings": world.findings(failures=True),
            "export": world.exported(chapter),
            "search": world.otchet("search", "Дом", "--json"),
            "current": [row for row in rows(world.settings, "document") if row["is_current"] in ("1", "True")],
        }

    try:
        os.environ["OTCHET_LOG"] = str(world.folder / "log.jsonl")
        tell("well")
        tell("again", "steady")
        break_all(world.web)
        tell("broken")
        tell("still", "steady", "moved")
        for name in SITES:
            fill(world.web, name)
        tell("repaired")
        world.web["steady.test/news/"] = with_menu(news_list("/news/0.html", "/news/1.html"))
        world.web["steady.test/news/0.html"] = page("steady", 0, extra=" Допълнително са осигурени 5 550 лв.")
        tell("halved", "steady")
        tell("accepted", "steady", accept=True)
        tell("after", "steady")
    finally:
        world.web.close()
    return told


def test_all_is_well_at_first(story):
    assert story["well"]["summary"].state is RunState.DONE
    assert {site.state for site in story["well"]["sites"].values()} == {"done"}
    assert len(json.loads("[" + ",".join(story["well"]["search"].splitlines()) + "]")) > 10


def test_an_unchanged_second_run_yields_all_not_nothing(story):
    again = story["again"]["sites"]["steady"]
    assert (again.announcements, again.visit.shown, again.visit.good) == (4, 4, True)
    assert again.visit.tally == story["well"]["sites"]["steady"].visit.tally
    assert again.read.documents == 0


@pytest.mark.parametrize(
    ("site", "kind", "says"),
    [
        (
            "redesigned",
            "site-redesigned",
            "lists show 0 of 4 announcements; selector follow.links matches nothing on http://redesigned.test/news/",
        ),
        ("moved", "site-moved", "http://moved.test/news/ sends on to https://new-home.example/news/"),
        ("emptied", "site-emptied", "http://emptied.test/news/ has no link to an announcement and none that is new"),
        ("login", "site-login", "http://login.test/news/: the server sends a login in its place"),
        (
            "shrunk",
            "site-shrunk",
            "lists show 7 of 10 announcements; no longer shown is http://shrunk.test/news/7.html",
        ),
        ("undated", "site-fields", "0 of 4 announcements have a day (4 of 4 before)"),
        ("changed-canary", "site-canary", "it no longer says 77000.00 BGN; it now says 78000.00 BGN"),
    ],
)
def test_a_broken_site_is_told_as_what_it_is(story, site, kind, says):
    result = story["broken"]["sites"][site]
    assert result.state == "failed"
    assert (result.visit.good, result.visit.rule) == (False, kind)
    assert says in result.message
    assert result.message.startswith(f"{site}: ")
    assert "\n" not in result.message
    (told,) = [one for one in story["broken"]["findings"] if one.site == site]
    assert (told.finding.kind, told.finding.message) == (kind, result.message)


def test_the_others_go_on(story):
    assert story["broken"]["summary"].state is RunState.PARTIAL
    for name in ("steady", "another"):
        assert story["broken"]["sites"][name].state == "done"
    assert sorted(one.site for one in story["broken"]["findings"]) == sorted(BROKEN)


@pytest.mark.parametrize("chapter", ["again", "broken", "still", "repaired", "halved"])
def test_what_was_known_is_still_exported_and_found(story, chapter):
    assert story[chapter]["export"] == story["well"]["export"]
    assert story[chapter]["search"] == story["well"]["search"]
    assert story[chapter]["current"] == story["well"]["current"]


def test_a_site_that_stays_broken_is_told_once(story):
    keys = [{one.finding.key: one.changed_at for one in story[chapter]["findings"]} for chapter in ("broken", "still")]
    assert keys[0] == keys[1]
    assert {name: site.state for name, site in story["still"]["sites"].items()} == {"steady": "done", "moved": "failed"}


def test_a_repaired_site_is_good_again_and_its_finding_is_closed(story):
    assert story["repaired"]["summary"].state is RunState.DONE
    assert story["repaired"]["findings"] == []
    assert {name for name, site in story["repaired"]["sites"].items() if site.recovered} == set(BROKEN)
    closed = story["world"].findings(failures=True, resolved=True)
    assert {one.site for one in closed} == {*BROKEN, "steady"}
    assert all(one.resolved and one.changed_at >= one.first_seen for one in closed)


def test_a_site_that_is_right_as_it_is_can_be_accepted(story):
    halved, accepted, after = (story[chapter]["sites"]["steady"] for chapter in ("halved", "accepted", "after"))
    assert halved.state == "failed"
    assert "lists show 2 of 4 announcements" in halved.message
    assert halved.message.endswith("If the site is right as it is: otchet harvest steady --accept.")
    assert (accepted.state, accepted.findings, accepted.recovered) == ("done", (), True)
    assert accepted.visit.accepted
    assert (after.state, after.visit.shown, after.last_good.shown, after.visit.accepted) == ("done", 2, 2, False)
    assert story["accepted"]["findings"] == story["after"]["findings"] == []
    # What the failed run had brought is told now, and what the lists no longer show is still there.
    values = {row["value"] for row in map(json.loads, story["after"]["export"]["figures.jsonl"].splitlines())}
    before = {row["value"] for row in map(json.loads, story["halved"]["export"]["figures.jsonl"].splitlines())}
    assert values - before == {"5550.00"}
    assert len(story["after"]["current"]) == len(story["well"]["current"])
    assert story["after"]["export"] == story["accepted"]["export"]


def test_the_log_tells_every_site_of_every_run(story):
    lines = [json.loads(line) for line in (story["world"].folder / "log.jsonl").read_text("utf-8").splitlines()]
    runs = [line for line in lines if line["what"] == "run"]
    assert [line["state"] for line in runs] == ["done", "done", "partial", "partial", "done", "failed", "done", "done"]
    assert sorted(runs[2]["failed"]) == sorted(BROKEN)
    shrunk = [line for line in lines if line["what"] == "site" and line["site"] == "shrunk"]
    assert [(line["state"], line["yield"], line["believed"]) for line in shrunk] == [
        ("done", 10, True),
        ("failed", 7, False),
        ("done", 10, True),
    ]
    assert shrunk[1]["last_good"]["yield"] == 10
