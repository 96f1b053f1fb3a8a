"""The guards over many nights: most pages are not due, some runs are killed or fail, and nothing is lost by it."""

from datetime import date

import pytest
from local_web import LocalWeb, Page
from site_of_tests import article, news_list, site_recipe
from sqlalchemy import text
from stored import everything, rows
from test_crawl_again import asked, later

from flows.crawl_mode import CrawlMode
from flows.harvest import harvest_sites
from models.database import Database
from models.tables import RunState

NIGHTLY = "[pace]\nrevisit = 1\nlongest = 8"
NUMBERS = range(8)


def page(number, extra=""):
    return article(
        f"Стартира проект „Дом {number}“",
        f"Община Кубрат започва проект № BG05M9OP001-2.005-90{number:02}-C01 „Дом {number}“.",
        f"Общата стойност на проекта е {number + 1}20 000 лв.{extra}",
    )


@pytest.fixture
def web():
    served = LocalWeb()
    served["kubrat.test/news/"] = news_list(*(f"/news/{number}.html" for number in NUMBERS))
    for number in NUMBERS:
        served[f"kubrat.test/news/{number}.html"] = page(number)
    yield served
    served.close()


@pytest.fixture
def harvest(settings, tmp_path, web):
    kubrat = site_recipe(tmp_path / "recipes", tables=NIGHTLY)

    def run(**mode):
        how = {"mode": CrawlMode(**mode)} if mode else {}
        return harvest_sites(settings, [kubrat], ports={"kubrat.test": web.port}, **how)

    return run


def test_after_an_update_of_the_rules_fields_are_not_compared(settings, web, harvest):
    """Other rules may keep other pages: a site whose figures are gone with them is not broken."""
    assert harvest().state is RunState.DONE
    for number in NUMBERS:
        web[f"kubrat.test/news/{number}.html"] = article(f"Стартира проект „Дом {number}“", "Проектът започна.")
    database = Database.open(settings)
    try:
        with database.writing() as session:
            session.execute(text('UPDATE run SET versions = replace(versions, \'"rules":"\', \'"rules":"0.\')'))
    finally:
        database.close()
    assert harvest(revisit=True).state is RunState.DONE


def test_by_the_same_rules_they_are(web, harvest):
    assert harvest().state is RunState.DONE
    for number in NUMBERS:
        web[f"kubrat.test/news/{number}.html"] = article(f"Стартира проект „Дом {number}“", "Проектът започна.")
    (site,) = harvest(revisit=True).sites
    assert site.visit.rule == "site-fields"


def values(settings):
    """The sums that are told: of current documents that are not held back."""
    held = {row["key"] for row in rows(settings, "snapshot") if row["held"] in ("1", "True")}
    told = {
        row["key"]
        for row in rows(settings, "document")
        if row["is_current"] in ("1", "True") and row["snapshot"] not in held
    }
    return {row["value"] for row in rows(settings, "figure") if row["document"] in told and row["kind"] == "amount"}


@pytest.mark.long
def test_pages_that_are_not_due_are_yield_all_the_same(harvest, settings, web):
    first = harvest()
    assert first.state is RunState.DONE
    before = everything(settings)
    asked(web)
    second = harvest()
    assert asked(web) == ["news/"]
    (was,), (now,) = first.sites, second.sites
    assert (now.state, now.visit.shown, now.visit.good) == ("done", 8, True)
    assert now.visit.tally == was.visit.tally
    assert now.visit.tally.announcements == 8
    assert everything(settings) == before


def test_an_emptied_list_is_told_though_its_pages_are_still_there_and_due(harvest, settings, web):
    harvest()
    later(settings, 3)
    web["kubrat.test/news/"] = "<html><body><p>Няма новини.</p></body></html>"
    (site,) = harvest().sites
    assert site.looks["same"] == 8  # known pages that nothing leads to any more are asked too
    assert (site.state, site.visit.rule, site.visit.shown) == ("failed", "site-emptied", 0)
    assert "no longer shown" not in site.message
    assert len(values(settings)) == 8


def test_what_a_failed_run_brought_is_told_by_the_next_good_one_though_it_is_not_due(harvest, settings, web):
    harvest()
    before = values(settings)
    web["kubrat.test/news/8.html"] = page(8)
    web["kubrat.test/news/"] = news_list("/news/0.html", "/news/8.html")
    assert harvest().state is RunState.FAILED
    assert values(settings) == before
    web["kubrat.test/news/"] = news_list(*(f"/news/{number}.html" for number in range(9)))
    asked(web)
    assert harvest().state is RunState.DONE
    assert asked(web) == ["news/"]
    assert values(settings) == before | {"920000.00"}


