"""A whole extraction beside dateparser's search and spaCy's stock tokenizer: CPU time, interleaved rounds, medians.

Run: ``python tests/benchmarks/bench_extract.py``. The texts are gold announcements of some 3.7 thousand characters; a
folder of other announcements (``*.txt``) may be named instead. Then: how time grows with length, what ``nlp.pipe``
costs, and how long lexicon and pipeline take to load beside spaCy's own import.
"""

import subprocess
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
#: A character of a long document may take this much longer than one of a short one.
GROWTH = 1.3
#: Seconds for lexicon and pipeline, spaCy's import apart.
LOADING = 0.3
_LOAD = """
import time, spacy
begun = time.process_time()
from extractors import extract
extract("Проект BG05M9OP001-2.040-9001-C01 приключи на 17.10.2017 г.")
print(time.process_time() - begun)
"""


def announcements() -> list[str]:
    """The twelve gold texts nearest to the length of a common announcement, or those of a folder."""
    if len(sys.argv) > 1:
        return [path.read_text("utf-8") for path in sorted(Path(sys.argv[1]).glob("*.txt"))]
    return [one.text for one in sorted(documents(), key=lambda one: abs(len(one.text) - 3_700))[:12]]


def said(what: str, ratio: float, bound: float) -> str:
    """One line of the report."""
    return f"{what:46} {ratio:7.3f}  (aim {bound:.3f}) {'reached' if ratio <= bound else 'not reached'}"


def main() -> int:
    """Measure and print; a ratio over its aim is said, not failed, for it is an aim."""
    texts = announcements()
    stock, ours_in_spacy = spacy.blank("bg"), spacy.blank("bg")
    ours_in_spacy.add_pipe("otchet")
    turn = iter(range(10**9))

    def fresh() -> list[str]:
        # Another text each time: nothing is remembered from the round before.
        shadow.cache_clear()
        return [text + " " * (next(turn) % 50) for text in texts]

    found = measured(
        {
            "extract": lambda: [extract(text) for text in fresh()],
            "nlp.pipe with otchet": lambda: list(ours_in_spacy.pipe(fresh())),
            "spaCy's stock tokenizer": lambda: [stock.make_doc(text) for text in fresh()],
            "dateparser.search_dates": lambda: [search_dates(text, languages=["bg"]) for text in texts[:2]],
        },
        {"extract": 3, "nlp.pipe with otchet": 3, "spaCy's stock tokenizer": 3},
    )
    each = {
        name: taken / (min(2, len(texts)) if name.startswith("dateparser") else len(texts))
        for name, taken in found.items()
    }
    figures = sum(len(extract(text)) for text in texts)
    print(
        f"{len(texts)} announcements of {mean(map(len, texts)):.0f} characters with {figures / len(texts):.1f} figures"
    )
    for name, taken in each.items():
        print(f"{name:28} {taken:9.2f} ms a document  {1000 / taken:7.0f} documents a second")
    for name, bound in BOUNDS.items():
        print(said(f"extract / {name}", each["extract"] / each[name], bound))

    short = "\n\n".join(texts)[:4_000]
    long = (short + "\n\n") * (1_000_000 // len(short))
    grown = measured(
        {"short": lambda: [extract(short + " " * n) for n in range(50)], "long": lambda: extract(long)}, {}
    )
    ratio = (grown["long"] / len(long)) / (grown["short"] / 50 / len(short))
    print(said("a character of 1 MB / one of 4 kB", ratio, GROWTH))

    loads = [
        float(subprocess.run([sys.executable, "-c", _LOAD], stdout=subprocess.PIPE, text=True, check=True).stdout)
        for _ in range(3)
    ]
    print(said("seconds to load, spaCy's import apart", sorted(loads)[1], LOADING))
    return 0


if __name__ == "__main__":
    sys.exit(main())
