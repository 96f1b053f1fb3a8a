"""``otchet import``: a file saved by hand goes into the archive as what it is, and is read like what was harvested."""

import json
from pathlib import Path

import pytest
from gathered_site import CODE, FILE, HOST, PAGE, Site, gathered, report, story
from pages import Sheet
from stored import everything, rows
from typer.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from flows.cli import app
from flows.locks import lock
from models.archive import read_bytes
from models.keys import digest

BLOCKED = "/bg/novini/zad-stenata"


@pytest.fixture
def site(settings, database):
    return gathered(settings, database)


@pytest.fixture
def saved(tmp_path):
    """Files as a person saves them; the ending tells nothing."""
    page = tmp_path / "Новина - запазена.bin"
    page.write_bytes(story("77 000 лв."))
    return page


def take(*arguments, code=0):
    result = CliRunner().invoke(app, ["import", *map(str, arguments)], prog_name="otchet")
    assert result.exit_code == code, result.stderr
    return result


def claims():
    result = CliRunner().invoke(app, ["show", CODE, "--json"])
    return json.loads(result.stdout)["claims"] if result.exit_code == 0 else []


def test_a_saved_page_is_archived_read_and_tied_to_its_project(site, saved):
    told = json.loads(
        take(saved, "--address", HOST + BLOCKED, "--fetched", "2026-03-31T14:30", "--json").stdout.splitlines()[-1]
    )
    assert (told["site"], told["media_type"], told["new"], told["documents"]) == ("lyaskovets", "text/html", True, 1)
    assert told["sha256"] == digest(saved.read_bytes())
    (one,) = [one for one in claims() if one["document"]["address"] == HOST + BLOCKED and one["kind"] == "amount"]
    assert one["value"] == "77000.00"
    (snapshot,) = site.snapshots(BLOCKED)
    assert snapshot.imported
    assert snapshot.status is None
    assert snapshot.fetched_at.isoformat() == "2026-03-31T11:30:00+00:00"
    assert read_bytes(site.settings, snapshot) == saved.read_bytes()


def test_the_record_is_a_resource_that_says_where_it_came_from(site, saved):
    take(saved, "--address", HOST + BLOCKED, "--fetched", "2026-03-31")
    (snapshot,) = site.snapshots(BLOCKED)
    with (Path(site.settings.archive) / snapshot.archive_file).open("rb") as stream:
        records = [
            (one.rec_type, one.rec_headers, one.content_stream().read())
            for one in ArchiveIterator(stream, check_digests="raise")
        ]
    assert [kind for kind, *_ in records] == ["warcinfo", "resource"]
    _, headers, body = records[1]
    assert body == saved.read_bytes()
    assert headers["Content-Type"] == "text/html"
    assert headers["WARC-Target-URI"] == HOST + BLOCKED
    assert headers["WARC-Date"] == "2026-03-31T09:00:00Z"  # noon in Bulgaria: no hour was told
    assert headers["WARC-Payload-Digest"] == f"sha256:{digest(body)}"
    assert headers["imported-from"] == saved.name
    assert str(saved.parent) not in str(headers)


def test_the_evidence_says_that_it_was_imported_by_hand(site, saved):
    take(saved, "--address", HOST + BLOCKED, "--fetched", "2026-03-31")
    key = next(one["key"] for one in claims() if one["document"]["address"] == HOST + BLOCKED)
    shown = CliRunner().invoke(app, ["evidence", key]).stdout
    assert f"imported by hand from {saved.name} on " in shown
    assert "31.03.2026 12:00" in shown
    record = json.loads(CliRunner().invoke(app, ["evidence", key, "--json"]).stdout)
    assert record["imported"]["file"] == saved.name
    assert record["fetched_at"] == "2026-03-31T09:00:00Z"


def test_a_personal_number_in_the_files_name_is_covered(site, tmp_path):
    file = tmp_path / "Договор с ЕГН 8001010008.html"
    file.write_bytes(story("77 000 лв."))
    take(file, "--address", HOST + BLOCKED)
    (snapshot,) = site.snapshots(BLOCKED)
    assert dict(snapshot.headers)["imported-from"] == "Договор с ЕГН ██████████.html"


def test_the_same_file_twice_is_there_once(site, saved):
    take(saved, "--address", HOST + BLOCKED)
    before = everything(site.settings)
    files = sorted(Path(site.settings.archive).rglob("*"))
    assert "already" in take(saved, "--address", HOST + BLOCKED).stdout
    assert everything(site.settings) == before
    assert sorted(Path(site.settings.archive).rglob("*")) == files


def test_what_was_harvested_at_that_address_is_not_taken_in_again(site, tmp_path):
    file = tmp_path / "a.html"
    file.write_bytes(story())
    before = everything(site.settings)
    assert "nothing was archived" in take(file, "--address", HOST + PAGE).stdout
    assert everything(site.settings) == before