@pytest.mark.long
def test_a_changed_page_that_no_list_shows_is_told_by_the_next_good_run_after_a_kill(harvest, settings, web):
    harvest()
    later(settings, 3)
    web["kubrat.test/news/7.html"] = page(7, " Допълнително са осигурени 5 550 лв.")
    web["kubrat.test/news/"] = news_list(*(f"/news/{number}.html" for number in range(7)))
    harvest()
    assert "5550.00" in values(settings)
    # The same from a run that was killed before it judged: nobody knows of its number.
    later(settings, 3)
    web["kubrat.test/news/7.html"] = page(7, " Допълнително са осигурени 6 660 лв.")
    unjudge(settings, harvest().run)
    harvest()
    assert "6660.00" in values(settings)
    assert "5550.00" not in values(settings)


def unjudge(settings, run):
    """Leave the database as if a run had been killed before it judged: what it brought is held, no visit is kept."""
    digests = [row for row in rows(settings, "snapshot") if row["address"].endswith("7.html")]
    before, now = (row["sha256"] for row in sorted(digests, key=lambda row: row["fetched_at"])[-2:])
    database = Database.open(settings)
    try:
        with database.writing() as session:
            for statement in (
                "DELETE FROM visit WHERE run = :run",
                "UPDATE snapshot SET held = 1 WHERE sha256 = :now",
                "UPDATE address SET good = :before WHERE good = :now",
            ):
                session.execute(text(statement), {"run": run, "now": now, "before": before})
    finally:
        database.close()


@pytest.mark.long
def test_a_finding_about_a_page_that_is_not_due_stays_open(harvest, settings, web):
    web["kubrat.test/news/broken.html"] = Page(b"", 404)
    web["kubrat.test/news/"] = news_list(*(f"/news/{number}.html" for number in NUMBERS), "/news/broken.html")
    for _ in range(3):
        harvest()
    asked(web)
    harvest()
    assert asked(web) == ["news/"]  # after three looks it is asked more seldom
    (finding,) = rows(settings, "finding")
    assert (finding["subject"], finding["resolved"] in ("0", "False")) == ("http://kubrat.test/news/broken.html", True)
    web["kubrat.test/news/"] = news_list(*(f"/news/{number}.html" for number in NUMBERS))
    harvest()
    assert rows(settings, "finding")[0]["resolved"] in ("1", "True")


def test_a_canary_that_no_list_shows_is_asked_once_a_run_due_or_not(settings, tmp_path, web):
    web["kubrat.test/charter.html"] = article("Харта", "Проектът е на стойност 77 000 лв.")
    canary = 'canary = "http://kubrat.test/charter.html"'
    kubrat = site_recipe(tmp_path / "recipes", more=canary, tables=NIGHTLY)
    for _ in range(3):
        (site,) = harvest_sites(settings, [kubrat], ports={"kubrat.test": web.port}).sites
        assert (site.state, site.announcements) == ("done", 8)
        assert asked(web).count("charter.html") == 1
        later(settings, 1)


def test_pages_that_a_failed_run_found_gone_are_not_told_as_gone(harvest, settings, web):
    harvest()
    later(settings, 3)
    for number in NUMBERS:
        web[f"kubrat.test/news/{number}.html"] = Page(b"no", 404)
    assert harvest().state is RunState.FAILED
    assert {row["gone_at"] for row in rows(settings, "document")} == {"None"}
    for number in NUMBERS:
        web[f"kubrat.test/news/{number}.html"] = page(number)
    assert harvest(revisit=True).state is RunState.DONE
    assert {row["gone_at"] for row in rows(settings, "address")} == {"None"}
    assert len(values(settings)) == 8


def test_a_login_at_every_article_is_told_as_one(harvest, settings, web):
    harvest()
    later(settings, 3)
    form = "<form><input name=u><input type='password' name=p></form>"
    words = " ".join(f"Този сайт е за служители, дума {number}." for number in range(40))
    for number in NUMBERS:
        web[f"kubrat.test/news/{number}.html"] = f"<html><body><h1>Портал</h1><p>{words}</p>{form}</body></html>"
    (site,) = harvest().sites
    assert (site.state, site.visit.rule) == ("failed", "site-login")
    assert len(values(settings)) == 8


@pytest.mark.long
def test_a_backfill_is_not_measured_and_measures_nothing(harvest, settings, web):
    harvest()
    web["kubrat.test/news/"] = news_list("/news/0.html", "/news/old.html")
    web["kubrat.test/news/old.html"] = article("Стар проект", "Приключи проект № BG05M9OP001-1.001-0001-C01.")
    (site,) = harvest(since=date(2012, 1, 1)).sites
    assert (site.state, site.visit.good, site.visit.whole) == ("done", True, False)
    web["kubrat.test/news/"] = news_list(*(f"/news/{number}.html" for number in NUMBERS))
    assert harvest().state is RunState.DONE
    web["kubrat.test/news/"] = news_list("/news/0.html")
    (site,) = harvest().sites
    assert (site.state, "lists show 1 of 8 announcements" in site.message) == ("failed", True)
