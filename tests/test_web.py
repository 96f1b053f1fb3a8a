"""The pages as a reader meets them: a search, a project, two languages, hostile text, what is not there."""

import json
import os
import re
import signal
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import pytest
import told_store
from playwright.sync_api import sync_playwright

from models.passages import Passage
from models.vocabulary import ROLES, Bound, Kind, Phase, Stage
from web.application import create_app
from web.evidence import Sentence
from web.inquiry import FIELDS, read_euro, read_inquiry
from web.language import CODES, FOLDER, language

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # starlette would rather have another client
    from fastapi.testclient import TestClient

CHROMIUM = Path("/usr/bin/chromium")
# Without these Chromium asks for hosts of its maker's.
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def told(database):
    told_store.fill(database)
    return database


@pytest.fixture
def web(told):
    return TestClient(create_app(told), raise_server_exceptions=False)


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", "", answer.text).split())


def keys_of(words, path=""):
    for key, value in words.items():
        yield from keys_of(value, f"{path}.{key}") if isinstance(value, dict) else [f"{path}.{key}"]


def test_the_languages_have_the_same_words():
    files = [tomllib.loads((FOLDER / f"{code}.toml").read_text("utf-8")) for code in CODES]
    assert list(keys_of(files[0])) == list(keys_of(files[1]))


@pytest.mark.parametrize("code", CODES)
def test_every_word_of_the_guide_has_a_label(code):
    words = language(code)
    for kind, roles in ROLES.items():
        assert list(words.words["role"][kind.value]) == list(roles)
    for name, members in (("kind", Kind), ("bound", Bound), ("stage", Stage), ("phase", Phase)):
        assert list(words.words[name]) == [one.value for one in members]


def test_a_project_shows_planned_beside_reported_with_sentences(web):
    answer = web.get("/projects/BG05M9OP001-2.002-9101")
    assert answer.status_code == 200
    assert 'lang="bg"' in answer.text
    grant = answer.text.split("<h3>безвъзмездна помощ</h3>")[1].split("</section>")[0]
    planned, reported = grant.split('<div class="side">')[1:]
    assert "Обявено" in planned
    assert "<mark>499 106,04 лв.</mark>" in planned
    assert "Отчетено" in reported
    assert "<mark>499 000 лв.</mark>" in reported
    assert 'href="http://kubrat.test/news/2" rel="noopener noreferrer"' in reported
    assert "3\u00a0февруари 2032" in reported


def test_a_fragment_finds_the_project_and_several_are_listed(web):
    assert "Подкрепа у дома" in web.get("/projects/2.002-9101").text
    several = web.get("/projects/2.002")
    assert "/projects/BG05M9OP001-2.002-9101" in several.text
    assert "/projects/BG05M9OP001-2.002-9666" in several.text


def test_english_is_asked_for_and_stays(web):
    answer = web.get("/projects/BG05M9OP001-2.002-9101?lang=en")
    assert '<html lang="en">' in answer.text
    assert "Announced" in answer.text
    assert "499\u00a0106.04\u00a0BGN" in answer.text
    assert 'href="/?lang=en"' in answer.text


