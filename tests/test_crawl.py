"""A crawl keeps what a site gives, tells in one line what it does not, and goes on."""

import os
import resource
import ssl
from itertools import pairwise
from pathlib import Path

import pytest
import trustme
from crawled_site import site
from local_web import LocalWeb, Page
from site_of_tests import article, news_list

from flows import crawl as crawl_module
from flows.crawl import NO_CONTACT, crawl
from flows.crawl_start import end_parent
from flows.locks import lock
from flows.recipes import load_recipe
from models.store import get_addresses, get_findings, get_snapshots


@pytest.fixture
def web():
    served = LocalWeb()
    yield served
    served.close()


def test_what_goes_wrong_is_told_and_the_rest_is_kept(settings, tmp_path, web):
    """Oversized, cut off, 404, 500, empty, slow, unknown encoding, a loop, a way out: each is one line."""
    kubrat = site(settings, tmp_path, web, tables="[limits]\nbytes = 100_000\ntimeout = 1.5")
    paths = ["good", "gone", "broken", "cut", "huge", "empty", "slow", "koi", "loop", "away", "moved"]
    web["kubrat.test/news/"] = news_list(
        *(f"/news/{path}.html" for path in paths), "/elsewhere/1.html", "mailto:a@b.bg"
    )
    web["kubrat.test/news/good.html"] = article("Готово", "Пълен текст.", links='<a href="/files/a.pdf">Обява</a>')
    web["kubrat.test/files/a.pdf"] = Page(b"%PDF-1.4 half of", type="application/pdf")
    web["kubrat.test/news/gone.html"] = Page(b"no", 404)
    web["kubrat.test/news/broken.html"] = Page(b"oops", 500)
    web["kubrat.test/news/cut.html"] = Page(b"<p>words</p>" * 500, cut=True)
    web["kubrat.test/news/huge.html"] = Page(b"<html>", size=50_000_000)
    web["kubrat.test/news/empty.html"] = Page(b"")
    web["kubrat.test/news/slow.html"] = Page(b"<p>late</p>", wait=2.5)
    web["kubrat.test/news/koi.html"] = Page("Новина".encode("koi8-r"), type="text/html; charset=x-no-such-code")
    web["kubrat.test/news/loop.html"] = Page(b"", 302, headers={"Location": "/news/loop.html"})
    web["kubrat.test/news/away.html"] = Page(b"", 301, headers={"Location": "http://169.254.169.254/latest/meta-data"})
    web["kubrat.test/news/moved.html"] = Page(b"", 301, headers={"Location": "/news/new-place.html"})
    web["kubrat.test/news/new-place.html"] = article("Преместено", "Тук е.")
    end = kubrat.crawl()
    assert kubrat.told == {
        "/news/gone.html": "the server answers 404",
        "/news/broken.html": "the server answers 500",
        "/news/cut.html": "truncated: the answer broke off before its end",
        "/news/huge.html": "truncated: larger than the recipe's limits.bytes",
        "/news/empty.html": "the server sends an empty page",
        "/news/slow.html": "no answer in time",
        "/news/loop.html": "sends on to itself; see the recipe's canonical.host",
        "/news/away.html": "sends on to http://169.254.169.254/latest/meta-data, which the recipe does not follow",
    }
    assert end.state == "partial"
    assert end.announcements == 4
    assert {path for path, outcome in kubrat.looks.items() if outcome == "new"} == {
        "/news/",
        "/news/good.html",
        "/files/a.pdf",
        "/news/koi.html",
        "/news/new-place.html",
    }
    assert web.statuses("kubrat.test/news/gone.html") == [404]  # a 404 is asked once
    assert web.statuses("kubrat.test/news/broken.html") == [500] * 3  # a 500 may pass
    assert "kubrat.test/elsewhere/1.html" not in [asked for asked, _ in web.asked]
    assert kubrat.bodies("/files/a.pdf") == [b"%PDF-1.4 half of"]
    assert kubrat.bodies("/news/huge.html") == []


def test_a_second_crawl_downloads_nothing_unchanged(settings, tmp_path, web):
    kubrat = site(settings, tmp_path, web)
    web["kubrat.test/news/"] = news_list("?page=2", "/news/1.html", "/news/2.html")
    web["kubrat.test/news/?page=2"] = news_list("/news/3.html")
    for number in (1, 2, 3):
        web[f"kubrat.test/news/{number}.html"] = article(f"Новина {number}", "Текст.")
    kubrat.crawl()
    files = sorted(Path(settings.archive).rglob("*.warc.gz*"))
    assert len(files) == 1
    web.asked.clear()
    end = kubrat.crawl("b1b2c3d4e5f6")
    assert end.counts == {"same": 5}
    assert end.announcements == 3
    assert {status for name, status in web.asked if not name.endswith("robots.txt")} == {304}
    assert sorted(Path(settings.archive).rglob("*.warc.gz*")) == files

    web["kubrat.test/news/2.html"] = article("Новина 2", "Друг текст.")
    web.pages["kubrat.test/news/3.html"].validators = False  # a server that cannot tell what is new
    end = kubrat.crawl("c1b2c3d4e5f6")
    assert end.counts == {"new": 1, "same": 4}
    assert len(kubrat.bodies("/news/2.html")) == 2
    assert len(kubrat.bodies("/news/3.html")) == 1
    assert {one.seen for one in kubrat.read(get_addresses, "kubrat")} == {3}


