"""One announcement, many costumes: whatever a gold document is dressed as, the same figures are found in it.

Every costume says what the plain text says and is compared with what is found in that, by kind, value, unit and role.
What is fair: hard wraps of the plain text are not kept, for each costume breaks its lines itself; a table that the
plain text draws with tabs, strokes or blanks is a table in the costume, cell by cell as the reader of plain text
divides it; chrome that was copied along with the text („Сподели“) stays in web pages and is left out of letters and
files, with its figures; the days that a page shows as its own stamps (published, changed, valid until) are no part of
the announcement and count on neither side.
"""

import os
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache
from random import Random

import pypdfium2
import pytest
from costumes.html import FAMILIES, web_page
from costumes.office import docx_file, xlsx_file
from costumes.pdf import LETTERS, pdf_file
from costumes.scan import scanned
from costumes.script import Script, agreement, said

from corpus.gold import documents
from corpus.score import Tally, match
from extractors import extract
from extractors.evidence import boxes_of
from extractors.read_scan import can_recognise
from extractors.reader import read
from models.packing import pack_layout

SEED = int(os.environ.get("OTCHET_SOAK_SEED", "1"))
SHARE = float(os.environ.get("OTCHET_SOAK_SHARE", "1"))
#: The least agreement (F1) of each kind of costume; the workbooks are few, and a single table is much of them.
FLOORS = {"html": 0.99, "docx": 0.99, "xlsx": 0.97, "pdf": 0.98, "scan": 0.93}
#: Documents of the quick test, those that are scanned in it, and how many pages of a third are scanned in the long one.
FEW, FEW_SCANS = 14, 2
needs_ocr = pytest.mark.skipif(not can_recognise(), reason="no Tesseract with Bulgarian and English on this machine")


@cache
def gold():
    return tuple(one for one in documents("dev") if one.id.startswith("dev-"))


def some(count, seed):
    return [Script.of(one) for one in Random(seed).sample(gold(), count)]


def sampled():
    """The scripts of the long test: all, or a share of them."""
    return some(max(20, round(len(gold()) * SHARE)), SEED)


@dataclass
class Table:
    """The agreement of each costume, what differs, and whatever was found of a page's chrome."""

    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    chrome: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    shares: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    places: Counter[str] = field(default_factory=Counter)

    def add(self, name, script, expected, found, values=frozenset()):
        told = agreement(expected, found)
        tally = self.tallies[name]
        tally.gold, tally.found, tally.right = (
            one + other
            for one, other in zip(
                (tally.gold, tally.found, tally.right), (told.gold, told.found, told.right), strict=True
            )
        )
        besides = found - expected
        own = {row[:3] for row in expected}
        self.chrome += [f"{script.id} as {name}: {row}" for row in besides if row[:3] in values and row[:3] not in own]
        if besides or expected - found:
            self.differences.append(f"{script.id} as {name}: -{list(expected - found)} +{list(besides)}")

    def store(self, name, document):
        """Note what the layout of a document takes beside its text, in bytes."""
        self.shares[name].append((len(pack_layout(document.layout).encode()), len(document.text.encode())))

    def share(self, name):
        packed, text = (sum(column) for column in zip(*self.shares[name], strict=True))
        return packed / text

    def check(self, capsys, floors=FLOORS):
        rows = [
            f"{name:32} {tally.gold:6} plain {tally.found:6} found {tally.right:6} alike  F1 {tally.f1:.4f}"
            for name, tally in self.tallies.items()
        ]
        rows += [f"{name:32} layout {self.share(name):.1%} of the text" for name in self.shares]
        rows += [f"{name:32} {count:6}" for name, count in sorted(self.places.items())]
        with capsys.disabled():
            sys.stdout.write("\n" + "\n".join(rows) + "\n")
        assert self.chrome == []
        low = {
            name: f"{tally.f1:.4f}" for name, tally in self.tallies.items() if tally.f1 < floors[name.partition(":")[0]]
        }
        assert low == {}, "\n".join(self.differences)


def dress_as_pages(script, table):
    for family in FAMILIES:
        page = web_page(script, family, SEED)
        (document,) = read(page.data)
        if script.published and not script.is_stamped:
            same = document.published == script.published
            table.places["the day of publication" if same else f"another day: {script.id} as {family.name}"] += 1
        figures = extract(document, document.published or script.published)
        for one in figures:
            assert document.text[one.start : one.end] == one.quote
        expected = script.expected(aside=True, days=page.days)
        table.add(f"html: {family.name}", script, expected, said(figures, page.days), page.chrome.values)


def dress_as_letters(script, table):
    for letter in LETTERS:
        sheet = pdf_file(script, letter, SEED)
        (document,) = read(sheet.data)
        assert document.incomplete is None
        figures = extract(document, script.published)
        expected = script.expected(aside=False)
        table.add(f"pdf: {letter.name}", script, expected, said(figures), sheet.chrome.values)
        table.store("pdf", document)
        table.places.update(
            "text under a box is the quote" if same else f"other text under a box: {script.id}, {quote}"
            for quote, same in quotes_under_boxes(document, sheet.data, figures)
        )


