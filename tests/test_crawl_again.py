"""The second look and all after it: what is new first, what never changes ever more seldom, what is gone said so."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from crawled_site import site
from fastapi.testclient import TestClient
from local_web import LocalWeb, Page
from site_of_tests import article, news_list, site_recipe
from sqlalchemy import text
from stored import rows
from typer.testing import CliRunner

from flows.cli import app
from flows.crawl_mode import CrawlMode
from flows.harvest import harvest_sites
from flows.links import Link
from flows.recipe import AddressKind
from flows.revisits import Schedule
from models.database import Database
from models.settings import now
from models.store import get_address
from models.tables import RunState
from web.application import create_app

NIGHTLY = "[pace]\nrevisit = 1\nlongest = 8"


@pytest.fixture
def web():
    served = LocalWeb()
    yield served
    served.close()


def later(settings, days):
    """Let so many days pass, for what is known of addresses."""
    database = Database.open(settings)
    try:
        with database.writing() as session:
            found = session.execute(text("SELECT address, next_due, fetched_at FROM address")).all()
            for row in found:
                for name, value in (("next_due", row.next_due), ("fetched_at", row.fetched_at)):
                    if value is not None:
                        session.execute(
                            text(f"UPDATE address SET {name} = datetime({name}, :days) WHERE address = :address"),
                            {"days": f"-{days} days", "address": row.address},
                        )
    finally:
        database.close()


def asked(web):
    """What was asked since the last time, without the rules."""
    found = [name.partition("/")[2] for name, _ in web.asked if not name.endswith("robots.txt")]
    web.asked.clear()
    return found


def test_the_interval_doubles_up_to_its_limit():
    schedule, at = Schedule(1, 10), now()
    days = [(schedule.after(unchanged, at) - at) / timedelta(days=1) for unchanged in (0, 1, 2, 3, 4, 99)]
    assert days == [1, 2, 4, 8, 10, 10]
    days = [(schedule.after_failures(failures, at) - at) / timedelta(days=1) for failures in (1, 2, 3, 4, 5)]
    assert days == [0, 0, 1, 2, 4]
    assert Schedule(0, 10).after(5, at) == at


@pytest.mark.long
def test_a_page_that_does_not_change_is_asked_ever_more_seldom(settings, tmp_path, web):
    """After 1, 2, 4 and 8 days, the list each time; one that changed begins anew."""
    kubrat = site(settings, tmp_path, web, tables=f"{NIGHTLY}\n[expected]\nmin = 2\nmax = 2")
    web["kubrat.test/news/"] = news_list("/news/1.html")
    web["kubrat.test/news/1.html"] = article("Едно", "Текст.", links='<a href="/files/1.pdf">Файл</a>')
    web["kubrat.test/files/1.pdf"] = Page(b"%PDF-1.4", type="application/pdf")
    assert kubrat.crawl().announcements == 2
    assert asked(web) == ["news/", "news/1.html", "files/1.pdf"]
    for number, days in enumerate((1, 2, 4)):
        assert kubrat.crawl(f"{number}1b2c3d4e5f6").announcements == 2  # what is not due is not missing
        assert asked(web) == ["news/"]
        later(settings, days)
        assert kubrat.crawl(f"{number}2b2c3d4e5f6").state == "done"
        assert asked(web) == ["news/", "news/1.html", "files/1.pdf"]
    web["kubrat.test/news/1.html"] = article("Едно", "Друг текст.", links='<a href="/files/1.pdf">Файл</a>')
    later(settings, 8)
    assert kubrat.crawl("d1b2c3d4e5f6").counts == {"new": 1, "same": 2}
    assert kubrat.known("/news/1.html").unchanged == 0
    assert kubrat.known("/files/1.pdf").unchanged == 4
    asked(web)
    later(settings, 1)
    kubrat.crawl("e1b2c3d4e5f6")
    assert asked(web) == ["news/", "news/1.html"]
    kubrat.crawl("f1b2c3d4e5f6", revisit=True)
    assert asked(web) == ["news/", "news/1.html", "files/1.pdf"]


def test_what_is_new_comes_before_what_is_due(settings, tmp_path, web):
    """A page of one's own that no list names any more is looked at too, after the others."""
    kubrat = site(settings, tmp_path, web, tables=NIGHTLY)
    web["kubrat.test/news/"] = news_list("/news/1.html", "/news/2.html")
    for number in range(1, 6):
        web[f"kubrat.test/news/{number}.html"] = article(f"Новина {number}", "Текст.")
    kubrat.crawl()
    asked(web)
    later(settings, 1)
    web["kubrat.test/news/"] = news_list("/news/2.html", "?page=2", "/news/3.html")
    web["kubrat.test/news/?page=2"] = news_list("/news/4.html")
    kubrat.crawl("b1b2c3d4e5f6")
    found = asked(web)
    assert found[0] == "news/"
    assert set(found[1:4]) == {"news/3.html", "news/?page=2", "news/4.html"}
    assert found[4:] == ["news/2.html", "news/1.html"]


