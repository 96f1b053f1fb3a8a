"""The demonstration's web: built again it is the same, served it behaves like nine municipal servers."""

import http.client
import json
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2
import pytest
from bs4 import BeautifulSoup
from protego import Protego

from corpus.demo import DOCUMENTS, FOLDER, MANIFEST, RECIPES
from corpus.demo.answers import Telling, gold_figures, read_tellings
from corpus.demo.build import build
from corpus.demo.content import read_contents
from corpus.demo.server import DemoWeb, page_answer, serve
from flows.recipe import AddressKind
from flows.recipes import load_recipes

SITES = {
    "borovo",
    "kazanlak",
    "kubrat",
    "kyustendil",
    "lyaskovets",
    "nesebar",
    "radomir",
    "tutrakan",
    "yantra-vesti",
}
FONTS = Path("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf")


@pytest.fixture(scope="module")
def manifest():
    return json.loads(MANIFEST.read_text("utf-8"))


@pytest.fixture(scope="module")
def web():
    with serve() as running:
        yield running


@pytest.fixture(scope="module")
def recipes():
    found, errors = load_recipes(RECIPES, demonstration=True)
    assert errors == []
    return {one.name: one for one in found}


def ask(web: DemoWeb, address: str, method: str = "GET", **headers: str):
    """Ask as a crawler does: the name in the Host header, the connection to this machine."""
    host, _, target = address.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"/{target}", headers={"Host": f"{host}:{web.port}", **sent})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def page_text(path: Path, encoding: str) -> str:
    soup = BeautifulSoup(path.read_bytes().decode(encoding), "lxml")
    return plain(soup.get_text(""))


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\r\n", " "))


def entry_of(manifest, telling: Telling):
    target = telling.address.removeprefix(f"http://{manifest[telling.site]['host']}")
    return manifest[telling.site]["entries"][target]


def test_built_again_every_page_is_the_same(tmp_path):
    build(tmp_path)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = {
        path.relative_to(FOLDER): path.read_bytes()
        for path in (MANIFEST, *(FOLDER / "sites").rglob("*"))
        if path.is_file() and path.suffix != ".pdf"
    }
    assert made.keys() == kept.keys()
    assert [str(name) for name in made if made[name] != kept[name]] == []


@pytest.mark.skipif(not FONTS.exists(), reason="the DejaVu fonts are not installed (fonts-dejavu-core)")
def test_built_again_every_pdf_is_the_same(tmp_path):
    build_pdf = pytest.importorskip("corpus.demo.build_pdf")
    made = build_pdf.build(tmp_path)
    assert {path.name for path in made} == {path.name for path in (FOLDER / "sites").rglob("*.pdf")}
    for path in made:
        assert path.read_bytes() == (FOLDER / "sites" / path.parent.name / path.name).read_bytes()


def test_there_are_nine_sites_and_more_than_sixty_pages_in_little_room(manifest):
    assert set(manifest) == SITES
    files = [path for path in (FOLDER / "sites").rglob("*") if path.is_file()]
    named = {entry["file"] for site in manifest.values() for entry in site["entries"].values() if "file" in entry}
    assert named == {path.relative_to(FOLDER / "sites").as_posix() for path in files}
    assert sum(path.suffix in (".html", ".pdf") for path in files) >= 60
    assert sum(path.stat().st_size for path in files) < 3_000_000


def test_every_announcement_is_published_and_its_page_has_all_its_quotes(manifest):
    told = set()
    for telling in read_tellings():
        if not telling.document:
            continue
        entry = entry_of(manifest, telling)
        path = FOLDER / "sites" / entry["file"]
        if path.suffix == ".pdf":
            continue
        text = page_text(path, "windows-1251" if telling.site == "kubrat" else "utf-8")
        lines = (DOCUMENTS / telling.document / "figures.jsonl").read_text("utf-8").splitlines()
        quotes = [one["quote"] for one in map(json.loads, lines) if one["role"] != "published"]
        assert [quote for quote in quotes if plain(quote) not in text] == [], telling
        told.add(telling.document)
    written = {path.name for path in DOCUMENTS.glob("demo-*") if path.is_dir()}
    instead = {one.document for site in read_contents() for one in site.attachments if one.instead}
    assert told == written - instead
    assert {one.document for one in read_tellings() if one.document} == written


def test_what_announces_nothing_is_published_too(manifest):
    for site in read_contents():
        entries = manifest[site.site]["entries"].values()
        files = {entry["file"] for entry in entries if entry.get("file", "").endswith(".html")}
        texts = [page_text(FOLDER / "sites" / file, site.encoding) for file in files]
        for told in (*site.fillers, *site.plains):
            words = plain(told.text.replace("\n- ", "\n")).split()
            assert any(all(word in text for word in words) for text in texts), f"{site.site}: {told.title}"