def quotes_under_boxes(document, data, figures):
    """Give each quote, and whether pdfium reads the same back from the boxes that are told."""
    file = pypdfium2.PdfDocument(data)
    places = boxes_of(document, data, [(one.start, one.end) for one in figures])
    for one, boxes in zip(figures, places, strict=True):
        words = ""
        for box in boxes:
            page = file[box.page - 1]
            height = page.get_height()
            words += page.get_textpage().get_text_bounded(
                box.x0 + 0.3, height - box.y1 + 1, box.x1 - 0.3, height - box.y0 - 1
            )
        yield one.quote, signs(words) == signs(one.quote)


def signs(text):
    """The letters and digits of a text: blanks, and the hyphen of a broken word, may differ."""
    return re.sub(r"[\W_]+", "", text).lower()


def dress_as_scans(script, table, letter, dpi):
    sheet = pdf_file(script, letter, SEED)
    scan = scanned(sheet.data, dpi, SEED)
    (plain,), (document,) = read(sheet.data), read(scan.data)
    before, figures = extract(plain, script.published), extract(document, script.published)
    name = f"scan: {dpi} dpi"
    table.add(name, script, script.expected(aside=False), said(figures), sheet.chrome.values)
    table.store("scan", document)
    pairs = [(a, b) for a, b in match(before, figures, same_text=False).pairs if signs(a.quote) == signs(b.quote)]
    old = boxes_of(plain, sheet.data, [(one.start, one.end) for one, _ in pairs])
    new = boxes_of(document, scan.data, [(one.start, one.end) for _, one in pairs])
    for (one, _), were, are in zip(pairs, old, new, strict=True):
        same = len(were) == len(are) and all(covers(b, scan.place(a)) for a, b in zip(were, are, strict=True))
        table.places["a scan's box lies on the words" if same else "a scan's box lies elsewhere"] += 1
        if not same:
            table.differences.append(f"{script.id} at {dpi} dpi: {one.quote} stood at {were}, lies at {are}")


def covers(box, place):
    """Whether a box of recognised words lies on the place where the words were drawn."""
    middle = (place.y0 + place.y1) / 2
    shared = min(box.x1, place.x1) - max(box.x0, place.x0)
    # the ink of a „1“ takes half of the room that the font gives it
    same = shared > 0.8 * (box.x1 - box.x0) and shared > 0.5 * (place.x1 - place.x0)
    return box.page == place.page and box.y0 - 3 < middle < box.y1 + 3 and same


def dress_as_files(script, table):
    filed = docx_file(script, SEED)
    (document,) = read(filed.data)
    figures = extract(document, script.published)
    table.add("docx", script, script.expected(aside=False), said(figures), filed.chrome.values)


def dress_as_workbook(script, table):
    data = xlsx_file(script)
    if data is not None:
        (document,) = read(data)
        assert document.incomplete is None
        table.add("xlsx", script, script.expected(aside=False), said(extract(document, script.published)))


def test_as_pages_of_many_sites(capsys):
    table = Table()
    for script in some(FEW, SEED):
        dress_as_pages(script, table)
    table.check(capsys)
    check_places(table)


def test_as_letters(capsys):
    table = Table()
    for script in some(FEW, SEED):
        dress_as_letters(script, table)
    table.check(capsys)
    check_places(table)
    assert table.share("pdf") <= 0.10


def check_places(table):
    right = sum(table.places[name] for name in ("text under a box is the quote", "the day of publication"))
    assert right >= 0.99 * sum(table.places.values()), table.places


@pytest.mark.ocr
@needs_ocr
def test_as_scans(capsys):
    table = Table()
    for dpi, script in zip((200, 300), some(FEW_SCANS, SEED), strict=True):
        dress_as_scans(script, table, LETTERS[0], dpi)
    table.check(capsys, FLOORS | {"scan": 0.85})  # of a dozen figures, one that is misread weighs much
    assert table.places["a scan's box lies elsewhere"] <= 0.03 * sum(table.places.values()), table.differences
    assert table.share("scan") <= 1.0


def test_as_files_of_word(capsys):
    table = Table()
    for script in some(FEW, SEED):
        dress_as_files(script, table)
    table.check(capsys)


def test_as_workbooks(capsys):
    """All that are tables with a few lines around them: 24 of them, in some seconds."""
    table = Table()
    for script in map(Script.of, gold()):
        dress_as_workbook(script, table)
    table.check(capsys)
    assert table.tallies["xlsx"].gold > 300


@pytest.mark.long
def test_all_as_pages_letters_and_files(capsys):
    table = Table()
    for script in sampled():
        dress_as_pages(script, table)
        dress_as_letters(script, table)
        dress_as_files(script, table)
    table.check(capsys)
    check_places(table)
    assert table.share("pdf") <= 0.10


@pytest.mark.long
@pytest.mark.ocr
@needs_ocr
def test_a_part_as_scans(capsys):
    """Every fourth document, for a page takes seconds; in one column, now and then in two."""
    table = Table()
    for number, script in enumerate(sampled()[::4]):
        dress_as_scans(script, table, LETTERS[0 if number % 4 else 2], (200, 300)[number % 2])
    table.check(capsys)
    assert table.places["a scan's box lies elsewhere"] <= 0.03 * sum(table.places.values()), table.differences
    assert table.share("scan") <= 1.0