@pytest.mark.long
def test_a_sitemap_that_names_a_change_makes_a_page_due(settings, tmp_path, web):
    def sitemap(day):
        return (
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://kubrat.test/news/1.html</loc>'
            f"<lastmod>{day}</lastmod></url></urlset>"
        )

    kubrat = site(settings, tmp_path, web, follow='sitemaps = ["http://kubrat.test/sitemap.xml"]', tables=NIGHTLY)
    web["kubrat.test/news/"] = news_list()
    web["kubrat.test/sitemap.xml"] = sitemap("2020-01-01")
    web["kubrat.test/news/1.html"] = article("Едно", "Текст.")
    kubrat.crawl()
    asked(web)
    kubrat.crawl("b1b2c3d4e5f6")
    assert "news/1.html" not in asked(web)
    web["kubrat.test/sitemap.xml"] = sitemap((date.today() + timedelta(days=2)).isoformat())
    kubrat.crawl("c1b2c3d4e5f6")
    assert "news/1.html" in asked(web)


CODE = "BG05M9OP001-2.005-9001"


@pytest.mark.parametrize("status", [404, pytest.param(410, marks=[pytest.mark.long])])
def test_a_page_that_is_gone_is_marked_and_its_figures_stay(status, settings, tmp_path, web):
    kubrat = site_recipe(tmp_path / "recipes")
    ports = {"kubrat.test": web.port}
    page = article("Старт", f"Стартира проект № {CODE}-C01. Общата стойност на проекта е 120 000 лв.")
    # One of five is none too few.
    others = [f"/news/{number}.html" for number in range(2, 6)]
    for number, path in enumerate(others):
        web[f"kubrat.test{path}"] = article(f"Новина {number}", f"Изпълнява се проект № {CODE[:-4]}800{number}-C01.")
    web["kubrat.test/news/"] = news_list("/news/1.html", *others)
    web["kubrat.test/news/1.html"] = page
    assert harvest_sites(settings, [kubrat], ports=ports).state is RunState.DONE
    assert shown()["gone_at"] is None
    web["kubrat.test/news/1.html"] = Page(b"no", status)
    summary = harvest_sites(settings, [kubrat], ports=ports)
    assert summary.state is RunState.DONE  # that is no failure of ours
    assert summary.counts["gone"] == 1
    today = known(settings).gone_at
    assert abs(today - date.today()) <= timedelta(days=1)
    # The list may go on naming it, and the day stays that of the first look.
    later(settings, 3)
    assert harvest_sites(settings, [kubrat], ports=ports).counts["gone"] == 1
    assert known(settings).gone_at == today
    assert shown() == {**shown(), "gone_at": today.isoformat(), "is_current": True}
    assert f"gone from the site since {today}" in run("show", CODE).output
    assert "the site has it no more" in rows(settings, "finding")[0]["message"]
    run("export", str(tmp_path / "data"))
    with (tmp_path / "data" / "documents.csv").open(encoding="utf-8") as file:
        gone = {row["address"]: row["gone_at"] for row in csv.DictReader(file) if row["gone_at"]}
    assert gone == {"http://kubrat.test/news/1.html": today.isoformat()}
    web_page = page_of_the_web(settings)
    assert "няма я в сайта от" in web_page
    # It comes back.
    web["kubrat.test/news/1.html"] = page
    harvest_sites(settings, [kubrat], ports=ports)
    assert shown()["gone_at"] is None
    assert "няма я в сайта от" not in page_of_the_web(settings)


def run(*arguments):
    result = CliRunner().invoke(app, list(arguments), prog_name="otchet")
    assert result.exit_code == 0, result.output
    return result


def shown():
    """The document of the first claim, as `otchet show` tells it to programs."""
    return json.loads(run("show", CODE, "--json").stdout)["claims"][0]["document"]


def known(settings):
    database = Database.open(settings)
    try:
        with database.reading() as session:
            return get_address(session, "http://kubrat.test/news/1.html")
    finally:
        database.close()


def page_of_the_web(settings):
    database = Database.open(settings)
    try:
        answer = TestClient(create_app(database)).get(f"/projects/{CODE}")
    finally:
        database.close()
    assert answer.status_code == 200
    return answer.text


