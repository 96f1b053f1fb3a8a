"""``otchet archive verify``: what is whole, missing, damaged or orphaned is told, and the exit code says it."""

import json
import os
from pathlib import Path

import pytest
from gathered_site import FILE, PAGE, Site, gathered, report, story
from typer.testing import CliRunner

from flows.cli import app
from flows.locks import lock

TWIN = "/bg/novini/topli-domove-print"


@pytest.fixture
def site(settings, database):
    made = gathered(settings, database)
    # Bytes of a second address, in a second file: a revisit.
    later = Site(settings, database, run="aaaabbbbcccc")
    later.keep(TWIN, story())
    later.read()
    made.later = later
    return made


def verify(*arguments):
    return CliRunner().invoke(app, ["archive", "verify", *arguments], prog_name="otchet")


def told(*arguments, code=0):
    result = verify("--json", *arguments)
    assert result.exit_code == code, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def file_of(site, open_=""):
    return Path(site.settings.archive) / f"{site.name}{open_}"


def spoil(path, at, data=b"\xff" * 8):
    whole = bytearray(path.read_bytes())
    whole[at : at + len(data)] = data
    path.write_bytes(whole)


def test_a_whole_archive_is_whole(site):
    (one,) = told()
    assert {name: one[name] for name in ("site", "records", "whole", "missing", "damaged", "orphaned", "open")} == {
        "site": "lyaskovets",
        "records": 3,
        "whole": 3,
        "missing": 0,
        "damaged": 0,
        "orphaned": 0,
        "open": 0,
    }
    assert one["files"] == 2
    assert one["bytes"] == sum(file.stat().st_size for file in file_of(site).parent.iterdir())
    result = verify("lyaskovets")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].split("\t")[:3] == ["lyaskovets", "3", "3"]
    assert result.stderr == ""


