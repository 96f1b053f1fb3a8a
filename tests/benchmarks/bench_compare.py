"""otchet beside other tools on the same gold: quality and time in one run; writes the table that the README shows.

Run: ``python tests/benchmarks/bench_compare.py [--write]``. Tools that the project does not use run in an environment
of their own, ``build/others``. A tool is asked for what it claims to read alone, and is met half-way: its unit is not
asked; a full date is right where it begins as the gold date does; a price counts anywhere in the sentence given.
Ends with 1 where the plain baseline reads the test part too well: then the gold is too easy.
"""

import json
import re
import subprocess
import sys
import time
import venv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from dateparser.search import search_dates
from plain_baseline import read_plainly

from corpus.gold import GoldDocument, documents
from corpus.score import Score, match
from extractors import extract
from extractors.pipeline import run
from models.vocabulary import Kind

ROOT = Path(__file__).resolve().parents[2]
_OTHERS = Path(__file__).resolve().parent / "others"
_BEGIN, _END = "<!-- comparison -->", "<!-- end of comparison -->"
#: Where the plain baseline reads ``test`` better than this, the gold is too easy.
_TOO_EASY = {"value": 0.85, "role": 0.65}
_TUNED = {"DATE_ORDER": "DMY", "PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["month", "year"]}

#: kind, start, end, value; no place where the tool tells none.
Mention = tuple[str, int | None, int | None, str]


@dataclass(frozen=True)
class Row:
    """One line of the table: who, what of, how well, at what cost."""

    tool: str
    what: str
    precision: float
    recall: float
    ms: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def cells(self) -> list[str]:
        """The line as the table has it."""
        return [
            self.tool,
            self.what,
            *(f"{one:.2f}" for one in (self.precision, self.recall, self.f1)),
            f"{self.ms:.1f}",
        ]


def page(one: GoldDocument) -> str:
    """A page around an announcement, with no stamp but what the text has."""
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in one.text.splitlines() if line.strip())
    return f"<html><head><title>{escape(one.title)}</title></head><body>{paragraphs}</body></html>"


