"""Lists in JSON: the posts of WordPress, and the payload of pages that the browser puts together."""

import json

import pytest
from local_web import LocalWeb, Page
from site_of_tests import article

from flows.crawl import crawl
from flows.flat_json import is_flat, unflatten
from flows.json_list import JsonList, expression
from flows.recipes import load_recipe
from models.database import Database
from models.store import get_addresses, get_findings, get_snapshots

POSTS = JsonList(
    "posts", expression("link"), items=expression("[]"), title=expression("title.rendered"), page="page", full=2
)
ANY = JsonList("any", expression("url || slug"), title=expression("title || name"), to="/novini/{}")


@pytest.fixture
def web():
    served = LocalWeb()
    yield served
    served.close()


def flat(value):
    """Write a value as Nuxt does: parts by number."""
    parts: list = []

    def put(one):
        at = len(parts)
        parts.append(None)
        if isinstance(one, dict):
            parts[at] = {name: put(inner) for name, inner in one.items()}
        elif isinstance(one, list):
            parts[at] = [put(inner) for inner in one]
        else:
            parts[at] = one
        return at

    put(value)
    return parts


def test_items_have_address_title_and_stamp_and_the_title_no_markup():
    data = json.dumps(
        [{"link": "https://a.bg/1/", "title": {"rendered": "Проект &#8222;Мост&#8220; <b>2</b>"}}, {"id": 7}]
    )
    items, further = POSTS.read(data.encode(), "https://a.bg/wp-json?page=1")
    assert [(one.address, one.title) for one in items] == [("https://a.bg/1/", "Проект „Мост“ 2")]
    assert further is None, "one item of two is the last page"


def test_a_full_page_leads_to_the_next():
    data = json.dumps([{"link": f"https://a.bg/{n}/"} for n in range(2)])
    assert POSTS.read(data, "https://a.bg/wp-json?per_page=2&page=3&_fields=link,title")[1] == (
        "https://a.bg/wp-json?per_page=2&page=4&_fields=link,title"
    )
    assert POSTS.read(data, "https://a.bg/wp-json")[1] == "https://a.bg/wp-json?page=2"
    assert POSTS.read("[]", "https://a.bg/wp-json?page=4")[1] is None


@pytest.mark.parametrize("data", ["", "<html>", '{"a": ', "[" * 100_000], ids=["empty", "html", "half", "deep"])
def test_what_is_no_json_is_told(data):
    with pytest.raises(ValueError, match=r"JSON|deep"):
        POSTS.read(data)


@pytest.mark.parametrize(
    "payload",
    [7, None, "x", {"code": "rest_disabled"}, [[[]]], [{"link": 7, "title": "x"}, {"link": ""}]],
    ids=["number", "null", "text", "object", "lists", "other types"],
)
def test_json_of_another_shape_gives_no_items(payload):
    items, further = POSTS.read(json.dumps(payload), "https://a.bg/")
    assert [one.address for one in items] in ([], ["7"])
    assert further is None


def test_without_a_path_every_object_with_address_and_title_is_an_item():
    payload = {"data": {"menu": [{"title": "Начало"}], "page": {"list": [{"slug": "nov-most", "title": "Нов мост"}]}}}
    items, _ = ANY.read(json.dumps(payload))
    assert [(one.address, one.title) for one in items] == [("/novini/nov-most", "Нов мост")]


def test_flat_json_is_what_it_stands_for():
    value = {"data": [{"title": "Нов мост", "slug": "nov-most"}, {"title": "Парк", "slug": "park"}]}
    assert is_flat(flat(value))
    assert unflatten(flat(value)) == value
    assert unflatten([{"link": "x"}]) == [{"link": "x"}]
    wrapped = [["ShallowReactive", 1], {"when": 2, "none": -1, "set": 4}, ["Date", "2024-03-01"], "a", ["Set", 3, 3]]
    assert unflatten(wrapped) == {"when": "2024-03-01", "none": None, "set": ["a", "a"]}


def test_flat_json_may_refer_to_itself_and_out_of_itself():
    knot = unflatten([{"me": 0, "far": 1}, "x"])
    assert knot["me"] is knot
    items, _ = ANY.read(json.dumps([{"me": 0, "url": 1, "title": 1}, "/a"]))
    assert [one.address for one in items] == ["/a"]
    assert unflatten([["Ref", 0], 1]) is None
    deep = [[n + 1] for n in range(50_000)] + ["x"]
    with pytest.raises(ValueError, match="deep"):
        ANY.read(json.dumps(deep))