def test_a_damaged_record_is_found_and_so_is_the_revisit_that_leads_to_it(site):
    page = site.snapshots(PAGE)[0]
    spoil(file_of(site), page.archive_offset + page.archive_length // 2)
    (one,) = told(code=3)
    assert (one["whole"], one["damaged"], one["missing"]) == (1, 2, 0)
    assert {trouble["address"].rpartition("/")[2] for trouble in one["troubles"]} == {
        "topli-domove",
        "topli-domove-print",
    }
    result = verify()
    assert result.exit_code == 3
    assert "damaged" in result.stderr
    assert "harvest again" in result.stderr


@pytest.mark.parametrize("byte", [-1, -20])
def test_a_file_that_was_cut_off_misses_its_last_record(site, byte):
    """Behind the last response stands its request: the cut goes into the response itself."""
    pdf = site.snapshots(FILE)[0]
    os.truncate(file_of(site), pdf.archive_offset + pdf.archive_length + byte)
    (one,) = told(code=3)
    assert (one["missing"], one["damaged"], one["whole"]) == (1, 0, 2)


def test_a_file_that_is_gone_misses_all_of_its_records(site):
    file_of(site).unlink()
    (one,) = told(code=3)
    assert (one["missing"], one["whole"], one["files"]) == (3, 0, 1)
    assert all("OTCHET_ARCHIVE" in trouble["reason"] for trouble in one["troubles"])


@pytest.mark.parametrize(
    "change",
    [
        "archive_length = archive_length + 1",
        "archive_length = archive_length - 1",
        "archive_offset = archive_offset + 1",
        "sha256 = replace(sha256, substr(sha256, 1, 4), '0000')",
    ],
)
def test_a_row_that_tells_another_place_or_digest_is_found(site, change):
    import sqlite3

    with sqlite3.connect(site.settings.home / "otchet.db") as rows:
        rows.execute(f"UPDATE snapshot SET {change} WHERE address LIKE '%.pdf'")
    (one,) = told(code=3)
    assert one["damaged"] == 1
    assert one["whole"] == 2


def test_a_record_of_another_address_is_not_taken_for_ones_own(site):
    """Two pages with the same bytes, whose rows tell each other's place."""
    import sqlite3

    page, twin = site.snapshots(PAGE)[0], site.snapshots(TWIN)[0]
    with sqlite3.connect(site.settings.home / "otchet.db") as rows:
        rows.execute(
            "UPDATE snapshot SET archive_file=?, archive_offset=?, archive_length=? WHERE key=?",
            (twin.archive_file, twin.archive_offset, twin.archive_length, page.key),
        )
    (one,) = told(code=3)
    assert (one["damaged"], one["orphaned"]) == (1, 1)
    assert any(f"a revisit of {twin.address}" in trouble["reason"] for trouble in one["troubles"])


def test_what_a_killed_run_left_is_told_and_is_no_harm(site):
    import sqlite3

    # Killed after the record was written, before its row was.
    killed = Site(site.settings, site.database, run="ddddeeeeffff")
    killed.keep("/bg/novini/oshte", story("7 лв."))
    killed.keep("/bg/novini/i-oshte", story("8 лв."))
    killed.warc._stream.close()
    path = file_of(killed, ".open")
    with sqlite3.connect(site.settings.home / "otchet.db") as rows:
        rows.execute("DELETE FROM snapshot WHERE address LIKE '%/i-oshte'")
    with path.open("ab") as stream:
        stream.write(b"\x1f\x8b\x08half a record")
    (one,) = told()
    assert (one["records"], one["whole"], one["open"], one["orphaned"]) == (4, 4, 1, 2)
    reasons = {trouble["state"]: trouble["reason"] for trouble in one["troubles"]}
    assert "killed" in reasons["open"]
    assert any("i-oshte" in (trouble["address"] or "") for trouble in one["troubles"])
    assert any("no whole record" in trouble["reason"] for trouble in one["troubles"])


def test_a_file_that_a_crawl_is_writing_has_no_orphans(site):
    import sqlite3

    crawl = Site(site.settings, site.database, run="ddddeeeeffff")
    crawl.keep("/bg/novini/oshte", story("7 лв."))
    with sqlite3.connect(site.settings.home / "otchet.db") as rows:
        rows.execute("DELETE FROM snapshot WHERE address LIKE '%/oshte'")
    with lock(site.settings.home, "site-lyaskovets"):
        (one,) = told()
    assert (one["open"], one["orphaned"], one["whole"]) == (1, 0, 3)
    assert "a harvest is writing it" in one["troubles"][0]["reason"]
    crawl.warc.close()


def test_a_folder_that_no_row_knows_is_told(site):
    folder = Path(site.settings.archive) / "old-site"
    folder.mkdir()
    (folder / "a.warc.gz").write_bytes(file_of(site).read_bytes())
    (folder / "notes.txt").write_text("not ours")
    checks = {one["site"]: one for one in told()}
    assert (checks["old-site"]["records"], checks["old-site"]["orphaned"], checks["old-site"]["files"]) == (0, 2, 1)


def test_gzip_that_is_no_warc_is_told_and_the_rest_is_looked_at(site):
    import gzip

    folder = Path(site.settings.archive) / "lyaskovets"
    (folder / "a.warc.gz").write_bytes(gzip.compress(b"no record at all"))
    (one,) = told()
    assert (one["whole"], one["orphaned"]) == (3, 1)


def test_an_unknown_site_is_wrong_usage(site):
    result = verify("sofia")
    assert result.exit_code == 2
    assert "lyaskovets" in result.stderr


def test_nothing_archived_is_said(settings, database):
    assert "Nothing is archived" in verify().stdout


def test_the_archive_of_a_second_report_is_told_apart_by_bytes(site):
    site.later = Site(site.settings, site.database, run="121212121212")
    site.later.keep(FILE, report() + b"\n%more", "application/pdf")
    site.later.read()
    (one,) = told()
    assert (one["records"], one["whole"]) == (4, 4)