def others(gold: Sequence[GoldDocument]) -> dict[str, dict]:
    """Run the tools of ``build/others``, made where it is not there, over all texts."""
    home = ROOT / "build" / "others"
    python = home / "bin" / "python"
    needed = (_OTHERS / "requirements.txt").read_text("utf-8")
    stamp = home / "requirements.txt"
    if not stamp.exists() or stamp.read_text("utf-8") != needed:
        venv.create(home, clear=True)
        uv = ROOT / ".venv" / "bin" / "uv"
        subprocess.run(
            [uv, "pip", "install", "--quiet", "--python", python, "-r", _OTHERS / "requirements.txt"], check=True
        )
        stamp.write_text(needed, "utf-8")
    pages = json.dumps([{"text": one.text, "html": page(one)} for one in gold])
    ran = subprocess.run(
        [python, "-W", "ignore", _OTHERS / "run_others.py"], input=pages, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(ran.stdout)


def dates_of(text: str, settings: dict | None) -> list[Mention]:
    """dateparser's search; it tells no place, so its pieces are looked for one after another."""
    found: list[Mention] = []
    at = 0
    for piece, day in search_dates(text, languages=["bg"], settings=settings) or []:
        start = max(text.find(piece, at), 0)
        at = start + len(piece)
        found.append(("date", start, at, day.date().isoformat()))
    return found


def is_same(kind: str, gold: str, told: str) -> bool:
    """Compare a gold value and a tool's, units not asked."""
    if kind in ("date", "published"):
        return told.startswith(gold)
    try:
        return Decimal(told) == Decimal(gold)
    except InvalidOperation:
        return False


def judged(gold: Sequence[GoldDocument], mentions: Sequence[Iterable[Mention]], kind: str) -> tuple[float, float]:
    """Return precision and recall of one kind, one to one."""
    wanted = claimed = right = 0
    for one, told in zip(gold, mentions, strict=True):
        figures = [figure for figure in one.figures if str(figure.kind) == kind]
        rows = [row for row in told if row[0] == kind]
        wanted, claimed = wanted + len(figures), claimed + len(rows)
        for figure in figures:
            for row in rows:
                overlaps = row[1] is None or row[2] is None or (row[1] < figure.end and figure.start < row[2])
                if overlaps and is_same(kind, figure.value_text, row[3]):
                    rows.remove(row)
                    right += 1
                    break
    return right / claimed if claimed else 0.0, right / wanted if wanted else 0.0


def published(gold: Sequence[GoldDocument], told: Sequence[str | None]) -> tuple[float, float]:
    """Return precision and recall of the day of publication, over the announcements that tell it in their text."""
    wanted = claimed = right = 0
    for one, day in zip(gold, told, strict=True):
        days = {figure.value_text for figure in one.figures if figure.role == "published"}
        wanted += bool(days)
        claimed += bool(days) and day is not None
        right += day is not None and day in days
    return right / claimed if claimed else 0.0, right / wanted if wanted else 0.0


def timed(gold: Sequence[GoldDocument], read) -> tuple[list, float]:
    """Read every document; return what was found and the CPU milliseconds of one."""
    for one in gold[:3]:
        read(one)
    start = time.process_time()
    found = [read(one) for one in gold]
    return found, (time.process_time() - start) * 1000 / len(gold)


def rows_of(gold: Sequence[GoldDocument]) -> tuple[list[Row], dict[str, float]]:
    """Measure everything; return the table and the plain baseline's two scores."""
    rows: list[Row] = []
    plain: dict[str, float] = {}
    figures, ms = timed(gold, lambda one: extract(one.text, one.published))
    for name, read_figures, cost in (
        ("otchet", figures, ms),
        ("number, unit, nearest cue", *timed(gold, lambda one: read_plainly(one.text))),
    ):
        total = Score()
        for one, found in zip(gold, read_figures, strict=True):
            total.add(match(one.figures, found))
        rows.append(Row(name, "all figures", total.value.precision, total.value.recall, cost))
        rows.append(Row(name, "with role", total.role.precision, total.role.recall, cost))
        if name == "otchet":
            kept = [
                Row(name, f"{kind}s", total.kinds[kind].precision, total.kinds[kind].recall, cost)
                for kind in (Kind.AMOUNT, Kind.DATE, Kind.HEADCOUNT, Kind.DURATION)
            ]
        else:
            plain = {"value": total.value.f1, "role": total.role.f1}
    rows += kept
    for name, settings in (("dateparser search", None), ("dateparser search, tuned", _TUNED)):
        found, cost = timed(gold, lambda one, settings=settings: dates_of(one.text, settings))
        rows.append(Row(name, "dates", *judged(gold, found, "date"), cost))
    told = others(gold)
    for tool, name, kind in (
        ("price_parser", "price-parser, by sentence", "amount"),
        ("quantulum3", "quantulum3", "amount"),
        ("quantulum3", "quantulum3", "headcount"),
        ("quantulum3", "quantulum3", "duration"),
        ("recognizers_text", "Recognizers-Text (English)", "amount"),
        ("recognizers_text", "Recognizers-Text (English)", "date"),
    ):
        answer = told[tool]
        found = [[tuple(row) for row in document] for document in answer["mentions"]]
        rows.append(Row(name, f"{kind}s", *judged(gold, found, kind), answer["ms"] / len(gold)))
    days, cost = timed(gold, lambda one: run(one.text).user_data["published"])
    own = [day and day.isoformat() for day in days]
    rows.append(Row("otchet", "day of publication", *published(gold, own), cost))
    answer = told["htmldate"]
    theirs = [document[0][3] if document else None for document in answer["mentions"]]
    rows.append(Row("htmldate", "day of publication", *published(gold, theirs), answer["ms"] / len(gold)))
    return rows, plain


def table(rows: Sequence[Row]) -> str:
    """Return the rows as Markdown, those of one thing together."""
    order = list(dict.fromkeys(row.what for row in rows))
    lines = ["| what | tool | P | R | F1 | ms a document |", "| --- | --- | --- | --- | --- | --- |"]
    for what in order:
        for row in rows:
            if row.what == what:
                tool, what_told, *numbers = row.cells()
                lines.append(f"| {what_told} | {tool} | {' | '.join(numbers)} |")
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and with ``--write`` put the table into the README."""
    gold = documents("test")
    rows, plain = rows_of(gold)
    told = table(rows)
    print(f"{len(gold)} announcements of `test`, {sum(len(one.figures) for one in gold)} figures\n")
    print(told)
    if "--write" in sys.argv:
        readme = ROOT / "README.md"
        text = readme.read_text("utf-8")
        pattern = re.compile(f"{re.escape(_BEGIN)}.*?{re.escape(_END)}", re.DOTALL)
        assert pattern.search(text), f"README.md has no {_BEGIN}"
        readme.write_text(pattern.sub(lambda _: f"{_BEGIN}\n{told}\n{_END}", text), "utf-8")
    over = [name for name, limit in _TOO_EASY.items() if plain[name] > limit]
    for name in over:
        print(f"the plain baseline reaches {plain[name]:.2f} by {name} on test: the gold is too easy")
    return bool(over)


if __name__ == "__main__":
    sys.exit(main())
