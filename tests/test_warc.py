"""The archive's files: whole records, their names, and what a killed run leaves."""

import gzip
import resource
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from flows.warc import ArchiveFullError, Exchange, WarcFile, recover
from models.archive import DamagedRecord, archive_file, read_bytes
from models.keys import digest
from models.records import Snapshot

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)
NAME = archive_file("kubrat", "5f3a90b2c1d4", AT)


def exchange(body, address="http://kubrat.test/news/1.html"):
    return Exchange(
        address,
        AT,
        "GET",
        [("User-Agent", "otchet")],
        200,
        "OK",
        [
            ("Content-Type", "text/html"),
            ("Content-Encoding", "gzip"),
            ("Content-Length", "3"),
            ("X-Име".encode().decode("latin-1"), "да"),
            ("Server", "Сървър\n 1"),
        ],
        body,
        "127.0.0.1",
    )


def snapshot(place, body):
    return Snapshot("kubrat", "http://kubrat.test/", digest(body), AT, place.file, place.offset, place.length)


@pytest.fixture
def archive(settings):
    return Path(settings.archive)


def test_a_record_is_read_back_while_the_file_is_open_and_when_it_is_closed(settings, archive):
    warc = WarcFile(archive, NAME, "otchet")
    bodies = [f"Новина {number}".encode() * 1000 for number in range(3)]
    places = [warc.write(exchange(body)) for body in bodies]
    assert (archive / f"{NAME}.open").exists()
    for _ in range(2):
        for place, body in zip(places, bodies, strict=True):
            assert place.file == NAME
            assert read_bytes(settings, snapshot(place, body)) == body
        warc.close()
    assert [path.name for path in (archive / "kubrat").iterdir()] == [NAME.rpartition("/")[2]]


def test_any_warc_tool_can_read_the_file(archive):
    warc = WarcFile(archive, NAME, "otchet")
    body = "<p>Кубрат</p>".encode()
    warc.write(exchange(body))
    warc.close()
    with (archive / NAME).open("rb") as stream:
        records = [
            (one.rec_type, one.content_stream().read(), one) for one in ArchiveIterator(stream, check_digests="raise")
        ]
    assert [kind for kind, *_ in records] == ["warcinfo", "response", "request"]
    _, kept, response = records[1]
    assert kept == body
    assert response.rec_headers["WARC-Payload-Digest"] == f"sha256:{digest(body)}"
    assert response.rec_headers["WARC-Target-URI"] == "http://kubrat.test/news/1.html"
    # The body is kept decoded: what the transfer said of it would be untrue.
    assert response.http_headers.get_header("Content-Encoding") is None
    assert response.http_headers.get_header("Content-Length") == str(len(body))


def test_a_run_without_anything_new_leaves_no_file(archive):
    WarcFile(archive, NAME, "otchet").close()
    assert not archive.exists()


def test_two_runs_never_share_a_file(archive):
    first, second = (WarcFile(archive, NAME, "otchet") for _ in range(2))
    first.write(exchange(b"a"))
    with pytest.raises(ArchiveFullError, match="File exists"):
        second.write(exchange(b"b"))


def test_what_a_killed_run_leaves_is_closed_without_its_half_record(settings, archive):
    warc = WarcFile(archive, NAME, "otchet")
    body = b"whole" * 500
    place = warc.write(exchange(body))
    path = archive / f"{NAME}.open"
    whole = path.stat().st_size
    warc.write(exchange(b"half" * 5000, "http://kubrat.test/news/2.html"))
    data = path.read_bytes()
    for cut in (whole + 1, whole + 40, len(data) - 1):
        path.write_bytes(data[:cut])
        assert recover(archive, "kubrat") == 1
        kept = (archive / NAME).read_bytes()
        # What is left is whole members: the response behind the cut may be whole where only its request was cut.
        assert kept[:whole] == data[:whole]
        assert gzip.decompress(kept)
        assert read_bytes(settings, snapshot(place, body)) == body
        (archive / NAME).rename(path)
    path.write_bytes(b"\x1f\x8b\x08")
    recover(archive, "kubrat")
    assert list((archive / "kubrat").iterdir()) == []


def test_other_sites_open_files_are_left_alone(archive):
    warc = WarcFile(archive, NAME, "otchet")
    warc.write(exchange(b"a"))
    assert recover(archive, "razlog") == 0
    assert (archive / f"{NAME}.open").exists()


def test_no_space_leaves_whole_records_only(settings, archive):
    warc = WarcFile(archive, NAME, "otchet")
    place = warc.write(exchange(b"whole"))
    size = (archive / f"{NAME}.open").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 200, before[1]))
    try:
        with pytest.raises(ArchiveFullError, match="File too large"):
            warc.write(exchange(bytes(range(256)) * 100))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (archive / f"{NAME}.open").stat().st_size == size
    after = warc.write(exchange(b"more"))
    assert read_bytes(settings, snapshot(place, b"whole")) == b"whole"
    assert read_bytes(settings, snapshot(after, b"more")) == b"more"


def test_bytes_that_were_changed_are_not_believed(settings, archive):
    warc = WarcFile(archive, NAME, "otchet")
    place = warc.write(exchange(b"whole"))
    with pytest.raises(DamagedRecord, match="SHA-256"):
        read_bytes(settings, snapshot(place, b"another"))