def test_an_unknown_project_is_a_friendly_404_and_repeats_it_escaped(web):
    answer = web.get("/projects/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert answer.status_code == 404
    assert "<script" not in answer.text
    assert "Няма проект" in answer.text


def test_an_address_that_is_not_there_is_not_repeated(web):
    answer = web.get("/%3Cb%3Enope")
    assert answer.status_code == 404
    assert "nope" not in answer.text
    assert "Няма такава страница" in answer.text


def test_hostile_text_is_shown_and_does_nothing(web):
    answer = web.get(f"/projects/{told_store.HOSTILE}")
    assert "<script" not in answer.text
    assert "<img" not in answer.text
    assert "javascript:" not in re.sub(r'class="address">[^<]*<', "", answer.text)
    assert 'href="javascript' not in answer.text
    assert "&lt;script&gt;alert(3)&lt;/script&gt;" in answer.text


def test_personal_numbers_are_covered_on_every_page(web):
    for address in ("/projects/9101", "/api/projects/9101"):
        answer = web.get(address)
        assert "сумата" in answer.text
        assert told_store.PERSONAL_NUMBER not in answer.text
        assert told_store.ACCOUNT not in answer.text


@pytest.mark.parametrize("address", ["/", "/projects/9101", "/nope", "/api/projects/nope", "/static/otchet.css"])
def test_every_answer_is_guarded(web, address):
    headers = web.get(address).headers
    policy = headers["content-security-policy"]
    for rule in ("default-src 'none'", "style-src 'self'", "form-action 'self'", "img-src 'self'"):
        assert rule in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "noindex" in headers["x-robots-tag"]


def test_a_failure_inside_is_a_friendly_and_guarded_500(told, monkeypatch):
    def fail(*_):
        raise RuntimeError("тайна подробност")

    monkeypatch.setattr("web.routes.load_dossier", fail)
    answer = TestClient(create_app(told), raise_server_exceptions=False).get("/projects/9101")
    assert answer.status_code == 500
    assert "тайна" not in answer.text
    assert "не можа да бъде показана" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_api_tells_a_project_with_its_claims(web):
    (project,) = web.get("/api/projects/2.002-9101").json()["projects"]
    assert project["code"] == told_store.CODE
    assert project["municipality_name"] == "Кубрат"
    spent = next(one for one in project["claims"] if one["role"] == "spent")
    assert spent["value"] == "498248.45"
    assert spent["unit"] == "BGN"
    assert spent["stage"] == "reported"
    assert spent["quote"] in spent["sentence"]
    assert spent["document"]["published"] == "2032-02-03"


def test_a_search_shows_the_figure_and_its_sentence(web):
    answer = web.get("/", params={"q": "асистент", "kind": "headcount"})
    assert answer.status_code == 200
    assert "1 находка" in answer.text
    assert "около 71" in answer.text
    assert "асистентите в общината са <mark>71</mark>" in answer.text
    assert 'href="/projects/BG05M9OP001-2.002-9101"' in answer.text
    assert '<option value="headcount" selected>' in answer.text


def test_the_first_page_shows_what_is_newest(web):
    answer = web.get("/")
    assert "Най-новото" in answer.text
    assert "Подкрепа у дома" in answer.text


def test_an_empty_database_says_what_to_run(database):
    answer = TestClient(create_app(database)).get("/")
    assert answer.status_code == 200
    assert "otchet demo" in answer.text


def test_nothing_found_says_what_to_try(web):
    text = text_of(web.get("/", params={"q": "хеликоптер"}))
    assert "Нищо не е намерено" in text
    assert "по-малко думи" in text


def test_a_search_is_repeated_escaped(web):
    answer = web.get("/", params={"q": '"><script>alert(1)</script>', "municipality": "<i>"})
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert "<i>" not in answer.text
    assert 'value="&#34;&gt;&lt;script&gt;' in answer.text


@pytest.mark.parametrize("words", ["*", '"', "AND OR NOT", "(", "а" * 5000, "NEAR(дом", "^", "дом\x00", "%", "'; DROP"])
def test_no_words_break_the_search(web, words):
    for address in ("/", "/api/search"):
        answer = web.get(address, params={"q": words})
        assert answer.status_code in (200, 422), answer.text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("from", "2024-13", "не е дата"),
        ("min", "много", "не е сума"),
        ("municipality", "Бяла", "име на няколко"),
        ("programme", "няма такава", "не е програма"),
        ("role", "крал", "не е сред"),
        ("kind", "крал", "не е сред"),
    ],
)
def test_a_wrong_filter_is_said_and_kept(web, field, value, says):
    answer = web.get("/", params={"q": "дом", field: value})
    assert answer.status_code == 200
    assert says in answer.text
    assert f'value="{value}"' in answer.text or field in ("role", "kind")
    refused = web.get("/api/search", params={"q": "дом", field: value})
    assert refused.status_code == 422
    assert refused.json()["problems"][0]["field"] == field


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({"municipality": "Кубрат"}, 1),
        ({"municipality": "raz16"}, 1),
        ({"municipality": "Радомир"}, 2),
        ({"programme": "BG05M9OP001"}, 2),
        ({"role": "spent"}, 1),
        ({"kind": "amount", "min": "900 000 лв."}, 0),
        ({"kind": "amount", "min": "255 000"}, 1),
        ({"from": "31.12.2031", "to": "2032"}, 1),
        ({"from": "2040"}, 0),
        ({"published_to": "2030-05"}, 2),
        ({"stage": "planned"}, 1),
    ],
)
def test_filters_narrow_the_search(web, typed, found):
    assert web.get("/api/search", params=typed).json()["total"] == found