def test_a_newer_file_is_what_the_address_has_now_and_an_older_one_is_not(site, tmp_path):
    def current():
        return {
            one["value"]
            for one in claims()
            if one["document"]["is_current"] and one["document"]["address"] == HOST + PAGE and one["kind"] == "amount"
        }

    assert current() == {"120000.00"}
    older, newer = tmp_path / "older.html", tmp_path / "newer.html"
    older.write_bytes(story("5 000 лв."))
    newer.write_bytes(story("9 000 лв."))
    take(older, "--address", HOST + PAGE, "--fetched", "2020-01-01")
    assert current() == {"120000.00"}
    take(newer, "--address", HOST + PAGE)
    assert current() == {"9000.00"}
    (address,) = [row for row in rows(site.settings, "address") if row["address"] == HOST + PAGE]
    assert (address["etag"], address["last_modified"]) == ("None", "None")


def test_the_crawl_takes_its_own_content_after_an_import(site, saved, settings, database):
    take(saved, "--address", HOST + BLOCKED)
    later = Site(settings, database, run="aaaabbbbcccc")
    later.keep(BLOCKED, story("88 000 лв."))
    later.read()
    assert [one.imported for one in site.snapshots(BLOCKED)].count(True) == 1
    amounts = {
        one["value"]: one["document"]["is_current"]
        for one in claims()
        if one["document"]["address"] == HOST + BLOCKED and one["kind"] == "amount"
    }
    assert amounts == {"77000.00": False, "88000.00": True}


def test_the_first_thing_in_a_home_may_be_a_file(settings, tmp_path, home):
    """A real site's recipe knows the host; nothing was harvested before."""
    file = tmp_path / "a.pdf"
    file.write_bytes(report())
    result = take(file, "--address", "https://www.kubrat.bg/files/otchet.pdf", "--site", "kubrat")
    assert "archived for kubrat as application/pdf" in result.stdout
    (source,) = rows(settings, "source")
    assert (source["code"], source["municipality"]) == ("kubrat", "RAZ16")
    checked = CliRunner().invoke(app, ["archive", "verify", "--json"])
    assert json.loads(checked.stdout)["whole"] == 1


def test_the_address_is_kept_in_its_one_form(site, saved):
    take(saved, "--address", f"HTTP://LYASKOVETS.test:80{BLOCKED}?utm_source=x#top")
    assert site.snapshots(BLOCKED)


@pytest.mark.parametrize(
    ("address", "options", "says"),
    [
        ("http://elsewhere.test/a", [], "no recipe knows the host elsewhere.test"),
        ("http://elsewhere.test/a", ["--site", "sofia"], "no site is called 'sofia'"),
        ("file:///etc/passwd", [], "no address of a page"),
        ("javascript:alert(1)", [], "no address of a page"),
        ("lyaskovets.test/a", [], "no address of a page"),
        (f"{HOST}/a", ["--fetched", "31 март"], "--fetched: '31 март' is no day"),
        (f"{HOST}/a", ["--fetched", "2999-01-01"], "in the future"),
    ],
)
def test_what_is_refused_says_what_would_be_right(site, saved, address, options, says):
    before = everything(site.settings)
    (line,) = take(saved, "--address", address, *options, code=2).stderr.splitlines()
    assert says in line
    assert everything(site.settings) == before


def test_another_hosts_page_is_taken_in_for_a_named_site(site, saved):
    take(saved, "--address", "https://press.example/a?b=1", "--site", "lyaskovets")
    (row,) = [row for row in rows(site.settings, "snapshot") if "press.example" in row["address"]]
    assert row["source"] == "lyaskovets"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"GIF89a" + bytes(100), "GIF image"),
        (bytes(range(256)) * 20, "no known format"),
    ],
    ids=["empty", "white", "gif", "binary"],
)
def test_what_no_reader_takes_is_refused_before_it_is_archived(site, tmp_path, body, says):
    file = tmp_path / "a.html"
    file.write_bytes(body)
    (line,) = take(file, "--address", HOST + BLOCKED, code=2).stderr.splitlines()
    assert says in line
    assert site.snapshots(BLOCKED) == []


def test_what_is_there_and_cannot_be_read_is_archived_and_told(site, tmp_path):
    file = tmp_path / "locked.pdf"
    sheet = Sheet(password="тайна")
    sheet.line("Тайно", 60, 60)
    file.write_bytes(sheet.bytes())
    result = take(file, "--address", f"{HOST}/uploads/posts/locked.pdf", code=3)
    assert "cannot be read" in result.stderr
    assert site.snapshots("/uploads/posts/locked.pdf")[0].imported
    (finding,) = rows(site.settings, "finding")
    assert "password" in finding["message"]


def test_a_file_that_is_not_there_and_a_folder_are_refused(site, tmp_path):
    for name in (tmp_path / "no.html", tmp_path):
        assert "no such file" in take(name, "--address", HOST + BLOCKED, code=2).stderr


def test_a_site_that_is_being_harvested_is_left_alone(site, saved):
    with lock(site.settings.home, "site-lyaskovets"):
        assert "being harvested" in take(saved, "--address", HOST + BLOCKED, code=1).stderr
    assert site.snapshots(BLOCKED) == []


def test_an_address_of_one_site_is_not_taken_in_for_another(site, saved):
    result = take(saved, "--address", HOST + FILE, "--site", "kubrat", code=2)
    assert "belongs to the site lyaskovets" in result.stderr