def test_a_page_is_dated_once(manifest):
    """The announcement's own „Публикувано на: 08.01.2018 г.“ is the page's stamp, not a second one."""
    page = FOLDER / "sites" / "kubrat"
    dated = [path for path in page.glob("item-*.html") if "08.01.2018" in path.read_bytes().decode("windows-1251")]
    stamped = [
        path for path in dated if "ПРИКЛЮЧИ ПРОЕКТ" in page_text(path, "windows-1251").partition("Още новини")[0]
    ]
    assert len(stamped) == 1
    assert page_text(stamped[0], "windows-1251").partition("Още новини")[0].count("08.01.2018") == 1


def test_gold_of_a_page_has_its_stamp_first():
    [telling] = [one for one in read_tellings() if one.document == "demo-b-tutrakan-priem-start"]
    figures = gold_figures(telling)
    assert (figures[0].role, str(figures[0].value)) == ("published", "2021-06-14")
    assert sum(one.role == "published" for one in figures) == 1


def test_the_letterhead_of_a_pdf_names_the_project_on_every_page():
    document = pypdfium2.PdfDocument(FOLDER / "sites" / "kyustendil" / "demo-b-pdf-letter.pdf")
    texts = [plain(page.get_textpage().get_text_range()) for page in document]
    assert len(texts) >= 3
    assert all("ЕВРОПЕЙСКИ СЪЮЗ" in text and "Проект № BG05SFPR002-2.001-9431-C02" in text for text in texts)
    broken = [text.endswith((".", ":", ";")) for text in texts[:-1]]
    assert not all(broken), "no sentence is broken at a page's turn"


def test_the_long_table_runs_over_several_pages_and_keeps_its_codes_whole():
    document = pypdfium2.PdfDocument(FOLDER / "sites" / "tutrakan" / "demo-b-pdf-table.pdf")
    texts = [plain(page.get_textpage().get_text_range()) for page in document]
    assert len(texts) >= 3
    assert sum("Наименование на проекта" in text for text in texts) >= 2
    assert "BG05M9OP001-2.018-9024-2014BG05M2OP001" in " ".join(texts)


def test_the_old_site_tells_its_encoding_in_the_page_alone(web):
    status, headers, body = ask(web, "http://kubrat.test/bg/kontakti.php")
    assert (status, headers["Content-Type"]) == (200, "text/html")
    assert b"charset=windows-1251" in body
    assert "Община Кубрат" in body.decode("windows-1251")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("http://kubrat.test/bg/kontakti.php", "http://kubrat.test/bg/kontakti.php?PHPSESSID=4f1c&sid=77"),
        (
            "http://kyustendil.test/wps/portal/municipality-kyustendil/contacts/",
            "http://kyustendil.test/wps/portal/municipality-kyustendil/contacts/!ut/p/z0/04_Sj9CPykss/",
        ),
        (
            "http://radomir.test/index.php?option=com_content&view=article&id=3",
            "http://radomir.test/index.php?option=com_content&view=article&id=3&Itemid=5",
        ),
    ],
)
def test_sessions_states_and_menu_entries_lead_to_the_same_page(web, first, second):
    assert ask(web, first)[0] == 200
    assert ask(web, first)[2] == ask(web, second)[2]


def test_what_is_not_there_is_a_404(web):
    assert ask(web, "http://kubrat.test/bg/news/news_id_1.php")[0] == 404
    assert ask(web, "http://nowhere.test/")[0] == 404
    assert ask(web, "http://kubrat.example/bg/kontakti.php")[0] == 404


def test_an_address_that_moved_says_where_to(web, manifest):
    target, entry = next((one, it) for one, it in manifest["nesebar"]["entries"].items() if "location" in it)
    status, headers, _ = ask(web, f"http://nesebar.test{target}")
    assert (status, headers["Location"]) == (301, entry["location"])
    assert ask(web, f"http://nesebar.test{entry['location']}")[0] == 200


def test_head_tells_the_length_and_sends_nothing(web):
    _, full, body = ask(web, "http://kazanlak.test/robots.txt")
    status, headers, nothing = ask(web, "http://kazanlak.test/robots.txt", "HEAD")
    assert (status, nothing) == (200, b"")
    assert headers["Content-Length"] == full["Content-Length"] == str(len(body))


def test_a_site_with_etags_sends_nothing_twice(web):
    address = "http://kyustendil.test/sitemap.xml"
    _, headers, _ = ask(web, address)
    assert "Last-Modified" not in headers
    assert ask(web, address, If_None_Match=headers["ETag"])[::2] == (304, b"")
    assert ask(web, address, If_None_Match='"another"')[0] == 200