def test_an_archive_that_lost_its_file_is_filled_again_from_the_site(settings, tmp_path, web):
    kubrat = site(settings, tmp_path, web)
    web["kubrat.test/news/"] = news_list("/news/1.html")
    web["kubrat.test/news/1.html"] = article("Новина", "Текст.")
    kubrat.crawl()
    for path in Path(settings.archive).rglob("*.warc.gz"):
        path.unlink()
    end = kubrat.crawl("b1b2c3d4e5f6")
    assert end.announcements == 1
    assert kubrat.looks["/news/1.html"] == "same"


def test_lists_feeds_and_sitemaps_lead_on_and_say_what_they_announce(settings, tmp_path, web):
    kubrat = site(
        settings,
        tmp_path,
        web,
        follow='feeds = ["http://kubrat.test/feed/"]\nsitemaps = ["http://kubrat.test/sitemap.xml"]\n'
        'item = "li.teaser"\nstamp = ".date"',
    )
    web["kubrat.test/news/"] = (
        '<ul><li class="teaser"><a href="/news/3.html"><img src="a.png"></a><a href="/news/3.html">Приключи проект</a>'
        '<span class="date">23 ное 2017</span></li></ul>'
    )
    web["kubrat.test/news/3.html"] = article("Три", "Текст.")
    web["kubrat.test/feed/"] = Page(
        "<rss><channel><item><title>Обява за проект</title><link>http://kubrat.test/news/1.html</link>"
        "<pubDate>Thu, 23 Nov 2017 10:00:00 +0200</pubDate></item></channel></rss>".encode(),
        type="application/rss+xml",
    )
    web["kubrat.test/sitemap.xml"] = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>http://kubrat.test/sitemap-2.xml'
        "</loc></sitemap></sitemapindex>"
    )
    web["kubrat.test/sitemap-2.xml"] = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://kubrat.test/news/2.html</loc></url>'
        "<url><loc>http://kubrat.test/contacts.html</loc></url></urlset>"
    )
    web["kubrat.test/news/1.html"] = article("Едно", "Текст.")
    web["kubrat.test/news/2.html"] = article("Две", "Текст.")
    assert kubrat.crawl().announcements == 3
    (of_the_feed,) = kubrat.read(get_snapshots, "http://kubrat.test/news/1.html")
    assert (of_the_feed.listed_title, of_the_feed.listed_date) == ("Обява за проект", "Thu, 23 Nov 2017 10:00:00 +0200")
    (of_the_list,) = kubrat.read(get_snapshots, "http://kubrat.test/news/3.html")
    assert (of_the_list.listed_title, of_the_list.listed_date) == ("Приключи проект", "23 ное 2017")


def test_robots_txt_is_obeyed_and_its_delay_kept(settings, tmp_path, web):
    kubrat = site(settings, tmp_path, web)
    rules = b"User-agent: *\nDisallow: /news/inner*\nCrawl-delay: 0.7\n"
    web["kubrat.test/robots.txt"] = Page(rules, type="text/plain")
    web["kubrat.test/news/"] = news_list("/news/inner-1.html", "/news/1.html", "/news/2.html")
    web["kubrat.test/news/inner-1.html"] = article("Вътрешно", "Текст.")
    web["kubrat.test/news/1.html"] = article("Едно", "Текст.")
    web["kubrat.test/news/2.html"] = article("Две", "Текст.")
    times = []
    web.on_request = lambda name: times.append((name, os.times().elapsed))
    end = kubrat.crawl()
    assert end.state == "done"  # what the site forbids is not missing
    assert web.statuses("kubrat.test/news/inner-1.html") == []
    assert kubrat.told == {"/news/inner-1.html": "forbidden by the site's robots.txt"}
    pages = [at for name, at in times if not name.endswith("robots.txt")]
    assert len(pages) == 3
    assert all(later - earlier >= 0.6 for earlier, later in pairwise(pages))


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (Page(b"busy", 503), "http://kubrat.test/robots.txt answers 503; the site is left alone until it can be read"),
        (
            Page(b"", wait=2),
            "http://kubrat.test/robots.txt: no answer in time; the site is left alone until it can be read",
        ),
    ],
    ids=["503", "timeout"],
)
def test_a_site_whose_robots_txt_cannot_be_read_is_left_alone(settings, tmp_path, web, page, why):
    kubrat = site(settings, tmp_path, web, tables="[limits]\ntimeout = 0.6")
    web["kubrat.test/robots.txt"] = page
    web["kubrat.test/news/"] = news_list()
    end = kubrat.crawl()
    assert (end.state, end.message) == ("failed", why)
    assert {name for name, _ in web.asked} <= {"kubrat.test/robots.txt"}
    assert [one.message for one in kubrat.read(get_findings)] == [why]


