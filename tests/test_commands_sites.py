"""``otchet sites``: all municipalities, a recipe proposed for a site, pages kept and checked, the sites' health."""

import json
import tomllib
from datetime import timedelta

import pytest
from local_web import LocalWeb, Page
from site_commands import Commands
from site_of_tests import article, news_list, site_recipe

from flows.commands import sites_health
from flows.harvest import harvest_sites
from flows.recipes import load_recipe
from models.settings import Settings, now

HOME = "http://mezdra.test"
ONE = article("Започва проект „Мост“", "Община Мездра започва проект № BG16RFOP001-1.001-0007-C01 за 1 200 000 лв.")
CONCERT = article("Празничен концерт", "На площада ще има концерт и фестивал. Вход свободен.")


@pytest.fixture
def web():
    served = LocalWeb()
    yield served
    served.close()


@pytest.fixture
def commands(home, tmp_path, web, monkeypatch):
    return Commands(tmp_path / "sites", web, monkeypatch, "mezdra.test", "www.mezdra.test", "kubrat.test")


@pytest.fixture
def kubrat(commands, web):
    """A site of a list and two pages, with its recipe."""
    web["kubrat.test/news/"] = news_list("/news/one.html", "/news/concert.html")
    web["kubrat.test/news/one.html"] = ONE
    web["kubrat.test/news/concert.html"] = CONCERT
    return site_recipe(commands.folder)


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_all_municipalities_are_listed_with_or_without_a_site(home):
    from typer.testing import CliRunner

    from flows.cli import app

    result = CliRunner().invoke(app, ["sites", "--all", "--json"])
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert len({one["municipality"] for one in found}) == 265
    assert sum(one["site"] is not None for one in found) == 66
    without = next(one for one in found if one["site"] is None)
    assert (without["status"], without["start"]) == ("no site known", [])
    assert len(CliRunner().invoke(app, ["sites"]).stdout.splitlines()) == 67


def wordpress(web, posts=True):
    web["mezdra.test/"] = (
        '<html><head><title>Община Мездра</title><meta name="generator" content="WordPress 6.4">'
        '<link rel="alternate" type="application/rss+xml" href="/feed/"></head><body>'
        '<a href="/category/novini/">Новини</a><a href="/kontakti/">Контакти</a></body></html>'
    )
    titles = [(f"/nov-proekt-{n}/", f"Започва проект номер {n} за нов мост") for n in range(6)]
    web["mezdra.test/category/novini/"] = "".join(f'<h2><a href="{path}">{title}</a></h2>' for path, title in titles)
    web["mezdra.test/feed/"] = Page(b"<rss><channel></channel></rss>", type="application/rss+xml")
    if posts:
        items = [{"link": HOME + path, "title": {"rendered": title}, "date": "2024-03-01"} for path, title in titles]
        address = "mezdra.test/wp-json/wp/v2/posts?per_page=100&page=1&_fields=link,title,date"
        web[address] = Page(json.dumps(items).encode(), type="application/json")
    for path, title in titles:
        web["mezdra.test" + path] = article(title, "Текст на новината.")


def test_a_recipe_is_proposed_that_finds_the_sites_articles(commands, web):
    wordpress(web)
    file = commands.folder / "mezdra.toml"
    result = commands("sites", "new", HOME, "-o", str(file))
    assert result.exit_code == 0, result.stderr
    made = load_recipe(file, demonstration=True)
    assert (made.family, made.municipality, made.start) == ("wordpress", "VRC27", (f"{HOME}/category/novini/",))
    assert made.follow.feeds == (f"{HOME}/feed/",)
    assert "the page says it is made by WordPress 6.4" in result.stdout
    assert "not told: how many announcements to expect" in result.stdout
    dry = lines(commands("harvest", "mezdra", "--dry-run", "--limit", "2", "--json"))
    (offer,) = [one for one in dry if one["what"] == "offer"]
    assert len(offer["announcements"]) == 6
    assert sum(one["fetched"] for one in offer["announcements"]) == 2


def test_a_site_of_no_known_system_gets_a_pattern_of_its_own(commands, web):
    web["mezdra.test/"] = '<title>Добре дошли</title><a href="/show.php?page=novini">Новини</a>' + "".join(
        f'<a href="/show.php?id={n}&amp;x=a">Съобщение номер {n} за гражданите на общината</a>' for n in range(5)
    )
    result = commands("sites", "new", HOME)
    assert result.exit_code == 0, result.stderr
    made = tomllib.loads(result.stdout)
    assert made["follow"]["articles"] == [r"^/show\.php\?id=[\d-]+&x=[^&]+$"]
    assert made["municipality"] == "?"
    assert "# Not told: the municipality" in result.stdout
    assert "# Not told: a feed or a sitemap" in result.stdout


