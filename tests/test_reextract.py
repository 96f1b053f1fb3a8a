"""``otchet reextract``: the archive read again without a network; what is current changes nothing."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from gathered_site import FILE, PAGE, Site, gathered, story
from pages import SENTENCES
from stored import everything, rows
from typer.testing import CliRunner

from flows import reader_pool
from flows.cli import app
from flows.reextract import Choice, batches

PAGES = 60


@pytest.fixture
def site(settings, database):
    return gathered(settings, database)


def reextract(*arguments, code=0):
    result = CliRunner().invoke(app, ["reextract", *arguments], prog_name="otchet")
    assert result.exit_code == code, result.stderr
    return result


def counts(*arguments, code=0):
    (line,) = reextract("--json", *arguments, code=code).stdout.splitlines()
    return json.loads(line)["counts"]


def make_stale(site, where="1"):
    """What was read is from an earlier version; and a figure of it was read wrongly."""
    with sqlite3.connect(site.settings.home / "otchet.db") as tables:
        tables.execute(f"UPDATE document SET rules = 'old', title = 'старо' WHERE {where}")


def test_what_is_current_is_left_alone(site):
    before = everything(site.settings)
    assert counts()["documents"] == 0
    assert everything(site.settings) == before
    # A run is noted, as that of a harvest.
    assert [row["command"] for row in rows(site.settings, "run")] == ["reextract"]


def test_all_reads_everything_and_changes_nothing(site, tmp_path):
    runner = CliRunner()
    assert runner.invoke(app, ["export", str(tmp_path / "before"), "--stable"]).exit_code == 0
    before = everything(site.settings)
    assert counts("--all")["documents"] == 2
    assert counts("--all", "--jobs", "2")["documents"] == 2
    assert everything(site.settings) == before
    assert runner.invoke(app, ["export", str(tmp_path / "after"), "--stable"]).exit_code == 0
    for file in sorted((tmp_path / "before").iterdir()):
        assert file.read_bytes() == (tmp_path / "after" / file.name).read_bytes(), file.name


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_an_earlier_version_read_is_read_again(site, jobs):
    before = everything(site.settings)
    make_stale(site)
    assert counts("--jobs", jobs)["documents"] == 2
    assert everything(site.settings) == before


def test_no_network_is_asked(site, monkeypatch):
    make_stale(site)

    def refuse(*_):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert counts("--jobs", "1")["documents"] == 2


def test_since_takes_what_was_fetched_then_or_later(site, settings, database):
    make_stale(site)
    with sqlite3.connect(settings.home / "otchet.db") as tables:
        tables.execute("UPDATE snapshot SET fetched_at = '2025-03-31 20:59:59' WHERE address LIKE '%.pdf'")
    assert len(batches(database, site.recipe, Choice())[0].snapshots) == 2
    # 31.03.2025 23:59:59 in Bulgaria: before April.
    assert counts("--since", "2025-04")["documents"] == 1
    assert counts("--since", "31.03.2025")["documents"] == 1
    assert counts("--since", "2025-03-31")["documents"] == 0
    assert counts("--since", "2026", "--all")["documents"] == 1


def test_lists_are_no_documents(site, settings, database):
    later = Site(settings, database, run="aaaabbbbcccc")
    later.keep("/bg/novini", b'<a href="/bg/novini/x">x</a>')
    later.read()
    assert counts("--all")["documents"] == 2


def test_what_the_archive_lost_is_told_and_the_rest_is_read(site):
    make_stale(site)
    snapshot = site.snapshots(FILE)[0]
    path = Path(site.settings.archive) / snapshot.archive_file
    data = bytearray(path.read_bytes())
    data[snapshot.archive_offset + 900 : snapshot.archive_offset + 910] = b"\xff" * 10
    path.write_bytes(data)
    result = reextract(code=3)
    assert "lyaskovets\tpartial\t1\t" in result.stdout
    assert "cannot be read" in result.stderr


def test_one_documents_trouble_costs_one_document(settings, database, monkeypatch):
    site = Site(settings, database)
    site.keep(PAGE, story())
    site.keep("/bg/novini/drugi-domove", story().replace(b"<article>", b"<article><!-- mistake -->"))
    site.read()
    make_stale(site)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.setattr(reader_pool, "READER", "hostile_reader")
    monkeypatch.setenv("OTCHET_READER_MEMORY", "1025")  # readers of their own
    told = counts("--jobs", "1", code=3)
    assert (told["documents"], told["unreadable"]) == (1, 1)


def test_a_site_without_a_recipe_is_left_out_and_told(site):
    with sqlite3.connect(site.settings.home / "otchet.db") as tables:
        tables.execute("INSERT INTO source (code, name, home) VALUES ('gone', 'Община', 'http://gone.test/')")
    result = reextract(code=3)
    assert "gone: it has no recipe" in result.stderr
    assert reextract("lyaskovets").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["sofia"], "'sofia'"),
        (["--since", "вчера"], "--since: 'вчера' is no date"),
        (["--jobs", "-1"], "jobs"),
    ],
)
def test_wrong_usage(site, arguments, says):
    assert says in reextract(*arguments, code=2).stderr


def test_ctrl_c_leaves_whole_documents_and_the_next_one_goes_on(settings, database):
    site = Site(settings, database)
    long = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES * 6).encode()
    for number in range(PAGES):
        page = story(f"{number + 10} 000 лв.")
        site.keep(f"/bg/novini/n-{number}", page.replace(b"</article>", long + b"</article>"))
    site.read()
    before = everything(settings)
    make_stale(site)
    command = [sys.executable, "-m", "flows.cli", "reextract", "--jobs", "2"]
    process = subprocess.Popen(
        command, env=os.environ | {"OTCHET_HOME": str(settings.home)}, stderr=subprocess.PIPE, start_new_session=True
    )
    end = time.monotonic() + 240

    def stale():
        with sqlite3.connect(settings.home / "otchet.db") as tables:
            return tables.execute("SELECT count(*) FROM document WHERE rules = 'old'").fetchone()[0]

    while stale() == PAGES and time.monotonic() < end:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, complaints = process.communicate(timeout=120)
    left = stale()
    assert process.returncode == 130, complaints.decode()
    assert complaints.decode().count("\n") == 1  # no tracebacks of the processes that read
    assert "interrupted" in complaints.decode()
    assert 0 < left < PAGES
    # Each document is as it was, or as it is now.
    assert {(row["rules"] == "old") == (row["title"] == "старо") for row in rows(settings, "document")} == {True}
    assert counts("--jobs", "1")["documents"] == left
    assert everything(settings) == before
    assert site.snapshots("/bg/novini/n-1")
    assert not site.snapshots(PAGE)


def test_a_database_without_anything_is_no_failure(settings, database):
    assert "0 documents read" in reextract().stdout
