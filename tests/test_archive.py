"""Bytes come out of the archive as they went in, or not at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import fsspec
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from models.archive import OPEN, ArchiveError, DamagedRecord, MissingRecord, archive_file, archive_path, read_bytes
from models.keys import digest
from models.records import Snapshot
from models.settings import Settings

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
BODIES = ["<p>Община Кубрат</p>".encode("cp1251"), b"%PDF-1.7 \x00\xff", b""]


@pytest.fixture
def snapshots(settings: Settings) -> list[Snapshot]:
    """Three records in one file of the archive."""
    name = archive_file("kubrat", "5f3a90b2c1d4", NOON)
    path = Path(archive_path(settings.archive, name))
    path.parent.mkdir(parents=True)
    found = []
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, body in enumerate(BODIES):
            start = file.tell()
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            address = f"https://kubrat.test/{number}"
            record = writer.create_warc_record(address, "response", payload=BytesIO(body), http_headers=headers)
            writer.write_record(record)
            found.append(Snapshot("kubrat", address, digest(body), NOON, name, start, file.tell() - start))
    return found


def test_every_body_comes_back(settings: Settings, snapshots: list[Snapshot]):
    assert [read_bytes(settings, one) for one in snapshots] == BODIES


def test_a_file_that_a_killed_run_left_open_is_read_too(settings: Settings, snapshots: list[Snapshot]):
    path = Path(archive_path(settings.archive, snapshots[0].archive_file))
    path.rename(f"{path}{OPEN}")
    assert read_bytes(settings, snapshots[1]) == BODIES[1]


def test_a_bucket_is_an_archive_too(settings: Settings, snapshots: list[Snapshot]):
    path = Path(archive_path(settings.archive, snapshots[0].archive_file))
    with fsspec.open(f"memory://bucket/{snapshots[0].archive_file}", "wb") as file:
        file.write(path.read_bytes())
    assert read_bytes(replace(settings, archive="memory://bucket"), snapshots[2]) == BODIES[2]
    with pytest.raises(MissingRecord):
        read_bytes(replace(settings, archive="memory://other"), snapshots[2])


def test_bytes_that_are_not_what_they_were_are_told(settings: Settings, snapshots: list[Snapshot]):
    with pytest.raises(DamagedRecord, match=r"https://kubrat.test/0.*SHA-256 differs"):
        read_bytes(settings, replace(snapshots[0], sha256="0" * 64))


def test_a_record_with_a_broken_middle_is_told(settings: Settings, snapshots: list[Snapshot]):
    path = Path(archive_path(settings.archive, snapshots[0].archive_file))
    data = bytearray(path.read_bytes())
    middle = snapshots[0].archive_offset + snapshots[0].archive_length // 2
    data[middle : middle + 8] = b"\xff" * 8
    path.write_bytes(data)
    with pytest.raises(DamagedRecord):
        read_bytes(settings, snapshots[0])
    assert read_bytes(settings, snapshots[1]) == BODIES[1]


@pytest.mark.parametrize("cut", [1, 100, 1000])
def test_a_file_that_ends_before_the_record_is_told(settings: Settings, snapshots: list[Snapshot], cut: int):
    path = Path(archive_path(settings.archive, snapshots[0].archive_file))
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(MissingRecord, match="ends before"):
        read_bytes(settings, snapshots[-1])


@pytest.mark.parametrize("length", [0, 1, 40, 200])
def test_a_record_that_was_cut_off_is_told(settings: Settings, snapshots: list[Snapshot], length: int):
    """warcio gives such a record without an error; its digest tells."""
    with pytest.raises(DamagedRecord):
        read_bytes(settings, replace(snapshots[0], archive_length=length))


def test_a_wrong_place_is_told(settings: Settings, snapshots: list[Snapshot]):
    with pytest.raises(ArchiveError):
        read_bytes(settings, replace(snapshots[1], archive_offset=snapshots[1].archive_offset + 3))


def test_a_file_that_is_not_there_is_told(settings: Settings, snapshots: list[Snapshot]):
    with pytest.raises(MissingRecord, match="OTCHET_ARCHIVE"):
        read_bytes(settings, replace(snapshots[0], archive_file="kubrat/other.warc.gz"))


def test_a_file_is_named_in_utc_by_site_time_and_run():
    sofia = timezone(timedelta(hours=2))
    assert archive_file("kubrat", "5f3a90b2c1d4", datetime(2026, 11, 21, 5, tzinfo=sofia)) == (
        "kubrat/20261121T030000Z-5f3a90b2.warc.gz"
    )


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "кубрат", ".hidden", "a b", "a\x00"])
def test_no_name_leads_out_of_the_archive(settings: Settings, name: str):
    with pytest.raises(ValueError, match="not a name"):
        archive_file(name, "5f3a", NOON)
    if name != "a/b":
        with pytest.raises(ValueError, match="not a file of the archive"):
            archive_path(settings.archive, name)
    with pytest.raises(ValueError, match="not a file of the archive"):
        archive_path(settings.archive, f"kubrat/../{name}")