def test_looking_at_a_site_is_polite_and_goes_nowhere_else(commands, web):
    wordpress(web)
    web["mezdra.test/robots.txt"] = Page(
        b"User-agent: *\nDisallow: /category/\nDisallow: /wp-json/\n", type="text/plain"
    )
    web["mezdra.test/sitemap.xml"] = Page(b"", 301, headers={"Location": "http://169.254.169.254/map"})
    result = commands("sites", "new", HOME, "--json")
    (told,) = lines(result)
    assert not [name for name, _ in web.asked if "/category/" in name or "wp-json" in name]
    assert any("forbidden by the site's robots.txt" in one for one in told["unknown"])
    assert any("which is another site" in one for one in told["unknown"])
    asked = [name for name, _ in web.asked]
    assert len(asked) < 15
    assert all(name.startswith("mezdra.test/") for name in asked)


def test_a_site_that_is_closed_or_dead_gives_no_proposal(commands, web):
    web["mezdra.test/robots.txt"] = Page(b"", 503)
    web["mezdra.test/"] = "<p>тук</p>"
    result = commands("sites", "new", HOME)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "robots.txt answers 503" in result.stderr
    web["mezdra.test/robots.txt"] = Page(b"", 404)
    web["mezdra.test/"] = Page(b"", 500)
    result = commands("sites", "new", HOME)
    assert result.exit_code == 1
    assert "the server answers 500" in result.stderr


@pytest.mark.parametrize(
    "url",
    ["", "ftp://kubrat.bg/", "http://127.0.0.1/", "http://localhost/", "https://kubrat.bg:8080/", "http://else.test/"],
)
def test_what_is_no_public_site_is_wrong_usage(commands, url):
    result = commands("sites", "new", url)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1


def test_without_a_contact_no_site_is_looked_at(home):
    from typer.testing import CliRunner

    from flows.cli import app

    for arguments in (["sites", "new", "https://kubrat.bg/"], ["harvest", "kubrat", "--dry-run"]):
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 1
        assert "OTCHET_CONTACT" in result.stderr


def test_a_page_kept_is_checked_until_the_recipe_loses_it(commands, kubrat, web):
    for path in ("/news/", "/news/one.html"):
        assert commands("sites", "record", "kubrat", f"http://kubrat.test{path}").exit_code == 0
    web.asked.clear()
    assert commands("sites", "check", "kubrat").exit_code == 0
    assert web.asked == [], "checking fetches nothing"
    (told,) = lines(commands("sites", "check", "--json"))
    found = {one["address"].removeprefix("http://kubrat.test"): one["found"] for one in told["fixtures"]}
    assert (found["/news/"]["articles"], found["/news/one.html"]["kept"]) == (2, 1)
    assert found["/news/one.html"]["title"] == "Започва проект „Мост“"
    assert found["/news/one.html"]["figures"] >= 2

    recipe = kubrat.path
    text = recipe.read_text("utf-8")
    for change, rule in (
        (("[\\w-]+\\.html", "[a-z]+\\.htm$"), "follow.articles: no link of the list is an article or a file"),
        (("^/news/[\\w-]+", "^/news/o[\\w-]+"), "expect.articles: 1 found, 2 expected"),
        (("[follow]", '[selectors]\ntitle = "h1.gone"\n[follow]'), "selectors.title: 'h1.gone' matches nothing"),
        (("[follow]", '[selectors]\nremove = "article"\n[follow]'), "expect.characters"),
        (("[follow]", '[follow]\nitem = "div.teaser"\n'), "follow.item: 'div.teaser' matches nothing"),
    ):
        assert change[0] in text
        recipe.write_text(text.replace(*change), "utf-8")
        result = commands("sites", "check", "kubrat")
        assert result.exit_code == 1
        assert f"kubrat: {rule}" in result.stderr, rule
    recipe.write_text(text, "utf-8")
    assert commands("sites", "check", "kubrat").exit_code == 0


def test_a_redesigned_page_fails_by_name(commands, kubrat, web):
    commands("sites", "record", "kubrat", "http://kubrat.test/news/one.html")
    (page,) = (commands.folder / "fixtures" / "kubrat").glob("*.html")
    told = page.with_suffix(".toml")
    page.write_bytes(b"<html><body></body></html>")
    result = commands("sites", "check")
    assert result.exit_code == 1
    assert "its SHA-256 differs" in result.stderr
    told.write_text("address = 7\n", "utf-8")
    assert "fixture: " in commands("sites", "check").stderr


def test_pages_are_kept_from_the_archive_without_the_network(commands, kubrat, web):
    result = commands("sites", "record", "kubrat", "--from-archive")
    assert result.exit_code == 1
    harvest_sites(Settings.read(), [kubrat], ports={"kubrat.test": web.port})
    web.asked.clear()
    kept = lines(commands("sites", "record", "kubrat", "--from-archive", "--private", "--json"))
    assert web.asked == []
    assert {one["found"]["kind"] for one in kept} == {"list", "article"}
    assert len(list((Settings.read().home / "fixtures" / "kubrat").glob("*.toml"))) == 3
    assert commands("sites", "check").exit_code == 0
    assert commands("sites", "record", "kubrat").exit_code == 2
    assert commands("sites", "record", "kubrat", "http://else.test/x").exit_code == 2


