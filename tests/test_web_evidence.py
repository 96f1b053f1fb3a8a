"""The page of a project shows what proves each claim: its key, digest and, where there are pages, a picture."""

import re
import warnings
from pathlib import Path

import pytest
from gathered_site import CODE, FILE, PAGE, gathered, report, story

from models.keys import digest
from models.store import find_figures
from web.application import create_app
from web.guard import HEADERS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # starlette would rather have another client
    from fastapi.testclient import TestClient


@pytest.fixture
def site(settings, database):
    return gathered(settings, database)


@pytest.fixture
def web(site, database):
    return TestClient(create_app(database), raise_server_exceptions=False)


def key_of(database, quote):
    with database.reading() as session:
        return next(one.key for one in find_figures(session, "", 100) if one.figure.quote == quote)


@pytest.mark.parametrize(("query", "alt"), [("", "Мястото на страница 2"), ("?lang=en", "The place on page 2")])
def test_a_claim_of_a_pdf_has_a_lazy_picture_with_a_text_in_the_pages_language(web, database, query, alt):
    html = web.get(f"/projects/{CODE}{query}").text
    key = key_of(database, "1 200 лв.")
    (picture,) = re.findall(rf'<img src="/evidence/{key}\.png"[^>]*>', html)
    assert 'loading="lazy"' in picture
    assert alt in picture
    assert "1 200 лв." in picture
    assert digest(report()) in html
    assert digest(story()) in html


def test_a_claim_of_a_web_page_has_its_key_and_no_picture(web, database):
    html = web.get(f"/projects/{CODE}").text
    key = key_of(database, "120 000 лв.")
    assert key in html
    assert f"/evidence/{key}.png" not in html


def test_the_picture_comes_under_the_same_guards(web, database):
    answer = web.get(f"/evidence/{key_of(database, '1 200 лв.')}.png")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


@pytest.mark.parametrize("key", ["f" * 20, "zz", "..%2f..%2fetc", "F" * 20, "1", "%00"])
def test_no_other_address_gives_anything(web, key):
    answer = web.get(f"/evidence/{key}.png")
    assert answer.status_code == 404
    assert "Traceback" not in answer.text
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


def test_a_web_page_and_a_lost_archive_give_no_picture_and_no_failure(web, site, database):
    answer = web.get(f"/evidence/{key_of(database, '120 000 лв.')}.png?lang=en")
    assert answer.status_code == 404
    assert "no pages" in answer.text
    (Path(site.settings.archive) / site.snapshots(FILE)[0].archive_file).unlink()
    assert web.get(f"/evidence/{key_of(database, '1 200 лв.')}.png").status_code == 404
    assert web.get(f"/projects/{CODE}").status_code == 200
    assert site.snapshots(PAGE)
