"""The same bytes are archived once: again at their own address nothing, at another address a revisit."""

import logging
import os
from dataclasses import replace
from pathlib import Path

import pytest
from gathered_site import AT, FILE, HOST, PAGE, Site, report, story
from stored import rows
from warcio.archiveiterator import ArchiveIterator

from flows.warc import ArchiveFullError, WarcFile, recover
from models.archive import MissingRecord, holder, read_bytes
from models.keys import digest
from models.settings import Settings, SettingsError

TWIN = "/bg/novini/topli-domove-print"


@pytest.fixture
def site(settings, database):
    return Site(settings, database)


def records(settings, name):
    with (Path(settings.archive) / name).open("rb") as stream:
        return [
            (one.rec_type, one.rec_headers, one.http_headers, one.content_stream().read())
            for one in ArchiveIterator(stream, check_digests="raise")
        ]


def kinds(settings, name):
    return [kind for kind, *_ in records(settings, name)]


def test_the_same_bytes_at_their_own_address_leave_no_record_and_no_row(settings, site):
    first = site.keep(PAGE, story())
    before = rows(settings, "snapshot")
    assert site.is_new
    assert site.keep(PAGE, story()) == first
    assert not site.is_new
    assert rows(settings, "snapshot") == before
    (address,) = rows(settings, "address")
    assert address["seen"] == "2"  # the look itself is remembered
    site.warc.close()
    assert kinds(settings, site.name) == ["warcinfo", "response", "request"]


def test_the_same_bytes_at_another_address_are_a_revisit_with_a_row_of_its_own(settings, site):
    first = site.keep(PAGE, story())
    twin = site.keep(TWIN, story())
    assert site.is_new
    assert (twin.sha256, twin.address) == (first.sha256, HOST + TWIN)
    assert twin.archive_offset != first.archive_offset
    assert twin.archive_length < first.archive_length + 200
    assert read_bytes(settings, twin) == story()
    site.warc.close()
    assert kinds(settings, site.name) == ["warcinfo", "response", "request", "revisit", "request"]
    _, headers, http, body = records(settings, site.name)[3]
    assert body == b""
    assert headers["WARC-Target-URI"] == HOST + TWIN
    assert headers["WARC-Profile"].endswith("/revisit/identical-payload-digest")
    assert headers["WARC-Refers-To-Target-URI"] == HOST + PAGE
    assert headers["WARC-Refers-To-Date"] == records(settings, site.name)[1][1]["WARC-Date"]
    assert headers["WARC-Payload-Digest"] == f"sha256:{digest(story())}"
    assert http.get_header("Content-Type") == "text/html; charset=utf-8"


def test_a_third_address_refers_to_the_bytes_not_to_the_second(settings, site):
    first = site.keep(PAGE, story())
    site.keep(TWIN, story())
    third = site.keep("/bg/novini/treti", story())
    assert holder(settings, third).refers == (first.archive_file, first.archive_offset)


def test_a_revisit_in_a_later_runs_file_leads_to_the_earlier_one(settings, database, site):
    first = site.keep(PAGE, story())
    site.warc.close()
    later = Site(settings, database, run="aaaabbbbcccc")
    twin = later.keep(TWIN, story())
    assert twin.archive_file != first.archive_file
    assert read_bytes(settings, twin) == story()


def test_another_site_keeps_its_own_bytes(settings, database, site, tmp_path):
    """A site's folder of the archive can be copied alone."""
    from site_of_tests import site_recipe

    from flows.gathered import source_of
    from flows.ledger import Ledger
    from flows.links import Link
    from flows.recipe import AddressKind
    from flows.revisits import Schedule
    from flows.warc import Exchange

    site.keep(PAGE, story())
    kubrat = site_recipe(tmp_path / "recipes")
    warc = WarcFile(Path(settings.archive), "kubrat/other.warc.gz", "otchet")
    ledger = Ledger(database, settings, source_of(kubrat), warc, "r1", Schedule(0, 0))
    address = "http://kubrat.test/news/1.html"
    ledger.keep(Link(address, AddressKind.ARTICLE), Exchange(address, AT, "GET", [], 200, "OK", [], story()))
    warc.close()
    assert kinds(settings, "kubrat/other.warc.gz") == ["warcinfo", "response", "request"]


