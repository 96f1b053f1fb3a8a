"""A harvest reads what the crawl brought, tells what cannot be read, and changes nothing when nothing changed."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from local_web import LocalWeb, Page
from site_of_tests import article, news_list, site_recipe
from stored import everything, rows

from flows import reader_pool
from flows.harvest import harvest_sites
from models.database import Database
from models.reader_limits import ReaderLimits
from models.tables import RunState

START = article(
    "Стартира проект „Топли домове“",
    "Община Кубрат започва изпълнението на проект № BG05M9OP001-2.005-9001-C01 „Топли домове“.",
    "Общата стойност на проекта е 120 000 лв.",
)
END = article(
    "Приключи проект „Топли домове“",
    "Община Кубрат приключи проект № BG05M9OP001-2.005-9001-C01 „Топли домове“.",
    "Усвоените средства са 118 500,50 лв. Обхванати бяха 85 потребители.",
)


@pytest.fixture
def web():
    served = LocalWeb()
    served["kubrat.test/news/"] = news_list("/news/start.html", "/news/end.html")
    served["kubrat.test/news/start.html"] = START
    served["kubrat.test/news/end.html"] = END
    yield served
    served.close()


def ports(web, *recipes):
    return {host: web.port for recipe in recipes for host in recipe.hosts}


def test_a_harvest_goes_from_page_to_claim_and_a_second_one_changes_nothing(settings, tmp_path, web):
    kubrat = site_recipe(tmp_path / "recipes")
    events = []
    first = harvest_sites(settings, [kubrat], ports=ports(web, kubrat), report=events.append)
    assert first.state is RunState.DONE
    assert first.counts["documents"] == 2
    assert first.tied == 2
    (project,) = rows(settings, "project")
    assert (project["code"], project["municipality"]) == ("BG05M9OP001-2.005-9001", "RAZ16")
    claims = rows(settings, "claim")
    assert {claim["stage"] for claim in claims} == {"planned", "reported"}
    assert {(event.step, event.outcome) for event in events} >= {
        ("crawl", "new"),
        ("crawl", "done"),
        ("read", ""),
        ("link", ""),
    }
    # A list page leads to announcements and is none.
    assert {row["address"] for row in rows(settings, "document")} == {
        "http://kubrat.test/news/start.html",
        "http://kubrat.test/news/end.html",
    }
    before = everything(settings)
    second = harvest_sites(settings, [kubrat], ports=ports(web, kubrat))
    assert second.counts["same"] == 3
    assert second.counts["documents"] == 0
    assert everything(settings) == before
    assert len(rows(settings, "run")) == 2


def test_what_cannot_be_read_is_told_and_the_rest_is_read(settings, tmp_path, web):
    kubrat = site_recipe(tmp_path / "recipes")
    web["kubrat.test/news/"] = news_list(
        "/news/start.html", "/files/half.pdf", "/news/binary.html", "/news/white.html", "/news/gone.html"
    )
    web["kubrat.test/files/half.pdf"] = Page(
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 ob", type="application/pdf"
    )
    web["kubrat.test/news/binary.html"] = Page(bytes(range(1, 32)) * 40)
    web["kubrat.test/news/white.html"] = Page(b"   \n  ")
    summary = harvest_sites(settings, [kubrat], ports=ports(web, kubrat))
    assert summary.state is RunState.PARTIAL
    documents = {row["address"].rpartition("/")[2]: row for row in rows(settings, "document")}
    assert {name: row["state"] for name, row in documents.items()} == {
        "start.html": "read",
        "half.pdf": "unreadable",
        "binary.html": "unreadable",
        "white.html": "unreadable",
    }
    told = {row["message"].partition(": ")[0].rpartition("/")[2]: row["message"] for row in rows(settings, "finding")}
    assert set(told) == {"half.pdf", "binary.html", "white.html", "gone.html"}
    assert all("\n" not in message for message in told.values())
    for name in ("half.pdf", "binary.html", "white.html"):
        assert told[name].endswith(f": {documents[name]['reason']}")
    # It is not tried again with the same reader.
    assert harvest_sites(settings, [kubrat], ports=ports(web, kubrat)).counts["unreadable"] == 0


def test_the_members_of_an_archive_are_documents_and_one_that_fails_is_told(settings, tmp_path, web):
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr("отчет.txt", "По проект № BG05M9OP001-2.005-9001-C01 са изплатени 118 500,50 лв.")
        archive.writestr("снимка.bmp", b"BM" + bytes(range(1, 32)) * 40)
    kubrat = site_recipe(tmp_path / "recipes")
    web["kubrat.test/news/"] = news_list("/news/start.html", "/files/all.pdf")
    web["kubrat.test/files/all.pdf"] = Page(bundle.getvalue(), type="application/pdf")
    summary = harvest_sites(settings, [kubrat], ports=ports(web, kubrat))
    assert (summary.state, summary.counts["documents"]) == (RunState.PARTIAL, 2)
    documents = {row["part"]: row for row in rows(settings, "document")}
    assert {part: row["state"] for part, row in documents.items()} == {
        "None": "read",
        "отчет.txt": "read",
        "снимка.bmp": "unreadable",
    }
    (finding,) = rows(settings, "finding")
    assert "all.pdf: снимка.bmp: " in finding["message"]
    assert "118500.50" in {row["value"] for row in rows(settings, "figure")}


def test_a_document_that_our_program_fails_on_costs_one_document(settings, tmp_path, web, monkeypatch):
    kubrat = site_recipe(tmp_path / "recipes")
    web["kubrat.test/news/end.html"] = END.replace("<article>", "<article><!-- mistake -->")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.setattr(reader_pool, "READER", "hostile_reader")
    summary = harvest_sites(replace(settings, readers=ReaderLimits(1024)), [kubrat], ports=ports(web, kubrat))
    assert summary.state is RunState.PARTIAL
    assert summary.counts["documents"] == 1
    (finding,) = rows(settings, "finding")
    assert finding["message"] == "http://kubrat.test/news/end.html: the program failed on it (RecursionError: too deep)"


def test_one_sites_trouble_is_its_own(settings, tmp_path, web):
    kubrat = site_recipe(tmp_path / "recipes")
    razlog = site_recipe(tmp_path / "recipes", "razlog", municipality="BLG37")
    web["razlog.test/robots.txt"] = Page(b"", 503)
    summary = harvest_sites(settings, [razlog, kubrat], ports=ports(web, kubrat, razlog))
    assert summary.state is RunState.PARTIAL
    assert {site.site: site.state for site in summary.sites} == {"razlog": "failed", "kubrat": "done"}
    (run,) = rows(settings, "run")
    assert "http://razlog.test/robots.txt answers 503" in run["message"]


def test_a_changed_page_is_read_anew_and_the_old_reading_is_no_longer_current(settings, tmp_path, web):
    kubrat = site_recipe(tmp_path / "recipes")
    harvest_sites(settings, [kubrat], ports=ports(web, kubrat))
    web["kubrat.test/news/end.html"] = END.replace("118 500,50", "119 000,00")
    harvest_sites(settings, [kubrat], ports=ports(web, kubrat))
    documents = rows(settings, "document")
    assert sorted((one["address"].rpartition("/")[2], one["is_current"] in ("1", "True")) for one in documents) == [
        ("end.html", False),
        ("end.html", True),
        ("start.html", True),
    ]


def test_new_selectors_read_the_archive_again_without_the_network(settings, tmp_path, web):
    kubrat = site_recipe(tmp_path / "recipes")
    web["kubrat.test/news/start.html"] = START.replace("</article>", "</article><div id='more'>Още 50 000 лв.</div>")
    harvest_sites(settings, [kubrat], ports=ports(web, kubrat))
    kubrat = site_recipe(tmp_path / "recipes", tables='[selectors]\nremove = "#more"')
    web.asked.clear()
    summary = harvest_sites(settings, [kubrat], ports=ports(web, kubrat))
    assert summary.counts["documents"] == 2
    assert {status for name, status in web.asked if not name.endswith("robots.txt")} == {304}
    assert not [row for row in rows(settings, "document") if "50 000" in row["text"]]


def test_the_lists_stamp_dates_a_page_that_has_no_date(settings, tmp_path, web):
    kubrat = site_recipe(tmp_path / "recipes", follow='item = "li"\nstamp = "time"')
    web["kubrat.test/news/"] = '<li><a href="/news/start.html">Старт</a> <time>23 ноември 2017 г.</time></li>'
    harvest_sites(settings, [kubrat], ports=ports(web, kubrat))
    (document,) = rows(settings, "document")
    assert document["published"] == "2017-11-23"


@pytest.mark.postgres
def test_postgresql_holds_what_sqlite_holds(settings, postgres_settings, tmp_path, web):
    kubrat = site_recipe(tmp_path / "recipes")
    fresh = Database(postgres_settings)
    fresh.upgrade()
    fresh.close()
    harvest_sites(settings, [kubrat], ports=ports(web, kubrat))
    elsewhere = replace(postgres_settings, archive=str(tmp_path / "elsewhere"))
    summary = harvest_sites(elsewhere, [kubrat], ports=ports(web, kubrat))
    assert summary.state is RunState.DONE
    for table in ("project", "claim"):
        assert rows(elsewhere, table) == rows(settings, table)