def test_pages_follow_each_other(web):
    first = web.get("/api/search", params={"limit": 1}).json()
    second = web.get("/api/search", params={"limit": 1, "offset": 1}).json()
    assert first["total"] == second["total"] == 3
    assert first["results"][0]["project"] != second["results"][0]["project"]
    assert len(web.get("/api/search", params={"limit": 1, "offset": "много"}).json()["results"]) == 1


def test_the_page_links_to_the_next_one_and_keeps_the_question(web, monkeypatch):
    monkeypatch.setattr("web.routes.PAGE", 1)
    monkeypatch.setattr("web.search_page.PAGE", 1)
    answer = web.get("/", params={"programme": "BG05M9OP001", "lang": "en"})
    assert "1–1 of 2 results" in answer.text
    link = re.search(r'href="([^"]+)" rel="next"', answer.text)[1].replace("&amp;", "&")
    assert "lang=en" in link
    assert "2–2 of 2 results" in web.get(link).text


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("250000", 25000000),
        ("1.234.567,89", 123456789),
        ("1 000 EUR", 100000),
        ("195583 лв.", 10000000),
        ("0,5 евро", 50),
        ("1,2,3", None),
        ("-5", None),
        ("", None),
    ],
)
def test_a_sum_as_people_type_it(typed, cents):
    assert read_euro(typed) == cents


def test_every_field_of_the_form_has_a_label_in_both_languages():
    for code in CODES:
        for field in FIELDS:
            if field not in ("procedure", "site"):
                assert language(code).word("search", field)


def test_a_role_of_another_kind_is_a_problem():
    (problem,) = read_inquiry({"kind": "date", "role": "grant"}).problems
    assert problem.field == "role"


def test_a_sentence_is_shown_on_one_line():
    text = "Прекъснат\nред   с 7\u00a0места"
    piece = Passage(text, text.index("7"), len(text), 0)
    assert Sentence.of(piece) == Sentence("Прекъснат ред с ", "7 места", "")


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="no /usr/bin/chromium on this machine")
def test_a_reader_searches_in_a_browser(told, home):
    process = subprocess.Popen(
        [Path(sys.executable).with_name("otchet"), "serve", "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OTCHET_HOME": str(home)},
    )
    try:
        address = json.loads(process.stdout.readline())["address"]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=BROWSER_FLAGS)
            page = browser.new_page()
            complaints = []
            page.on("console", lambda message: complaints.append(message.text))
            page.on("dialog", lambda dialog: complaints.append(dialog.message))
            page.goto(address)
            page.fill("input[name=q]", "асистент")
            page.click("button[type=submit]")
            page.wait_for_selector("mark")
            assert page.inner_text("mark >> nth=0") == "71"
            assert "асистентите в общината са 71" in page.inner_text("blockquote >> nth=0")
            page.click("article h3 a")
            page.wait_for_selector("section.compare")
            assert page.inner_text("h1") == "„Подкрепа у дома“"
            page.click("text=English")
            page.wait_for_selector("text=Announced")
            page.goto(f"{address}projects/{told_store.HOSTILE}")
            assert "alert(3)" in page.inner_text("h1")
            colour = page.evaluate("getComputedStyle(document.querySelector('mark')).backgroundColor")
            assert colour != "rgba(0, 0, 0, 0)", "the sheet was not let in"
            browser.close()
        assert complaints == []
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_sqlite_and_postgresql_answer_alike(any_database):
    told_store.fill(any_database)
    web = TestClient(create_app(any_database))
    assert "асистентите в общината са <mark>71</mark>" in web.get("/", params={"q": "асистент"}).text
    assert "<mark>499 000 лв.</mark>" in web.get("/projects/2.002-9101").text
    assert web.get("/api/search", params={"municipality": "Радомир"}).json()["total"] == 2