def dated_site(settings, tmp_path, web, tables=""):
    """A site of three list pages and a sitemap, with articles of 2018 to 2022."""
    kubrat = site(
        settings,
        tmp_path,
        web,
        follow='item = "li"\nstamp = "time"\nsitemaps = ["http://kubrat.test/sitemap.xml"]',
        tables=tables,
    )

    def dated(number, day):
        return f'<li><a href="/news/{number}.html">Новина {number}</a> <time>{day}</time></li>'

    web["kubrat.test/news/"] = f'{dated(1, "03.02.2021 г.")}{dated(2, "30 декември 2020 г.")}<a href="?page=2">2</a>'
    web["kubrat.test/news/?page=2"] = f'{dated(3, "1 май 2019 г.")}<a href="?page=3">3</a>'
    web["kubrat.test/news/?page=3"] = f'{dated(4, "31.12.2018")}<li><a href="/news/5.html">Без дата</a></li>'
    items = "".join(
        f"<url><loc>http://kubrat.test/news/{number}.html</loc><lastmod>{day}</lastmod></url>"
        for number, day in ((6, "2018-06-01"), (7, "2019-06-01T10:00:00+03:00"), (8, "2022-01-01"))
    )
    web["kubrat.test/sitemap.xml"] = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</urlset>'
    for number in range(1, 9):
        web[f"kubrat.test/news/{number}.html"] = article(f"Новина {number}", "Текст.")
    return kubrat


YEARS = {"since": date(2019, 1, 1), "until": date(2020, 12, 31)}


def test_a_backfill_takes_what_is_dated_within_and_what_is_not_dated(settings, tmp_path, web):
    kubrat = dated_site(settings, tmp_path, web, "[expected]\nmin = 7\nmax = 9")
    end = kubrat.crawl(**YEARS)
    assert end.state == "done"  # less than a whole crawl is expected to find
    found = asked(web)
    assert {name for name in found if name.endswith(".html")} == {f"news/{number}.html" for number in (2, 3, 5, 7)}
    assert set(found) >= {"news/", "news/?page=2", "news/?page=3", "sitemap.xml"}
    # What is known already is not asked again, due or not.
    kubrat.crawl("b1b2c3d4e5f6", **YEARS)
    assert not [name for name in asked(web) if name.endswith(".html")]
    # A run like every other takes the rest.
    assert kubrat.crawl("c1b2c3d4e5f6").announcements == 8


@pytest.mark.long
def test_a_backfill_has_a_budget_of_its_own_and_goes_on_where_it_stopped(settings, tmp_path, web):
    kubrat = dated_site(settings, tmp_path, web, "[limits]\nrequests = 1\n[backfill]\nrequests = 4")
    ports = {"kubrat.test": web.port}
    seen = []
    for _ in range(4):
        summary = harvest_sites(settings, [kubrat.recipe], ports=ports, mode=CrawlMode(**YEARS))
        seen += asked(web)
        if summary.state is RunState.DONE:
            break
        assert "the recipe's backfill.requests (4) was reached" in summary.sites[0].message
    assert summary.state is RunState.DONE
    assert len(seen) == len(set(seen)), "nothing is asked twice"
    assert {name for name in seen if name.endswith(".html")} == {f"news/{number}.html" for number in (2, 3, 5, 7)}
    # Once it was brought to its end, it begins anew.
    kubrat.recipe.path.write_text(kubrat.recipe.path.read_text().replace("requests = 4", "requests = 99"))
    harvest_sites(settings, [kubrat.recipe], ports=ports, mode=CrawlMode(**YEARS))
    assert "news/" in asked(web)


@pytest.mark.parametrize(
    ("stamp", "modified", "leaves"),
    [
        ("17.10.2019 г.", None, False),
        ("Thu, 23 Nov 2017 10:00:00 +0200", None, True),
        ("31.12.2020", None, False),
        ("01.01.2021", None, True),
        (None, "2018-12-31", True),
        (None, "2018-12-31T23:30:00Z", False),  # it was 2019 in Sofia
        (None, None, False),
        ("по всяко време", None, False),
        ("17.10.2019 г.", "2022-01-01", False),  # what the list says of the announcement goes before
    ],
)
def test_what_a_backfill_leaves(stamp, modified, leaves):
    link = Link("http://kubrat.test/news/1.html", AddressKind.ARTICLE, None, stamp, modified)
    assert CrawlMode(**YEARS).leaves(link) is leaves
    assert CrawlMode().leaves(link) is False


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["kubrat", "--since", "2019"], "--since: '2019' is no day"),
        (["kubrat", "--until", "31.12.2020"], "--until: '31.12.2020' is no day"),
        (["kubrat", "--since", "2020-01-01", "--until", "2019-01-01"], "no day lies between 2020-01-01 and 2019-01-01"),
        (["--since", "2020-01-01"], "name the sites"),
    ],
)
def test_wrong_days_are_wrong_usage(arguments, says, home):
    result = CliRunner().invoke(app, ["harvest", *arguments], prog_name="otchet")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert says in line
    assert not Path(home).exists()