def test_a_site_with_dates_sends_nothing_twice(web):
    address = "http://tutrakan.test/TUTRAKAN/home.nsf/news?OpenView"
    _, headers, _ = ask(web, address)
    assert "ETag" not in headers
    assert ask(web, address, If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert ask(web, address, If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT")[0] == 200
    assert ask(web, address, If_Modified_Since="yesterday")[0] == 200


def test_a_site_without_validators_sends_everything_again(web):
    _, headers, _ = ask(web, "http://kubrat.test/bg/kontakti.php")
    assert not {"ETag", "Last-Modified"} & set(headers)
    assert ask(web, "http://kubrat.test/bg/kontakti.php", If_None_Match="*")[0] == 200


def test_requests_are_counted_and_pages_can_change():
    address = ("borovo", "/bg/news/news-2021.html")
    with serve() as web:
        assert web.origins["borovo"] == "http://borovo.test"
        assert web.ports["borovo.test"] == web.port
        tag = ask(web, "http://borovo.test/bg/news/news-2021.html")[1]["ETag"]
        web.answers[address] = page_answer(b"<p>new</p>", "text/html", date(2021, 12, 31), ("etag",))
        assert ask(web, "http://borovo.test/bg/news/news-2021.html", If_None_Match=tag)[2] == b"<p>new</p>"
        assert [one.status for one in web.asked(*address)] == [200, 200]
        web.forget()
        assert web.asked("borovo") == []


@pytest.mark.parametrize("site", sorted(SITES))
def test_the_recipe_takes_every_announcement_and_keeps_its_address(site, recipes, manifest):
    recipe = recipes[site]
    tellings = [one for one in read_tellings() if one.site == site and one.first]
    addresses = {one.address for one in tellings}
    for address in addresses:
        assert recipe.address(address) == address
        assert recipe.kind(address) in (AddressKind.ARTICLE, AddressKind.FILE)
    plains = {f"http://{site}.test{one}" for one, it in manifest[site]["entries"].items() if it["role"] == "plain"}
    read_too = {one for one in plains if recipe.kind(one) is AddressKind.ARTICLE}
    assert recipe.expected == (len(addresses | read_too), len(addresses | read_too))


@pytest.mark.parametrize("site", sorted(SITES))
def test_only_robots_txt_keeps_the_crawl_from_the_forbidden_page(site, recipes, manifest, web):
    recipe = recipes[site]
    [target] = [one for one, entry in manifest[site]["entries"].items() if entry["role"] == "forbidden"]
    address = f"http://{site}.test{target}"
    assert recipe.kind(address) is AddressKind.ARTICLE
    lists = [one for one, entry in manifest[site]["entries"].items() if entry["role"] == "list"]
    soup = BeautifulSoup(ask(web, f"http://{site}.test{lists[0]}")[2], "lxml")
    assert address in {recipe.address(str(one["href"]), recipe.start[0]) for one in soup.select("a[href]")}
    robots = Protego.parse(ask(web, f"http://{site}.test/robots.txt")[2].decode())
    assert not robots.can_fetch(address, "otchet")
    tellings = [one for one in read_tellings() if one.site == site and one.first]
    assert all(robots.can_fetch(one.address, "otchet") for one in tellings)


@pytest.mark.parametrize("site", sorted(SITES))
def test_lists_lead_to_every_item(site, recipes, manifest, web):
    recipe = recipes[site]
    found = set()
    for target, entry in manifest[site]["entries"].items():
        if entry["role"] == "list":
            soup = BeautifulSoup(ask(web, f"http://{site}.test{target}")[2], "lxml")
            found |= {recipe.address(str(one["href"]), f"http://{site}.test{target}") for one in soup.select("a[href]")}
    items = {f"http://{site}.test{one}" for one, entry in manifest[site]["entries"].items() if entry["role"] == "item"}
    assert items <= found
    assert sum(entry["role"] == "list" for entry in manifest[site]["entries"].values()) >= (
        1 if site == "borovo" else 2
    )


def test_feeds_and_sitemaps_name_stored_addresses(recipes, web):
    for name, recipe in recipes.items():
        for address in recipe.follow.feeds + recipe.follow.sitemaps:
            status, _, body = ask(web, address)
            links = [
                one.text for one in ElementTree.fromstring(body).iter() if one.tag.rpartition("}")[2] in ("loc", "link")
            ]
            assert status == 200, address
            assert len(links) >= 1
            assert all(link and link.startswith(f"http://{name}.test/") for link in links)


def test_tails_menus_and_footers_hold_what_must_not_be_read(manifest):
    pages = [
        (FOLDER / "sites" / entry["file"]).read_bytes().decode("windows-1251" if site == "kubrat" else "utf-8")
        for site, told in manifest.items()
        for entry in told["entries"].values()
        if entry["role"] == "item"
    ]
    traps = (
        "1 250 000 лв.",
        "BG05SFPR002-2.005-9666-C01",
        "8 млн. евро",
        "52-ма спасители",
        "60 потребители за топъл обяд",
    )
    assert all(any(trap in page for page in pages) for trap in traps)
    assert all("Демонстрационна страница" in page for page in pages)