def recipe(folder, family, more=""):
    folder.mkdir(exist_ok=True)
    path = folder / "kubrat.toml"
    path.write_text(
        f'name = "kubrat"\nmunicipality = "RAZ16"\nfamily = "{family}"\nhosts = ["kubrat.test"]\n'
        f'start = ["http://kubrat.test/"]\nloopback = true\n{more}',
        "utf-8",
    )
    return load_recipe(path, demonstration=True)


def crawled(settings, made, web):
    """Crawl once; return the end, the looks by path, and what the database then says."""
    Database.open(settings).close()
    looks = {}
    end = crawl(
        settings,
        made,
        "a1b2c3d4",
        ports={"kubrat.test": web.port},
        report=lambda address, outcome: looks.update({address.removeprefix("http://kubrat.test"): outcome}),
    )
    return end, looks


def test_wordpress_posts_are_found_page_by_page_and_read_where_they_are_shown(settings, tmp_path, web):
    posts = "/wp-json/wp/v2/posts?per_page=100&page={}&_fields=link,title,date"
    for page, numbers in ((1, range(3)), (2, range(3, 5))):
        items = [
            {
                "link": f"http://kubrat.test/slug-{n}/",
                "title": {"rendered": f"Новина {n}"},
                "date": f"2024-03-{n % 28 + 1:02}T10:00:00",
            }
            for n in numbers
        ]
        web["kubrat.test" + posts.format(page)] = Page(json.dumps(items).encode(), type="application/json")
    web["kubrat.test/"] = "<html><body><a href='/kontakti/'>Контакти</a></body></html>"
    for n in range(5):
        web[f"kubrat.test/slug-{n}/"] = article(f"Новина {n}", "Текст.")
    end, looks = crawled(settings, recipe(tmp_path / "sites", "wordpress", "[json.posts]\nfull = 3\n"), web)
    assert (end.state, end.announcements, end.message) == ("done", 5, None)
    assert looks["/feed/"] == "absent", "a feed that the family only supposes is no failure"
    assert "/kontakti/" not in looks
    database = Database.open(settings)
    with database.reading() as session:
        (snapshot,) = get_snapshots(session, "http://kubrat.test/slug-4/")
        assert (snapshot.listed_title, snapshot.listed_date) == ("Новина 4", "2024-03-05T10:00:00")
        (listing,) = get_snapshots(session, "http://kubrat.test" + posts.format(2))
        assert listing.listing
        assert {one.severity.value for one in get_findings(session)} == {"note"}
    database.close()


def test_wordpress_that_hides_its_posts_is_followed_by_lists(settings, tmp_path, web):
    web["kubrat.test/wp-json/wp/v2/posts?per_page=100&page=1&_fields=link,title,date"] = Page(b'{"code":"x"}', 401)
    web["kubrat.test/"] = "<nav><a href='/category/novini/'>Новини</a></nav>"
    web["kubrat.test/category/novini/"] = (
        "<a href='/2024/03/01/most/'>Нов мост</a><div class='nav-links'><a href='/category/novini/page/2/'>2</a></div>"
    )
    web["kubrat.test/category/novini/page/2/"] = "<a href='/2023/01/05/park/'>Парк</a>"
    web["kubrat.test/2024/03/01/most/"] = article("Нов мост", "Текст.")
    web["kubrat.test/2023/01/05/park/"] = article("Парк", "Текст.")
    end, looks = crawled(settings, recipe(tmp_path / "sites", "wordpress"), web)
    assert (end.state, end.announcements) == ("done", 2)
    assert list(looks.values()).count("absent") == 2


def test_a_feed_that_the_recipe_names_itself_has_to_be_there(settings, tmp_path, web):
    web["kubrat.test/"] = "<a href='/2024/03/01/most/'>Нов мост</a>"
    web["kubrat.test/2024/03/01/most/"] = article("Нов мост", "Текст.")
    made = recipe(tmp_path / "sites", "wordpress", '[follow]\nfeeds = ["http://kubrat.test/feed/"]\n')
    end, looks = crawled(settings, made, web)
    assert (end.state, looks["/feed/"]) == ("partial", "failed")


