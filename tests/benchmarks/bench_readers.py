"""The readers beside the tools they stand on: CPU time, side by side in one process, medians of interleaved rounds.

Run: ``python tests/benchmarks/bench_readers.py``. Ends with 1 if a ratio is worse than its bound.
"""

import io
import logging
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
from pages import page_of_size, pdf_of_pages

from extractors.read_pdf import read_pdf
from extractors.reader import read

ROUNDS = 9
PAGES = 10


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


def main() -> int:
    """Measure, print, judge."""
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    html, pdf = page_of_size(60_000), pdf_of_pages(PAGES)
    found = measured(
        {
            "BeautifulSoup(lxml) parse": lambda: BeautifulSoup(html, "lxml"),
            "read, HTML": lambda: read(html),
            "pypdfium2 text": lambda: bare_text(pdf),
            "read_pdf": lambda: read_pdf(pdf),
            "pdfplumber extract_text": lambda: plumbed_text(pdf),
        },
        {"read, HTML": 5, "pypdfium2 text": 5, "read_pdf": 3},
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
    return int(any(ratio > bound for _, ratio, bound in ratios))


if __name__ == "__main__":
    sys.exit(main())
