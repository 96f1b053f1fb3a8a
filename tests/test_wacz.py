"""``otchet archive export``: a WACZ file that other tools open, with whole records and an index that leads to them."""

import gzip
import json
import shutil
import subprocess
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from frictionless import Package
from gathered_site import CODE, FILE, HOST, PAGE, PERSONAL_NUMBER, Site, gathered, report, story
from typer.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from flows.cli import app
from models.keys import digest

LIST = "/bg/novini"
TWIN = "/bg/novini/topli-domove-print"
OTHER = "/bg/novini/drugo"
WARC = "archive/otchet.warc.gz"


@pytest.fixture
def site(settings, database):
    made = gathered(settings, database)
    made.later = Site(settings, database, run="aaaabbbbcccc")
    made.later.keep(LIST, f'<a href="{PAGE}">Новина</a>'.encode())
    made.later.keep(OTHER, "<p>Община Лясковец засади липи в парка.</p>".encode())
    made.later.keep(TWIN, story())
    made.later.read()
    return made


def export(*arguments, code=0):
    result = CliRunner().invoke(app, ["archive", "export", *map(str, arguments)], prog_name="otchet")
    assert result.exit_code == code, result.stderr
    return result


def opened(path):
    """The package's files, by name."""
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def index(files):
    """The lines of the index, through the index of its blocks."""
    first, *blocks = files["indexes/index.idx"].decode().splitlines()
    assert json.loads(first.removeprefix("!meta 0 ")) == {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}
    lines = []
    for block in blocks:
        key, _, where = block.partition(" {")
        place = json.loads("{" + where)
        packed = files["indexes/index.cdx.gz"][place["offset"] : place["offset"] + place["length"]]
        assert place["digest"] == f"sha256:{digest(packed)}"
        found = zlib.decompress(packed, zlib.MAX_WBITS | 16).decode().splitlines()
        assert found[0].startswith(key)
        lines += found
    assert lines == sorted(lines)
    assert gzip.decompress(files["indexes/index.cdx.gz"]).decode().splitlines() == lines
    return [(*line.split(" ", 2)[:2], json.loads(line.split(" ", 2)[2])) for line in lines]


def pages(files):
    header, *lines = [json.loads(line) for line in files["pages/pages.jsonl"].decode().splitlines()]
    assert header == {"format": "json-pages-1.0", "id": "pages", "title": "Pages"}
    return {page["url"].removeprefix(HOST): page for page in lines}


def test_the_package_describes_itself_with_hashes(site, tmp_path):
    export("--site", "lyaskovets", "-o", tmp_path / "a.wacz")
    files = opened(tmp_path / "a.wacz")
    described = json.loads(files["datapackage.json"])
    assert described["profile"] == "data-package"
    assert described["wacz_version"] == "1.1.1"
    assert {one["path"] for one in described["resources"]} == files.keys() - {
        "datapackage.json",
        "datapackage-digest.json",
    }
    for one in described["resources"]:
        data = files[one["path"]]
        assert (one["bytes"], one["hash"]) == (len(data), f"sha256:{digest(data)}")
    assert json.loads(files["datapackage-digest.json"]) == {
        "path": "datapackage.json",
        "hash": f"sha256:{digest(files['datapackage.json'])}",
    }
    # Tools read from the middle of these: they are only stored.
    with zipfile.ZipFile(tmp_path / "a.wacz") as package:
        for name in (WARC, "indexes/index.cdx.gz"):
            assert package.getinfo(name).compress_type == zipfile.ZIP_STORED


def test_frictionless_accepts_its_description(site, tmp_path):
    export("--site", "lyaskovets", "-o", tmp_path / "a.wacz")
    described = json.loads(opened(tmp_path / "a.wacz")["datapackage.json"])
    assert list(Package.metadata_validate(described)) == []


def test_every_line_of_the_index_leads_to_its_record(site, tmp_path):
    export("--site", "lyaskovets", "-o", tmp_path / "a.wacz")
    files = opened(tmp_path / "a.wacz")
    bodies = {PAGE: story(), FILE: report(), TWIN: b""}
    found = set()
    for key, moment, told in index(files):
        offset, length = int(told["offset"]), int(told["length"])
        (record,) = [
            (one.rec_type, one.rec_headers, one.content_stream().read())
            for one in ArchiveIterator(BytesIO(files[WARC][offset : offset + length]), check_digests="raise")
        ]
        kind, headers, body = record
        assert told["filename"] == "otchet.warc.gz"
        assert headers["WARC-Target-URI"] == told["url"]
        assert "".join(filter(str.isdigit, headers["WARC-Date"])) == moment
        assert headers["WARC-Payload-Digest"] == told["digest"]
        assert key.startswith("test,lyaskovets)/")
        assert (told["mime"] == "warc/revisit") == (kind == "revisit")
        path = told["url"].removeprefix(HOST)
        found.add(path)
        if path in bodies:
            assert body == bodies[path]
    assert found == {PAGE, FILE, LIST, OTHER, TWIN}


def test_the_whole_file_is_one_that_any_warc_tool_reads(site, tmp_path):
    export("--site", "lyaskovets", "-o", tmp_path / "a.wacz")
    kinds = [
        (one.rec_type, bool(one.content_stream().read()))
        for one in ArchiveIterator(BytesIO(opened(tmp_path / "a.wacz")[WARC]), check_digests="raise")
    ]
    assert kinds[0] == ("warcinfo", True)
    # Every answer with what was asked for it.
    assert sorted(kind for kind, _ in kinds[1:]) == ["request"] * 5 + ["response"] * 4 + ["revisit"]


