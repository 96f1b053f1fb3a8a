"""A file can end its reader's process; it cannot hurt the others, nor the one who asked."""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from local_web import LocalWeb
from site_of_tests import article, news_list, site_recipe
from stored import rows

from extractors.css import Selectors
from flows import read_batch, reader_pool, reader_process
from flows.harvest import harvest_sites
from flows.reader_job import ReadDocument, ReaderAnswer, ReaderJob
from flows.reader_pool import ReaderPool, ReadersClosed
from flows.reader_process import ReaderUnavailable
from models.document import Box, Document
from models.reader_limits import ReaderLimits
from models.settings import Settings, SettingsError
from models.vocabulary import Phase

TESTS = Path(__file__).parent
LIMITS = ReaderLimits(memory=512, seconds=2)


@pytest.fixture(autouse=True)
def _hostile_in_reach(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(TESTS))


@pytest.fixture
def pool():
    made = ReaderPool(LIMITS, 1, "hostile_reader")
    yield made
    made.close()


def said(pool, data):
    answer = pool.read(data.encode(), ReaderJob())
    return answer.problem or answer.documents[0].document.text


@pytest.mark.parametrize(
    ("trick", "reason"),
    [
        ("segfault", "the reader's process died of SIGSEGV"),
        ("kill", "the reader's process died of SIGKILL"),
        ("exit", "the reader's process ended itself with exit code 3"),
        ("sleep", "the reader took longer than 2 s"),
        ("regex", "the reader took longer than 2 s"),
        ("eat", "the reader's process used more than 512 MB"),
        ("eat-beside", "the reader's process used more than 512 MB"),
        ("close", "the reader's process died of SIGKILL"),
        ("lie", "the reader's process gave no answer that can be understood"),
        ("boast", "the reader's process gave no answer that can be understood"),
        ("talk", "it gives more than 64 MB of text and figures"),
    ],
)
def test_a_file_that_ends_its_reader_costs_itself(pool, trick, reason):
    assert said(pool, "before") == "before"
    first = said(pool, "!pid")
    assert said(pool, f"!{trick}") == reason
    assert said(pool, "after") == "after"
    assert said(pool, "!pid") != first


def test_a_library_that_does_not_look_whether_it_got_memory_costs_its_file(pool):
    # It writes to where no memory is, unless the watch is quicker.
    told = said(pool, "!eat-as-c")
    assert told in ("the reader's process used more than 512 MB", "the reader's process died of SIGSEGV")
    assert said(pool, "after") == "after"


def test_nothing_of_the_dead_is_left(pool, tmp_path, monkeypatch):
    # Other tests have readers at the same time, in the folder of all.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def state():
        gc.collect()
        handles = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
        return handles, threading.active_count(), len(list(Path(tempfile.gettempdir()).glob("otchet-reader-*")))

    assert said(pool, "before") == "before"
    before = state()
    for trick in ["segfault", "exit", "kill"] * 5:
        assert said(pool, f"!{trick}").startswith("the reader's process")
    assert said(pool, "after") == "after"
    assert state() == before
    (process,) = pool.processes()
    pool.close()
    assert not alive(process.pid)
    handles, threads, folders = state()
    assert (handles, threads, folders) < before


def test_of_many_files_on_many_threads_only_the_hostile_are_lost():
    pool = ReaderPool(LIMITS, 2, "hostile_reader")
    files = [f"!{('segfault', 'exit', 'kill')[number % 3]}" if number % 7 == 0 else str(number) for number in range(60)]
    try:
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda file: said(pool, file), files))
        assert [answer for answer in answers if answer.isdigit()] == [file for file in files if file.isdigit()]
        assert len(pool.processes()) <= 2
    finally:
        pool.close()


def test_one_that_ends_while_it_has_nothing_to_do_costs_no_file(pool):
    said(pool, "before")
    (process,) = pool.processes()
    os.kill(process.pid, signal.SIGKILL)
    assert said(pool, "after") == "after"