def test_bytes_that_the_archive_lost_are_not_referred_to_and_are_archived_anew(settings, site, caplog):
    first = site.keep(PAGE, story())
    site.warc.close()
    path = Path(settings.archive) / site.name
    data = bytearray(path.read_bytes())
    middle = first.archive_offset + first.archive_length // 2
    data[middle : middle + 8] = b"\xff" * 8
    path.write_bytes(data)
    later = Site(settings, site.database, run="aaaabbbbcccc")
    with caplog.at_level(logging.WARNING):
        twin = later.keep(TWIN, story())
    assert holder(settings, twin).refers is None
    assert site.name in caplog.text
    # The address' own content comes again: it is mended, and stays the same row.
    mended = later.keep(PAGE, story())
    assert not later.is_new
    assert read_bytes(settings, mended) == story()
    assert (
        replace(
            mended,
            archive_file=first.archive_file,
            archive_offset=first.archive_offset,
            archive_length=first.archive_length,
        )
        == first
    )


def test_a_revisit_whose_original_is_gone_is_told(settings, site):
    site.keep(PAGE, story())
    site.warc.close()
    later = Site(settings, site.database, run="aaaabbbbcccc")
    twin = later.keep(TWIN, story())
    (Path(settings.archive) / site.name).unlink()
    with pytest.raises(MissingRecord, match=site.name):
        read_bytes(settings, twin)


def test_a_killed_run_that_wrote_revisits_is_closed_at_its_last_whole_record(settings, site):
    first = site.keep(PAGE, story())
    twin = site.keep(TWIN, story())
    path = Path(settings.archive) / f"{site.name}.open"
    whole = path.stat().st_size
    site.keep(FILE, report(), "application/pdf")
    for cut in (whole + 30, twin.archive_offset + twin.archive_length):
        os.truncate(path, cut)
        assert recover(Path(settings.archive), "lyaskovets") == 1
        assert read_bytes(settings, twin) == read_bytes(settings, first) == story()
        (Path(settings.archive) / site.name).rename(path)
    # The revisit itself was cut off: its row was not written either, for the record comes first.
    os.truncate(path, twin.archive_offset + twin.archive_length - 5)
    recover(Path(settings.archive), "lyaskovets")
    assert read_bytes(settings, first) == story()
    with pytest.raises(MissingRecord):
        read_bytes(settings, twin)


def test_a_file_that_is_large_enough_goes_on_in_another(settings, database):
    site = Site(settings, database, most=40_000)
    bodies = [os.urandom(15_000) for _ in range(8)]
    kept = [site.keep(f"/uploads/posts/{number}.pdf", body, "application/pdf") for number, body in enumerate(bodies)]
    again = site.keep("/uploads/posts/again.pdf", bodies[0], "application/pdf")
    site.warc.close()
    files = sorted(path.name for path in (Path(settings.archive) / "lyaskovets").iterdir())
    stem = site.name.rpartition("/")[2].removesuffix(".warc.gz")
    assert files == [f"{stem}-2.warc.gz", f"{stem}-3.warc.gz", f"{stem}.warc.gz"]
    assert [read_bytes(settings, one) for one in (*kept, again)] == [*bodies, bodies[0]]
    assert again.archive_file.endswith("-3.warc.gz")
    for name in files:
        assert kinds(settings, f"lyaskovets/{name}")[0] == "warcinfo"


def test_a_small_file_is_not_divided(settings, database):
    site = Site(settings, database)
    for number in range(5):
        site.keep(f"/uploads/posts/{number}.pdf", os.urandom(5000))
    site.warc.close()
    assert len(list((Path(settings.archive) / "lyaskovets").iterdir())) == 1


def test_the_size_is_a_setting(settings, monkeypatch):
    monkeypatch.setenv("OTCHET_WARC_MIB", "2")
    assert Settings.read().warc_size == 2 * 1024 * 1024
    for wrong in ("0", "-1", "1.5", "много", "1 GiB"):
        monkeypatch.setenv("OTCHET_WARC_MIB", wrong)
        with pytest.raises(SettingsError, match="OTCHET_WARC_MIB"):
            Settings.read()


def test_a_full_disk_at_the_change_of_files_leaves_whole_files(settings, database, monkeypatch):
    site = Site(settings, database, most=1)
    first = site.keep(PAGE, story())
    (Path(settings.archive) / site.name.replace(".warc.gz", "-2.warc.gz.open")).write_bytes(b"")
    with pytest.raises(ArchiveFullError, match="File exists"):
        site.keep(TWIN, story("5 лв."))
    assert read_bytes(settings, first) == story()
    assert (Path(settings.archive) / site.name).exists()
