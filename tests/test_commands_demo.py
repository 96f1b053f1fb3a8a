"""``otchet demo`` through the installed command: a newcomer's first minutes, and a harvest broken off in the middle."""

import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pandas
import pytest
from frictionless import Package

OTCHET = Path(sys.executable).with_name("otchet")
PATIENCE = 300


def environment():
    dropped = ("OTCHET_", "PREFECT_")
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)}


def otchet(folder, *arguments):
    return subprocess.run(
        [OTCHET, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env=environment(),
        timeout=PATIENCE,
    )


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The folder in which a newcomer typed one command, and what came of it."""
    folder = tmp_path_factory.mktemp("newcomer")
    return folder, otchet(folder, "demo")


def test_it_prints_projects_and_numbers_with_their_sentences(shown):
    folder, result = shown
    assert result.returncode == 0, result.stderr
    assert re.search(r"^\d\d+ projects", result.stdout, re.MULTILINE)
    assert "Кубрат" in result.stdout
    evidence = result.stdout.split("more, most of them")[1]
    assert evidence.count(" planned\n") >= 3
    assert evidence.count(" reported\n") >= 3
    assert len(re.findall(r"^ +«.*\d.*»$", evidence, re.MULTILINE)) >= 6
    assert [path.name for path in folder.iterdir()] == ["otchet-data"]
    assert [path.name for path in (folder / "otchet-data").iterdir()] == ["demo"]


def test_it_says_what_it_waits_for_and_its_errors_are_no_tracebacks(shown):
    _, result = shown
    assert "Prefect" in result.stderr
    assert "Traceback" not in result.stderr
    assert "Warning" not in result.stderr


def test_what_it_says_to_try_next_works_as_it_is_pasted(shown):
    folder, result = shown
    lines = [
        line.strip() for line in result.stdout.split("What to try next")[1].splitlines() if line.startswith("    ")
    ]
    assert len(lines) == 5
    for line in lines:
        if line.endswith(" serve"):
            continue
        done = subprocess.run(
            ["bash", "-c", line], capture_output=True, text=True, cwd=folder, env=environment(), timeout=PATIENCE
        )
        assert done.returncode == 0, f"{line}: {done.stderr}"
        assert done.stdout.strip()
    search, show, export = lines[:3]
    assert " search асистент" in search
    assert "-" in show.split(" show ")[1]
    assert list((folder / export.split(" export ")[1]).glob("*.parquet"))


def test_search_finds_another_form_of_the_word(shown):
    folder, _ = shown
    done = otchet(folder, "--home", "otchet-data/demo", "search", "асистент", "--json", "--limit", "100")
    found = {figure["document"]["key"] for line in done.stdout.splitlines() for figure in json.loads(line)["figures"]}
    with contextlib.closing(sqlite3.connect(folder / "otchet-data" / "demo" / "otchet.db")) as database:
        texts = {key: text.casefold() for key, text in database.execute("SELECT key, text FROM document")}
    forms = [set(re.findall(r"(?<!\w)асистент\w*", texts[key])) for key in found]
    assert any("асистентите" in form for form in forms)
    assert any(form and "асистент" not in form for form in forms)


def test_show_tells_every_claim_of_a_series(shown):
    folder, _ = shown
    done = otchet(folder, "--home", "otchet-data/demo", "show", "BG05M9OP001-2.002-0003", "--json")
    project = json.loads(done.stdout)
    assert project["municipality_name"] == "Кубрат"
    assert {"planned", "reported"} <= {claim["stage"] for claim in project["claims"]}
    assert len({claim["document"]["address"] for claim in project["claims"]}) >= 3
    spent = [claim for claim in project["claims"] if claim["role"] == "spent"]
    assert "498248.45" in {claim["value"] for claim in spent}
    assert all(claim["quote"] in claim["sentence"] for claim in spent)


def test_the_export_is_opened_by_others_and_has_every_row(shown):
    folder, _ = shown
    done = otchet(folder, "--home", "otchet-data/demo", "export", "tables", "--json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["rows"]
    report = Package(str(folder / "tables" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "message"])
    singular = {"figures": "figure", "documents": "document", "projects": "project", "claims": "claim"}
    with contextlib.closing(sqlite3.connect(folder / "otchet-data" / "demo" / "otchet.db")) as database:
        for table, kept in singular.items():
            (count,) = database.execute(f"SELECT count(*) FROM {kept}").fetchone()
            opened = pandas.read_csv(folder / "tables" / f"{table}.csv", dtype=str, keep_default_na=False)
            assert len(opened) == count == rows[table] > 0
        stored = dict(database.execute("SELECT key, value FROM figure"))
    figures = pandas.read_csv(folder / "tables" / "figures.csv", dtype=str, keep_default_na=False)
    assert dict(zip(figures["key"], figures["value"], strict=True)) == stored


def test_the_served_page_answers_a_search_with_a_figure_and_its_sentence(shown):
    folder, _ = shown
    process = subprocess.Popen(
        [OTCHET, "--home", "otchet-data/demo", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environment(),
    )
    try:
        address = process.stdout.readline().split()[0]
        with urllib.request.urlopen(f"{address}?q=%D1%83%D1%81%D0%B2%D0%BE%D0%B5%D0%BD%D0%B8&role=spent") as answer:
            page = answer.read().decode()
        assert "<mark>" in page
        assert re.search(r"<blockquote[^>]*>[^<]*<mark>[^<]*\d[^<]*</mark>", page)
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            refused = otchet(folder, "--home", "otchet-data/demo", "serve", "--port", str(port))
        assert refused.returncode == 1
        assert f"port {port}" in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_a_second_time_nothing_is_new(shown):
    folder, _ = shown
    done = otchet(folder, "demo", "--json")
    assert done.returncode == 0, done.stderr
    summary, *projects = [json.loads(line) for line in done.stdout.splitlines()]
    assert summary["state"] == "done"
    assert {site["new"] for site in summary["sites"]} == {0}
    assert all(site["same"] > 0 for site in summary["sites"])
    assert len(projects) > 10


def test_ctrl_c_ends_it_in_one_line_and_leaves_no_process(tmp_path):
    process = subprocess.Popen(
        [OTCHET, "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment(),
        start_new_session=True,
    )
    database = tmp_path / "otchet-data" / "demo" / "otchet.db"
    deadline = time.monotonic() + PATIENCE
    while not database.exists() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process of the group
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, errors
    assert output == ""
    assert errors.splitlines()[-1].startswith("otchet: interrupted. What was stored before stays")
    assert "Traceback" not in errors
    assert [line for line in running() if str(tmp_path) in line] == []


def running():
    """The command lines of all processes, with their working folders."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            yield f"{words} {(folder / 'cwd').readlink()}"