def test_a_project_brings_what_its_claims_rest_on_and_no_more(site, tmp_path):
    result = export("--project", CODE, "-o", tmp_path / "a.wacz", "--json")
    told = json.loads(result.stdout)
    assert (told["records"], told["pages"], told["left_out"]) == (3, 3, [])
    assert told["bytes"] == (tmp_path / "a.wacz").stat().st_size
    files = opened(tmp_path / "a.wacz")
    assert pages(files).keys() == {PAGE, FILE, TWIN}
    assert {one["url"].removeprefix(HOST) for _, _, one in index(files)} == {PAGE, FILE, TWIN}


def test_the_pages_have_titles_without_personal_numbers_and_days(site, tmp_path, database):
    import sqlite3

    with sqlite3.connect(site.settings.home / "otchet.db") as rows:
        rows.execute("UPDATE document SET title = ? WHERE address LIKE '%.pdf'", (f"Отчет за {PERSONAL_NUMBER}",))
    export("--site", "lyaskovets", "-o", tmp_path / "a.wacz")
    found = pages(opened(tmp_path / "a.wacz"))
    assert found[PAGE]["title"] == "Стартира проект „Топли домове“"
    assert found[PAGE]["ts"] == "2026-11-21T03:01:00Z"
    assert found[FILE]["title"] == "Отчет за ██████████"
    assert LIST not in found  # it leads to announcements and is none


def test_a_search_brings_what_it_finds(site, tmp_path):
    export("--query", "отопление", "-o", tmp_path / "a.wacz")
    assert FILE in pages(opened(tmp_path / "a.wacz"))


def test_a_revisit_brings_the_record_that_has_its_bytes(site, tmp_path, database):
    """The twin alone is asked for: without the first address' record nothing could be replayed."""
    from flows.wacz import Piece, write_wacz

    (twin,) = site.snapshots(TWIN)
    done = write_wacz(site.settings, [Piece(twin)], tmp_path / "a.wacz", "twin")
    assert (done.records, done.left_out) == (1, [])
    files = opened(tmp_path / "a.wacz")
    lines = {one["url"].removeprefix(HOST): one for _, _, one in index(files)}
    assert lines.keys() == {PAGE, TWIN}
    records = {
        one.rec_headers["WARC-Target-URI"]: (one.rec_headers, one.content_stream().read())
        for one in ArchiveIterator(BytesIO(files[WARC]))
        if one.rec_type in ("response", "revisit")
    }
    headers, _ = records[HOST + TWIN]
    original, body = records[headers["WARC-Refers-To-Target-URI"]]
    assert body == story()
    assert original["WARC-Date"] == headers["WARC-Refers-To-Date"]
    assert original["WARC-Payload-Digest"] == headers["WARC-Payload-Digest"]


def test_what_the_archive_lost_is_left_out_and_told(site, tmp_path):
    (Path(site.settings.archive) / site.name).unlink()
    result = export("--site", "lyaskovets", "-o", tmp_path / "a.wacz", code=3)
    assert len(result.stderr.splitlines()) == 3  # the page, the file, and the twin that leads to the page
    files = opened(tmp_path / "a.wacz")
    assert {one["url"].removeprefix(HOST) for _, _, one in index(files)} == {LIST, OTHER}


def test_many_records_make_many_blocks(settings, database, tmp_path):
    site = Site(settings, database)
    for number in range(301):
        site.keep(f"/uploads/posts/{number}.pdf", f"{number}".encode(), "application/pdf")
    site.warc.close()
    export("--site", "lyaskovets", "-o", tmp_path / "a.wacz")
    files = opened(tmp_path / "a.wacz")
    assert len(files["indexes/index.idx"].splitlines()) == 3
    assert len(index(files)) == 301


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "one of --project, --query and --site"),
        (["--project", CODE, "--site", "lyaskovets"], 2, "one of --project, --query and --site"),
        (["--project", "BG99"], 1, "'BG99'"),
        (["--query", "хеликоптер"], 1, "finds nothing"),
        (["--site", "sofia"], 1, "'sofia'"),
    ],
)
def test_a_wrong_choice_writes_nothing(site, tmp_path, arguments, code, says):
    result = export(*arguments, "-o", tmp_path / "a.wacz", code=code)
    assert says in result.stderr
    assert list(tmp_path.glob("*.wacz*")) == []


def test_nothing_is_written_over_and_no_half_file_is_left(site, tmp_path, monkeypatch):
    target = tmp_path / "a.wacz"
    target.write_text("mine")
    assert "not written over" in export("--site", "lyaskovets", "-o", target, code=2).stderr
    assert target.read_text() == "mine"
    assert "is no folder" in export("--site", "lyaskovets", "-o", tmp_path / "no" / "a.wacz", code=2).stderr
    from flows import wacz

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(wacz, "_write_index", full)
    result = export("--site", "lyaskovets", "-o", tmp_path / "b.wacz", code=1)
    assert "Make room" in result.stderr
    assert [path.name for path in tmp_path.glob("*.wacz*")] == ["a.wacz"]


@pytest.mark.skipif(shutil.which("wacz") is None, reason="py-wacz is not on this machine: pip install wacz, elsewhere")
def test_py_wacz_accepts_the_file(site, tmp_path):
    export("--site", "lyaskovets", "-o", tmp_path / "a.wacz")
    done = subprocess.run(["wacz", "validate", "-f", tmp_path / "a.wacz"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "is valid" in done.stdout