def test_an_unreachable_site_is_told(settings, tmp_path, web):
    kubrat = site(settings, tmp_path, web)
    web.close()
    end = kubrat.crawl()
    assert end.state == "failed"
    assert "nobody answers there (connection refused); the site is left alone" in end.message


def test_a_certificate_of_another_name_is_refused(settings, tmp_path, monkeypatch):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("razlog.test").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    web = LocalWeb(context)
    try:
        for name in ("kubrat", "razlog"):
            web[f"{name}.test/news/"] = news_list("/news/1.html")
            web[f"{name}.test/news/1.html"] = article("Едно", "Текст.")
        right = site(settings, tmp_path, web, name="razlog", scheme="https").crawl()
        wrong = site(settings, tmp_path, web, name="kubrat", scheme="https").crawl()
    finally:
        web.close()
    assert right.state == "done"
    assert wrong.state == "failed"
    assert "the certificate is for another name; the site is left alone" in wrong.message
    assert not [name for name, _ in web.asked if name.startswith("kubrat")]


def test_the_number_of_requests_is_a_limit(settings, tmp_path, web):
    kubrat = site(settings, tmp_path, web, tables="[limits]\nrequests = 3\n[expected]\nmin = 3\nmax = 9")
    web["kubrat.test/news/"] = news_list(*(f"/news/{number}.html" for number in range(5)))
    for number in range(5):
        web[f"kubrat.test/news/{number}.html"] = article("Едно", "Текст.")
    end = kubrat.crawl()
    assert end.state == "partial"
    assert "limits.requests (3) was reached" in end.message
    assert len(web.asked) == 3


def test_time_is_a_limit(settings, tmp_path, web):
    kubrat = site(settings, tmp_path, web, tables="[limits]\nseconds = 1")
    web["kubrat.test/news/"] = news_list(*(f"/news/{number}.html" for number in range(30)))
    for number in range(30):
        web[f"kubrat.test/news/{number}.html"] = Page(article("Едно", "Текст.").encode(), wait=0.2)
    end = kubrat.crawl()
    assert end.state == "partial"
    assert "limits.seconds (1)" in end.message
    assert end.counts["new"] < 30


def test_a_child_that_does_not_end_is_ended(settings, tmp_path, web, monkeypatch):
    monkeypatch.setattr(crawl_module, "GRACE", -0.5)
    kubrat = site(settings, tmp_path, web, tables="[limits]\nseconds = 1")
    web["kubrat.test/news/"] = Page(b"", wait=3)
    end = kubrat.crawl()
    assert end.state == "died"
    assert "ended by SIGKILL; the next run goes on from there" in end.message


@pytest.mark.usefixtures("new_parent")
def test_no_space_for_the_archive_fails_the_site_and_nothing_is_half_believed(settings, tmp_path, web):
    kubrat = site(settings, tmp_path, web)
    web["kubrat.test/news/"] = news_list("/news/1.html", "/news/2.html")
    web["kubrat.test/news/1.html"] = article("Едно", "Текст.")
    web["kubrat.test/news/2.html"] = Page(b"<p>" + os.urandom(3_000_000).hex().encode())
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        end = kubrat.crawl()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        end_parent()
    assert end.state == "failed"
    assert "the archive cannot be written" in end.message
    assert "File too large" in end.message
    assert kubrat.bodies("/news/2.html") == []
    assert len(kubrat.bodies("/news/1.html")) == 1
    # With space again, the next run takes what is missing.
    assert kubrat.crawl("b1b2c3d4e5f6").counts == {"new": 1, "same": 2}
    assert len(kubrat.bodies("/news/2.html")) == 1


def test_a_second_crawl_of_a_site_waits_its_turn_outside(settings, tmp_path, web):
    kubrat = site(settings, tmp_path, web)
    with lock(settings.home, "site-kubrat"):
        end = kubrat.crawl()
    assert end.state == "busy"
    assert "another run holds it" in end.message
    assert web.asked == []


def test_without_a_contact_only_loopback_is_harvested(settings, tmp_path):
    path = tmp_path / "kubrat.toml"
    path.write_text(
        'name = "kubrat"\nmunicipality = "RAZ16"\nfamily = "old-php"\nhosts = ["kubrat.bg"]\n'
        'start = ["https://kubrat.bg/"]\n',
        "utf-8",
    )
    end = crawl(settings, load_recipe(path), "a1b2c3d4e5f6")
    assert (end.state, end.message) == ("failed", f"kubrat: {NO_CONTACT}")