def test_a_page_put_together_by_the_browser_is_followed_by_its_payload(settings, tmp_path, web):
    menu = {"data": {"menu": [{"title": "Новини", "slug": "novini"}, {"title": "Проекти", "slug": "proekti"}]}}
    news = {"data": {"items": [{"title": "Нов мост", "slug": "nov-most", "published_at": "2024-03-01"}]}}
    web["kubrat.test/"] = '<html><body><div id="__nuxt"></div><script src="/_nuxt/a.js"></script></body></html>'
    web["kubrat.test/_payload.json"] = Page(json.dumps(flat(menu)).encode(), type="application/json")
    web["kubrat.test/novini/_payload.json"] = Page(json.dumps(flat(news)).encode(), type="application/json")
    web["kubrat.test/nov-most"] = article("Нов мост", "Текст.")
    end, looks = crawled(settings, recipe(tmp_path / "sites", "spa"), web)
    assert looks["/novini/_payload.json"] == "new"
    assert looks["/nov-most"] == "new"
    assert looks["/proekti/_payload.json"] == "absent"
    assert (end.state, end.announcements) == ("done", 1)
    database = Database.open(settings)
    with database.reading() as session:
        (snapshot,) = get_snapshots(session, "http://kubrat.test/nov-most")
        assert (snapshot.listed_title, snapshot.listed_date) == ("Нов мост", "2024-03-01")
    database.close()


def test_a_payload_inside_the_page_is_followed_too(settings, tmp_path, web):
    news = {
        "items": [{"title": "Нов мост", "url": "/proekti/nov-most"}, {"title": "Навън", "url": "https://else.bg/x"}]
    }
    script = json.dumps(flat(news), ensure_ascii=False)
    web["kubrat.test/"] = f'<div id="__nuxt"></div><script type="application/json" id="__NUXT_DATA__">{script}</script>'
    web["kubrat.test/proekti/nov-most"] = article("Нов мост", "Текст.")
    end, looks = crawled(settings, recipe(tmp_path / "sites", "spa"), web)
    assert (end.state, looks["/proekti/nov-most"], looks["/_payload.json"]) == ("done", "new", "absent")
    database = Database.open(settings)
    with database.reading() as session:
        assert not [one for one in get_addresses(session, "kubrat") if "else.bg" in one.address]
    database.close()


def test_an_unknown_system_is_followed_by_robots_sitemap_feeds_and_paths_of_news(settings, tmp_path, web):
    web["kubrat.test/robots.txt"] = Page(
        b"User-agent: *\nDisallow: /tayno\nSitemap: http://kubrat.test/map.xml\nSitemap: http://else.test/map.xml\n",
        type="text/plain",
    )
    web["kubrat.test/map.xml"] = Page(
        b"<urlset><url><loc>http://kubrat.test/novini/ot-kartata</loc></url>"
        b"<url><loc>http://kubrat.test/turizam/hoteli</loc></url></urlset>",
        type="text/xml",
    )
    web["kubrat.test/"] = (
        '<link rel="alternate" type="application/rss+xml" href="/rss"><a href="/bg/novini">Новини</a>'
        '<a href="/turizam">Туризъм</a>'
    )
    web["kubrat.test/rss"] = Page(
        "<rss><channel><item><title>От емисията</title><link>http://kubrat.test/s/7</link></item></channel></rss>".encode(),
        type="application/rss+xml",
    )
    web["kubrat.test/bg/novini"] = '<a href="/bg/novini/ot-spisaka">От списъка</a><a href="/bg/novini?page=2">2</a>'
    web["kubrat.test/bg/novini?page=2"] = '<a href="/bg/novini/po-stara">По-стара</a>'
    for path in ("/novini/ot-kartata", "/s/7", "/bg/novini/ot-spisaka", "/bg/novini/po-stara"):
        web["kubrat.test" + path] = article("Заглавие", "Текст.")
    end, looks = crawled(settings, recipe(tmp_path / "sites", "other"), web)
    there = {path for path, outcome in looks.items() if outcome == "new"}
    assert {"/novini/ot-kartata", "/s/7", "/bg/novini/ot-spisaka", "/bg/novini/po-stara"} <= there
    assert not any("turizam" in path for path in looks)
    assert (end.state, end.announcements) == ("done", 4)