def test_a_worn_process_is_replaced(pool, monkeypatch):
    monkeypatch.setattr(reader_process, "MOST_FILES", 2)
    pids = [said(pool, "!pid") for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_a_process_that_has_grown_is_replaced(pool, monkeypatch):
    monkeypatch.setattr(reader_process, "MOST_KEPT", 0.001)
    assert said(pool, "!pid") != said(pool, "!pid")


def test_a_reader_that_cannot_start_is_no_fault_of_a_file():
    pool = ReaderPool(LIMITS, 1, "no_such_reader")
    with pytest.raises(
        ReaderUnavailable, match="does not start: ModuleNotFoundError: No module named 'no_such_reader'"
    ):
        said(pool, "file")
    assert pool.processes() == []


def test_a_closed_pool_says_nothing_of_the_file(pool):
    said(pool, "before")
    with ThreadPoolExecutor(2) as threads:
        reading, waiting = threads.submit(said, pool, "!sleep"), threads.submit(said, pool, "after")
        time.sleep(0.3)
        pool.close()
        for one in (reading, waiting):
            with pytest.raises(ReadersClosed):
                one.result(10)


def test_a_reader_has_no_network(pool):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        answer = said(pool, f"!connect {port}")
        (process,) = pool.processes()
        assert answer == "refused" or (process.walls["network"], answer) == ("guard", "the system connected")


def test_a_reader_knows_no_secrets(pool, monkeypatch):
    monkeypatch.setenv("OTCHET_DATABASE_URL", "postgresql://reader:secret@db.example/otchet")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    told = said(pool, "!environment")
    assert "secret" not in told
    assert "OTCHET_" not in told


def test_a_reader_writes_in_its_own_folder_which_is_emptied_and_removed(pool, tmp_path):
    assert said(pool, "!litter") == "written['litter']"
    assert said(pool, "!litter") == "written['litter']"
    assert said(pool, "!large") == "File too large"
    folder = Path(json.loads(said(pool, "!environment"))["TMPDIR"])
    assert list(folder.iterdir()) == []
    (process,) = pool.processes()
    if process.walls["files"] == "landlock":
        assert said(pool, f"!write {tmp_path / 'elsewhere'}") == "PermissionError"
        assert said(pool, "!write /dev/null") == "written"
    pool.close()
    assert not folder.exists()


def test_folders_of_owners_that_were_killed_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, fresh = tmp_path / "otchet-reader-left", tmp_path / "otchet-reader-fresh"
    for folder in (left, fresh):
        folder.mkdir()
    (left / "page.png").write_bytes(b"x")
    os.utime(left, (1, 1))
    held = ReaderPool(LIMITS, 1, "hostile_reader")
    own = Path(json.loads(said(held, "!environment"))["TMPDIR"])
    os.utime(own, (1, 1))
    ReaderPool(LIMITS, 1, "hostile_reader")
    assert sorted(tmp_path.iterdir()) == sorted([own, fresh])
    held.close()


OWNER = """
import sys, threading
from flows.reader_job import ReaderJob
from flows.reader_pool import readers, end_readers
from flows import reader_pool
from models.reader_limits import ReaderLimits
reader_pool.READER = "hostile_reader"
pool = readers(ReaderLimits(memory=512, seconds=300))
# The thread that started the process ends: the process must not end with it.
thread = threading.Thread(target=lambda: pool.read(b"before", ReaderJob()))
thread.start(); thread.join()
print(pool.processes()[0].pid, flush=True)
pool.read(sys.argv[1].encode(), ReaderJob())
"""


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("trick", ["!regex", "!sleep"])
def test_a_reader_ends_with_its_owner(trick, number):
    environment = os.environ | {"PYTHONPATH": f"{TESTS.parent}{os.pathsep}{TESTS}"}
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, trick],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    reader = int(owner.stdout.readline())
    time.sleep(0.3)
    assert alive(reader)
    owner.send_signal(number)
    owner.communicate(timeout=20)
    end = time.monotonic() + 5
    while alive(reader):
        assert time.monotonic() < end, "the reader outlives its owner"
        time.sleep(0.02)


def test_jobs_and_answers_come_through_whole():
    job = ReaderJob(
        "a.html",
        "text/html",
        "http://a.test/",
        datetime(2026, 1, 2, tzinfo=UTC),
        Selectors(article="main"),
        "Т",
        "вчера",
    )
    assert ReaderJob.load(job.dump()) == job
    document = Document("broken \ud800 sign", title="\udcff", published=date(2020, 1, 2), part="a", derived=True)
    answer = ReaderAnswer((ReadDocument(document, (), Phase.START, date(2020, 1, 3), ((Box(1, 0.5, 1, 2, 3),),)),))
    assert ReaderAnswer.load(answer.dump()) == answer
    for wrong in (b"[]", b"{}", b'{"documents": [1]}', b"\xff", b"[" * 100_000):
        with pytest.raises(ValueError):  # noqa: PT011
            ReaderAnswer.load(wrong)