def test_health_tells_what_fails_and_how_to_see_it_again(commands, kubrat, web, monkeypatch):
    ports = {"kubrat.test": web.port}
    harvest_sites(Settings.read(), [kubrat], ports=ports)
    (well,) = lines(commands("sites", "health", "--json"))
    assert (well["health"], well["announcements"], well["kept"], well["seen"]) == ("well", 2, 1, 1)
    assert (well["month"], well["rule"], well["replay"]) == (None, None, [])

    few = site_recipe(commands.folder, tables="[expected]\nmin = 5\nmonth_min = 1\ndays = 3")
    harvest_sites(Settings.read(), [few], ports=ports)
    result = commands("sites", "health")
    assert result.exit_code == 3
    home = Settings.read().home
    assert "failing (site-expected)" in result.stdout
    assert "2 of ≥ 5" in result.stdout
    assert f"see it again: otchet harvest kubrat --dry-run --limit 5 --home {home}" in result.stdout
    (card,) = lines(commands("sites", "health", "kubrat", "--json"))
    assert card["last_success"] == well["last_success"], "what failed is no success"

    more = site_recipe(commands.folder, tables="[expected]\nmin = 1\nmonth_min = 1\ndays = 90")
    harvest_sites(Settings.read(), [more], ports=ports)
    monkeypatch.setattr("models.settings.now", lambda: now() + timedelta(days=40))
    (old,) = lines(commands("sites", "health", "--json"))
    assert (old["health"], old["rule"], old["month"]) == ("failing", "expected.month_min", 0)
    site_recipe(commands.folder, tables="[expected]\ndays = 3")
    (stale,) = lines(commands("sites", "health", "--json"))
    assert (stale["health"], stale["rule"], stale["days"]) == ("stale", "expected.days", 40)
    site_recipe(commands.folder, name="mezdra", municipality="VRC27")
    never = lines(commands("sites", "health", "mezdra", "--json"))[0]
    assert (never["health"], never["last_run"], never["replay"]) == (
        "never",
        None,
        [f"otchet harvest mezdra --home {home}"],
    )
    assert sites_health.health.__doc__


def test_a_canary_that_is_gone_fails_the_site(commands, kubrat, web):
    web["kubrat.test/charter.html"] = article("Харта на община Кубрат", "Проектът е на стойност 77 000 лв.")
    said = 'canary = "http://kubrat.test/charter.html"'
    recipe = site_recipe(commands.folder, more=said)
    ports = {"kubrat.test": web.port}
    assert harvest_sites(Settings.read(), [recipe], ports=ports).state.value == "done"
    web["kubrat.test/charter.html"] = Page(b"", 404)
    (result,) = harvest_sites(Settings.read(), [recipe], ports=ports).sites
    assert (result.state, result.visit.rule) == ("failed", "site-canary")
    assert "the canary http://kubrat.test/charter.html is gone" in (result.message or "")
    assert "failing (site-canary)" in commands("sites", "health").stdout


def test_a_dry_run_shows_what_would_be_kept_and_stores_nothing(commands, kubrat, web, home):
    web["kubrat.test/news/broken.html"] = Page(bytes(range(1, 32)) * 40)
    web["kubrat.test/news/"] = news_list(
        "/news/one.html", "/news/concert.html", "/news/broken.html", "/news/more.html", "/news/?page=2"
    )
    result = commands("harvest", "kubrat", "--dry-run", "--limit", "3")
    assert result.exit_code == 0, result.stderr
    told = result.stdout
    assert "kubrat: list http://kubrat.test/news/: 1 lists, 4 articles" in told
    assert "keep http://kubrat.test/news/one.html: Започва проект „Мост“" in told
    assert "it names a project's code" in told
    assert "seen http://kubrat.test/news/concert.html" in told
    assert "концерт* -0.35" in told
    assert "unreadable http://kubrat.test/news/broken.html" in told
    assert "would be fetched: http://kubrat.test/news/more.html" in told
    assert "would be followed: http://kubrat.test/news/?page=2" in told
    assert not (home / "otchet.db").exists()
    assert not (home / "archive").exists()
    assert "kubrat.test/news/more.html" not in [name for name, _ in web.asked]


def test_a_site_that_cannot_be_tried_out_is_told(commands, kubrat, web):
    web["kubrat.test/robots.txt"] = Page(b"", 503)
    result = commands("harvest", "kubrat", "--dry-run")
    assert result.exit_code == 1
    assert "robots.txt answers 503" in result.stderr


def test_why_a_page_is_kept_or_not_is_shown(commands, kubrat, web):
    harvest_sites(Settings.read(), [kubrat], ports={"kubrat.test": web.port})
    web.asked.clear()
    told = commands("show", "http://kubrat.test/news/concert.html").stdout
    assert "only seen: it speaks of no project" in told
    assert "концерт* -0.35" in told
    (record,) = lines(commands("show", "http://kubrat.test/news/one.html", "--json"))
    assert (record["state"], record["document"]["by"], record["is_current"]) == ("announcement", "code", True)
    assert record["document"]["score"] == 10
    result = commands("show", "http://kubrat.test/news/never.html")
    assert result.exit_code == 1
    assert "nothing was ever had" in result.stderr
    assert web.asked == []
