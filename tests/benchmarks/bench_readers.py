"""The readers beside the tools they stand on: CPU time, side by side in one process, medians of interleaved rounds.

A page of 60 kB from its bytes to its figures, PDF pages without tables; how much memory a thousand PDF pages leave
behind, every second with a ruled table; how many scanned pages are recognised in a minute, which is told, not judged.
Run: ``python tests/benchmarks/bench_readers.py``. Ends with 1 if a ratio or the memory is worse than its bound.
"""

import gc
import io
import logging
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pdfplumber
import pypdfium2
from bs4 import BeautifulSoup
from pages import Sheet, page_of_size, pdf_of_pages

from extractors import extract
from extractors.read_pdf import read_pdf
from extractors.read_scan import can_recognise
from extractors.reader import read

ROUNDS = 9
PAGES = 10
#: Pages read before memory is looked at and while it is; pages scanned; megabytes that may be left.
WARM, MANY, SCANNED, GROWTH = 100, 1_000, 4, 100


def bare_text(data: bytes) -> None:
    """Read a PDF's text with pypdfium2 alone."""
    file = pypdfium2.PdfDocument(data)
    for page in file:
        textpage = page.get_textpage()
        textpage.get_text_range()
        textpage.close()
        page.close()
    file.close()


def plumbed_text(data: bytes) -> None:
    """Read a PDF's text with pdfplumber."""
    with pdfplumber.open(io.BytesIO(data)) as file:
        for page in file.pages:
            page.extract_text()
            page.close()


def measured(calls: dict[str, Callable[[], object]], repeats: dict[str, int]) -> dict[str, float]:
    """Return milliseconds of CPU time of each call."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(ROUNDS):
        for name, call in calls.items():
            count = repeats.get(name, 1)
            start = time.process_time()
            for _ in range(count):
                call()
            times[name].append((time.process_time() - start) * 1000 / count)
    return {name: median(taken) for name, taken in times.items()}


def pdf_of_tables(count: int) -> bytes:
    """Make a file in which every second page holds a ruled table."""
    sheet = Sheet()
    for number in range(count):
        sheet.lines([f"Община Дъбово отчита проектите си, ред {line} на лист {number}." for line in range(30)], 60)
        if number % 2:
            rows = [
                ["Проект", "Стойност", "Край"],
                *([f"Проект {n}", f"{n}00 000 лв.", "31.12.2020"] for n in range(9)),
            ]
            sheet.table(rows, 60, 520, [180, 120, 100])
        sheet.next()
    return sheet.bytes()


def resident() -> float:
    """Return the megabytes of memory that this process holds; Linux tells it."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def growth() -> float:
    """Return how many megabytes are held after ``MANY`` pages of PDF more than before."""
    data = pdf_of_tables(WARM)
    read_pdf(data)
    gc.collect()
    before = resident()
    for _ in range(MANY // WARM):
        read_pdf(data)
    gc.collect()
    return resident() - before


def recognised() -> float:
    """Return how many scanned pages are read in a minute by one process, at 200 dots an inch."""
    from costumes.scan import scanned

    scan = scanned(pdf_of_pages(SCANNED), 200, 1)
    start = time.perf_counter()
    read(scan.data)
    return SCANNED / (time.perf_counter() - start) * 60


def main() -> int:
    """Measure, print, judge."""
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    html, pdf = page_of_size(60_000), pdf_of_pages(PAGES)
    found = measured(
        {
            "BeautifulSoup(lxml) parse": lambda: BeautifulSoup(html, "lxml"),
            "read, HTML": lambda: read(html),
            "read and extract, HTML": lambda: extract(read(html)[0]),
            "pypdfium2 text": lambda: bare_text(pdf),
            "read_pdf": lambda: read_pdf(pdf),
            "pdfplumber extract_text": lambda: plumbed_text(pdf),
        },
        {"read, HTML": 5, "read and extract, HTML": 3, "pypdfium2 text": 5, "read_pdf": 3},
    )
    for name, taken in found.items():
        pages = "" if "HTML" in name or "Soup" in name else f"  {taken / PAGES:7.2f} a page"
        print(f"{name:28} {taken:9.2f} ms{pages}")
    ratios = (
        ("HTML / BeautifulSoup parse", found["read, HTML"] / found["BeautifulSoup(lxml) parse"], 0.5),
        ("PDF / pypdfium2 text", found["read_pdf"] / found["pypdfium2 text"], 3.0),
        ("PDF / pdfplumber text", found["read_pdf"] / found["pdfplumber extract_text"], 1 / 25),
    )
    for name, ratio, bound in ratios:
        print(f"{name:28} {ratio:9.3f}  (bound {bound:.3f}) {'ok' if ratio <= bound else 'TOO SLOW'}")
    whole = found["read and extract, HTML"] / found["BeautifulSoup(lxml) parse"]
    print(f"{'HTML to figures / BS parse':28} {whole:9.3f}  (aim 0.5; the rules alone are timed by bench_extract)")
    left = growth()
    verdict = "ok" if left < GROWTH else "TOO MUCH"
    print(f"{f'memory left by {MANY} PDF pages':28} {left:9.1f} MB (bound {GROWTH}) {verdict}")
    print(f"{'scanned pages a minute':28} {recognised():9.1f}" if can_recognise() else "no Tesseract: no scan is timed")
    return int(left >= GROWTH or any(ratio > bound for _, ratio, bound in ratios))


if __name__ == "__main__":
    sys.exit(main())