@pytest.mark.parametrize("value", ["0", "-5", "1e9", "two", "100", "9" * 30])
def test_a_limit_that_is_none_is_told(value):
    with pytest.raises(SettingsError, match="OTCHET_READER_MEMORY is"):
        Settings.read({"OTCHET_READER_MEMORY": value})


def test_limits_are_read_from_the_environment():
    settings = Settings.read({"OTCHET_READER_MEMORY": " 1024 ", "OTCHET_READER_SECONDS": "30"})
    assert settings.readers == ReaderLimits(1024, 30)


def test_extract_tells_what_a_file_did_to_its_reader_and_reads_the_others(tmp_path):
    news = "Проект № BG05M9OP001-2.002-9003-C01 е на стойност 375 000 лв. "
    (tmp_path / "long.txt").write_text(news * 40_000, "utf-8")
    (tmp_path / "short.txt").write_text(news, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "extract", "long.txt", "short.txt", "--json"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(TESTS.parent), "OTCHET_READER_SECONDS": "2"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    first, second = map(json.loads, done.stdout.splitlines())
    assert first == {"file": "long.txt", "error": "the reader took longer than 2 s"}
    assert [one["value"] for one in second["figures"]] == ["BG05M9OP001-2.002-9003-C01", "375000.00"]
    assert not list(tmp_path.glob("otchet-reader-*"))


def test_a_wrong_limit_is_one_line(tmp_path):
    (tmp_path / "a.txt").write_text("x", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "extract", "a.txt"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(TESTS.parent), "OTCHET_READER_MEMORY": "lots"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "OTCHET_READER_MEMORY is 'lots'; use a whole number from 512 to 1,048,576" in done.stderr


def test_a_file_that_ended_its_reader_is_not_tried_again_before_the_next_version(settings, tmp_path, monkeypatch):
    web = LocalWeb()
    web["kubrat.test/news/"] = news_list("/news/start.html", "/news/end.html")
    web["kubrat.test/news/start.html"] = article("Старт", "Проект № BG05M9OP001-2.005-9001-C01 за 120 000 лв.")
    web["kubrat.test/news/end.html"] = article("Приключи", "<!-- hang -->", "Усвоени са 118 500,50 лв.")
    kubrat = site_recipe(tmp_path / "recipes")
    hostile = replace(settings, readers=ReaderLimits(1024, 3))
    asked = []
    real = ReaderPool.read

    def read(pool, data, job):
        asked.append(job.address.rpartition("/")[2])
        return real(pool, data, job)

    monkeypatch.setattr(ReaderPool, "read", read)
    monkeypatch.setattr(reader_pool, "READER", "hostile_reader")
    reader_pool.end_readers()
    try:
        first = harvest_sites(hostile, [kubrat], ports={"kubrat.test": web.port})
        assert sorted(asked) == ["end.html", "start.html"]
        assert (first.state.value, first.counts["documents"], first.counts["unreadable"]) == ("partial", 1, 1)
        documents = {
            row["address"].rpartition("/")[2]: (row["state"], row["reason"]) for row in rows(settings, "document")
        }
        assert documents["end.html"] == ("unreadable", "the reader took longer than 3 s")
        assert documents["start.html"][0] == "read"
        (finding,) = rows(settings, "finding")
        assert finding["message"] == "http://kubrat.test/news/end.html: the reader took longer than 3 s"

        asked.clear()
        assert harvest_sites(hostile, [kubrat], ports={"kubrat.test": web.port}).counts["documents"] == 0
        assert asked == []

        monkeypatch.setattr(read_batch, "READER_VERSION", "next")
        reader_pool.end_readers()
        monkeypatch.setattr(reader_pool, "READER", "flows.reader_work")
        assert harvest_sites(hostile, [kubrat], ports={"kubrat.test": web.port}).counts["documents"] == 2
        assert sorted(asked) == ["end.html", "start.html"]
        assert {row["resolved"] for row in rows(settings, "finding")} <= {"1", "True"}
    finally:
        web.close()
        reader_pool.end_readers()
