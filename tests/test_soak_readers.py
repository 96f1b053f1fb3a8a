"""Thousands of broken files: each ends with documents or a reason, and the one who asked is as before."""

import gc
import os
import re
import shutil
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from archives import seven_zip
from mutations import mutated, write_samples

from flows.reader_job import ReaderJob
from flows.reader_pool import ReaderPool
from models.reader_limits import ReaderLimits

FILES = 3000
LIMITS = ReaderLimits(memory=1024, seconds=20)
SEED = os.environ.get("OTCHET_SOAK_SEED", "1")
SHARE = float(os.environ.get("OTCHET_SOAK_SHARE", "1"))


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder)
    if shutil.which("bsdtar"):
        data = seven_zip(tmp_path_factory.mktemp("packed"), ("a.txt", (folder / "text.txt").read_bytes()))
        (folder / "packed.7z").write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def pool():
    made = ReaderPool(LIMITS, 2)
    yield made
    made.close()


def handles_and_memory():
    gc.collect()
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return len(os.listdir("/proc/self/fd")), threading.active_count(), resident // 2**20  # noqa: PTH208


def play(pool, samples, numbers):
    """Read the broken files of these numbers; give what came of each and whatever must not be."""
    outcomes, wrong = Counter(), []

    def one(number):
        name, data = mutated(samples, SEED, number)
        begun = time.monotonic()
        answer = pool.read(data, ReaderJob(name=name, boxes=number % 5 == 0))
        spent = time.monotonic() - begun
        where = f"seed {SEED}, file {number} ({name})"
        if spent > 2 * LIMITS.seconds + 120:  # its own time, that of one before it, and a new process' start
            wrong.append(f"{where}: {spent:.0f} s")
        if answer.trace:
            wrong.append(f"{where}: {answer.problem}\n{answer.trace}")
        if answer.problem is None and not answer.documents:
            wrong.append(f"{where}: neither a document nor a reason")
        wrong.extend(
            f"{where}: a document without text or reason"
            for read in answer.documents
            if not read.document.text and not read.document.incomplete
        )
        reason = "read" if answer.problem is None else re.sub(r"[\d,]+", "#", answer.problem)
        outcomes[reason] += 1

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(one, numbers))
    return outcomes, wrong


def test_the_same_seed_gives_the_same_files(samples):
    assert [mutated(samples, "a", number) for number in range(60)] == [
        mutated(samples, "a", number) for number in range(60)
    ]
    assert mutated(samples, "a", 1) != mutated(samples, "b", 1)


def test_whole_samples_are_read_or_refused_as_what_they_are(pool, samples):
    told = {}
    for path in sorted(samples.iterdir()):
        answer = pool.read(path.read_bytes(), ReaderJob(name=path.name))
        assert answer.trace is None
        told[path.name] = answer.problem
    for name in ("page.html", "page-1251.html", "year.html", "letter.pdf", "table.pdf", "plain.pdf", "all.zip"):
        assert told[name] is None, told[name]
    for name in ("text.txt", "text-1251.txt", "text-utf16.txt"):
        assert told[name] is None, told[name]
    for name in ("letter.docx", "letter.odt", "letter.rtf", "sums.xlsx", "sums.xls", "sums.ods"):
        assert told[name] is None, told[name]
    assert (told["letter.doc"] is None) == bool(shutil.which("antiword") or shutil.which("soffice"))
    for name in ("old.rar", "new.rar", "packed.7z"):
        assert (told.get(name) is None) == bool(shutil.which("bsdtar"))


def test_broken_files_end_with_documents_or_a_reason(pool, samples):
    outcomes, wrong = play(pool, samples, range(FILES, FILES + 60))
    assert not wrong, "\n".join(wrong)
    assert outcomes["read"] > 10


@pytest.mark.long
def test_thousands_of_broken_files(pool, samples):
    count = max(60, round(FILES * SHARE))
    print(f"seed {SEED}: {count} files")  # noqa: T201 - to play it again
    play(pool, samples, range(FILES, FILES + 20))  # what is loaded with the first file stays loaded
    before = handles_and_memory()
    outcomes, wrong = play(pool, samples, range(count))
    after = handles_and_memory()
    print("\n".join(f"{times:5} {reason}" for reason, times in outcomes.most_common()))  # noqa: T201
    assert not wrong, "\n".join(wrong)
    assert outcomes["read"] > count / 10
    assert after[:2] == before[:2]
    assert after[2] - before[2] < 60, f"{before[2]} MB before, {after[2]} MB after"
