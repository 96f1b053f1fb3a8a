"""Why a site shows less than it did, told from its pages alone; and which losses are too many."""

import pytest
from site_of_tests import article, news_list, site_recipe

from flows.crawl_child import CrawlEnd
from flows.diagnosis import Page, asks_for_password, diagnose
from flows.failures import Failure
from flows.guards import Measure, fields_lost, yield_wanted
from models.settings import now
from models.tables import SiteState
from models.visit import Tally, Visit

LIST = "http://kubrat.test/news/"
MENU = '<nav><a href="/contacts">Контакти</a><a href="/services">Услуги</a></nav>'
LOGIN = "<form><input type='Password' name=p></form>"
WELL = MENU + news_list("/news/1.html", "/news/2.html", "/news/3.html", "/news/4.html")


@pytest.fixture
def recipe(tmp_path):
    return site_recipe(tmp_path, follow="links = ['li a']\nfeeds = ['http://kubrat.test/feed/']")


def page(body=None, before=WELL, address=LIST, **rest):
    return Page(address, body=body.encode() if body else None, before=before.encode() if before else None, **rest)


def sent_on(to, address=LIST):
    return page(address=address, status=302, error=f"sends on to {to}, which the recipe does not follow")


@pytest.mark.parametrize(
    ("leading", "failed", "kind", "says"),
    [
        ([sent_on("https://kubrat-new.bg/news")], [], Failure.MOVED, "sends on to https://kubrat-new.bg/news"),
        ([sent_on("/user/login?next=news")], [], Failure.LOGIN, "sends on to /user/login?next=news"),
        ([sent_on("https://sso.kubrat.bg/sign-in")], [], Failure.LOGIN, "sends on to https://sso"),
        (
            [page(WELL)],
            [sent_on("//new.bg/1", "http://kubrat.test/news/1.html")],
            Failure.MOVED,
            "news/1.html sends on",
        ),
        ([page(LOGIN)], [], Failure.LOGIN, "http://kubrat.test/news/ asks for a password"),
        ([page(MENU)], [], Failure.EMPTIED, "no link to an announcement and none that is new"),
        ([page(MENU, before=None)], [], Failure.REDESIGNED, "(2 links there, as http://kubrat.test/contacts)"),
        ([page("<p>Няма</p>", before=None)], [], Failure.EMPTIED, "http://kubrat.test/news/ has no link"),
        (
            [page(MENU + '<div><a href="/news/1.html">1</a></div>')],
            [],
            Failure.REDESIGNED,
            "selector follow.links matches nothing on http://kubrat.test/news/ (3 links there, 1 of them to announ",
        ),
        (
            [page(MENU + '<li><a href="/menu">Меню</a></li><p><a href="/news/1.html">1</a></p>')],
            [],
            Failure.REDESIGNED,
            "selector follow.links misses those on http://kubrat.test/news/ (4 links there, 1 of them to announ",
        ),
        (
            [page(MENU + '<li><a href="/novini/1">1</a></li>')],
            [],
            Failure.REDESIGNED,
            "follow.articles matches no address on http://kubrat.test/news/ (3 links there, as http://kubrat.test/nov",
        ),
        (
            [page("<rss><channel></channel></rss>", address="http://kubrat.test/feed/")],
            [],
            Failure.REDESIGNED,
            "http://kubrat.test/feed/ has no item that the recipe follows",
        ),
        (
            [page(WELL)],
            [page(address="http://kubrat.test/news/1.html", status=500, error="the server answers 500")] * 4,
            Failure.UNREACHABLE,
            "4 addresses gave nothing, as http://kubrat.test/news/1.html (the server answers 500)",
        ),
    ],
    ids=lambda one: str(one)[:40] if isinstance(one, str) else "",
)
def test_a_site_is_told_as_what_it_is(recipe, leading, failed, kind, says):
    found = diagnose(recipe, leading, failed, 0, 4)
    assert found is not None
    assert found.failure is kind
    assert says in found.said
    assert found.do


def test_a_list_that_is_well_tells_nothing(recipe):
    assert diagnose(recipe, [page(WELL)], [], 3, 4) is None
    assert diagnose(recipe, [], [], 3, 4) is None


def test_a_login_form_that_was_always_there_is_none(recipe):
    body = article("Новина", "Текст.", links=LOGIN)
    assert asks_for_password(page(LOGIN, before=None))
    assert asks_for_password(page(body))
    assert not asks_for_password(page(body, before=body))
    assert not asks_for_password(page(WELL))


def visit(shown=0, tally=None, **rest):
    return Visit("r1", "kubrat", SiteState.DONE, True, now(), shown=shown, tally=tally or Tally(), **rest)


@pytest.mark.parametrize(
    ("shown", "last", "accepted", "whole", "says"),
    [
        (41, 41, False, True, None),
        (31, 41, False, True, None),
        (30, 41, False, True, "lists show 30 of 41 announcements"),
        (3, 4, False, True, None),
        (0, 1, False, True, "lists show 0 of 1 announcements"),
        (30, 41, False, False, None),
        (2, None, False, True, "lists show 2 announcements, expected 3 to 50"),
        (2, None, False, False, None),
        (51, 49, False, True, "lists show 51 announcements, expected 3 to 50"),
        (60, 61, True, True, None),
        (60, 40, True, True, "lists show 60 announcements, expected 3 to 50"),
    ],
)
def test_how_many_announcements_are_too_few(tmp_path, shown, last, accepted, whole, says):
    recipe = site_recipe(tmp_path, tables="[expected]\nmin = 3\nmax = 50")
    before = None if last is None else visit(last, accepted=accepted)
    found = yield_wanted(recipe, CrawlEnd("done", announcements=shown, whole=whole), Measure(before, before))
    assert (found and found[1]) == says


@pytest.mark.parametrize(
    ("now", "lost"),
    [
        (Tally(50, 40, 50, 40, 40, 20), []),
        (Tally(50, 40, 50, 31, 40, 20), []),
        (Tally(50, 40, 50, 29, 40, 20), ["29 of 40 announcements have a day (40 of 40 before)"]),
        (Tally(50, 40, 1, 40, 1, 20), ["1 of 50 announcements have a title", "1 of 40 announcements have a text"]),
        (Tally(50, 40, 50, 40, 40, 0), ["0 of 40 announcements have figures (20 of 40 before)"]),
        (Tally(50, 20, 50, 20, 20, 10), ["20 of 50 announcements speak of a project (40 of 50 before)"]),
        (Tally(25, 20, 25, 20, 20, 10), []),
        (Tally(3, 2, 3, 1, 2, 1), []),
        (Tally(), []),
    ],
)
def test_which_fields_were_lost(now, lost):
    found = fields_lost(now, Measure(visit(50, Tally(50, 40, 50, 40, 40, 20))))
    assert len(found) == len(lost)
    assert all(words in one for words, one in zip(lost, found, strict=True))
    assert fields_lost(now, Measure()) == []
