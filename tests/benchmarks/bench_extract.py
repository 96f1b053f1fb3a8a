"""A whole extraction beside dateparser's search and spaCy's stock tokenizer: CPU time, interleaved rounds, medians.

Run: ``python tests/benchmarks/bench_extract.py``. The texts are the gold announcements of 3,000 to 5,000 characters.
"""

import sys
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import spacy
from bench_readers import measured
from dateparser.search import search_dates

from corpus.gold import documents
from extractors import extract
from extractors.canonical import shadow

#: What is aimed at: at most these shares of the time of the other.
BOUNDS = {"dateparser.search_dates": 1 / 25, "spaCy's stock tokenizer": 0.75}


def main() -> int:
    """Measure and print; a ratio over its aim is said, not failed, for it is an aim."""
    texts = [one.text for one in documents() if 2_000 <= len(one.text) <= 5_000][:12]
    stock = spacy.blank("bg")
    turn = iter(range(10**9))

    def ours() -> None:
        # Another text each time: nothing is remembered from the round before.
        ending = " " * (next(turn) % 50)
        for text in texts:
            shadow.cache_clear()
            extract(text + ending)

    found = measured(
        {
            "extract": ours,
            "spaCy's stock tokenizer": lambda: [stock.make_doc(text) for text in texts],
            "dateparser.search_dates": lambda: [search_dates(text, languages=["bg"]) for text in texts[:2]],
        },
        {"extract": 3, "spaCy's stock tokenizer": 3},
    )
    each = {name: taken / (2 if name.startswith("dateparser") else len(texts)) for name, taken in found.items()}
    print(f"{len(texts)} announcements of {mean(map(len, texts)):.0f} characters on the average")
    for name, taken in each.items():
        print(f"{name:28} {taken:9.2f} ms a document  {1000 / taken:7.0f} documents a second")
    for name, bound in BOUNDS.items():
        ratio = each["extract"] / each[name]
        print(f"extract / {name:24} {ratio:7.3f}  (aim {bound:.3f}) {'reached' if ratio <= bound else 'not reached'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
