"""Bombs: each is refused with its reason, or read in part and said to be; and each in its time."""

import re
import time

import pytest
from archives import rar5
from bombs import (
    BILLION,
    ENTITY,
    NEWS,
    TEXT,
    docx,
    html,
    nested_zip,
    overlapping_zip,
    pdf,
    pdf_object_stream,
    pdf_of_many_pages,
    pdf_page,
    png,
    stream,
    tiff_in_a_circle,
    word_xml,
    zipped,
)
from office import docx as office_docx
from office import odf, xlsx

from extractors.read_scan import can_recognise
from flows.reader_job import ReaderJob
from flows.reader_pool import ReaderPool
from models.reader_limits import ReaderLimits

LIMITS = ReaderLimits(memory=1024, seconds=60)
MEMORY = "the reader's process used more than 1,024 MB"
NO_WORDS = "there is no text layer|has no text layer"
PAGE = f"<p>{NEWS}</p>"
IMAGE = b"/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Width %d/Height %d"
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
LEAF = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"


@pytest.fixture(scope="module")
def pool():
    made = ReaderPool(LIMITS, 1)
    yield made
    made.close()


def read(pool, data, **known):
    begun = time.monotonic()
    answer = pool.read(data, ReaderJob(**known))
    assert time.monotonic() - begun < LIMITS.seconds + 10
    assert answer.trace is None, answer.trace
    return answer


def told(answer):
    """Everything that is said to be wrong."""
    return "; ".join(filter(None, [answer.problem, *(one.document.incomplete for one in answer.documents)]))


def scan_of(width, height, box, content=b"\xf0" * 10_000):
    """A page of that box whose only content is an image of that size."""
    place = b"q %s 0 0 %s 0 0 cm /I Do Q" % tuple(box.split()[2:])
    return pdf_page(stream(place), box, b"/XObject<</I 6 0 R>>", [stream(content, IMAGE % (width, height))])


#: What takes a gigabyte of memory, or many seconds, before it is told.
SLOW = {
    "a page of thirty million operators",
    "a form that draws itself, twice",
    "content deflated thrice",
    "a row a million times",
    "a ZIP of 50 MB of noughts",
    "a text of 100 MB in one line",
}


def named(bombs):
    return [pytest.param(name, marks=[pytest.mark.long] if name in SLOW else []) for name in bombs]


#: What a bomb is, its bytes, and what must be said of it.
REFUSED = {
    "a ZIP of 50 MB of noughts": (lambda: zipped([("a.txt", b"0" * 50_000_000)]), "more than 200 times its size"),
    "a ZIP in a ZIP, 40 deep": (lambda: nested_zip(40), "an archive in an archive"),
    "a ZIP of 20,000 files": (lambda: zipped([(f"{n}", b"x") for n in range(20_000)]), "20,000 files, more than"),
    "a ZIP whose files are one": (lambda: overlapping_zip(199), "damaged in its archive|more than 200 times its size"),
    "a billion laughs in SVG": (
        lambda: (BILLION.format(root="svg") + '<svg xmlns="http://www.w3.org/2000/svg">&j;</svg>').encode(),
        "XML file|SVG",
    ),
    "a billion laughs in a feed": (
        lambda: (BILLION.format(root="rss") + "<rss><channel><title>&j;</title></channel></rss>").encode(),
        "XML file",
    ),
    "a page tree that is its own branch": (
        lambda: pdf([CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000>>"]),
        "none of its pages can be read|cannot be opened",
    ),
    "a page tree of 20,000 branches": (
        lambda: pdf([CATALOG, *[b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (n + 3) for n in range(20_000)]]),
        "none of its pages can be read|cannot be opened",
    ),
    "lists in lists, half a million deep": (lambda: pdf([CATALOG, b"[" * 500_000]), "cannot be opened"),
    "a page tree that boasts": (
        lambda: pdf([CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 2147483647>>", LEAF]),
        NO_WORDS,
    ),
    "an index that leads to itself": (
        lambda: pdf([CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", LEAF], prev=-1),
        NO_WORDS,
    ),
    "an object stream of 600 MB": (lambda: pdf_object_stream(600_000_000), MEMORY),
    "a page of thirty million operators": (lambda: pdf_page(stream(b"q " * 30_000_000)), MEMORY),
    "a form that draws itself, twice": (
        lambda: pdf_page(
            stream(b"/X Do " + TEXT),
            more=b"/XObject<</X 6 0 R>>",
            extra=[
                stream(
                    b"/X Do /X Do",
                    b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>",
                )
            ],
        ),
        MEMORY,
    ),
    "a text of 100 MB in one line": (lambda: b"a" * 100_000_000, "100,000,000 bytes, more than"),
    "a page of 20 MB": (lambda: html("<p>" * 7_000_000), "bytes, more than"),
    "a page that is a script": (lambda: html("<script>" * 100_000 + PAGE), "no text"),
}


@pytest.mark.parametrize("name", named(REFUSED))
def test_a_bomb_is_refused_with_its_reason(pool, name):
    make, reason = REFUSED[name]
    answer = read(pool, make(), name="отчет")
    assert re.search(reason, told(answer)), told(answer)
    assert not any(one.document.text for one in answer.documents)


@pytest.mark.skipif(not can_recognise(), reason="no Tesseract with Bulgarian and English on this machine")
@pytest.mark.ocr
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: scan_of(60_000, 60_000, b"0 0 595 842"), NO_WORDS),
        (lambda: scan_of(100, 100, b"0 0 1008000 1008000"), NO_WORDS),
        (lambda: scan_of(100, 100, b"0 0 1008000 0.001"), NO_WORDS),
        (lambda: png(60_000, 60_000, bytes(100_000)), "more than the 80,000,000 dots"),
        (lambda: png(80_000_000, 1, bytes(80_000_001)), "a side of more than 65,500 is not read"),
        (lambda: png(8_900, 8_900, bytes(8_901 * 8_900)), NO_WORDS),
        (tiff_in_a_circle, NO_WORDS),
    ],
    ids=["huge image", "14,000 inches", "a thread", "60,000 dots wide", "a line of dots", "a black picture", "circle"],
)
def test_a_picture_that_boasts_is_refused_with_its_reason(pool, make, reason):
    answer = read(pool, make())
    assert re.search(reason, answer.problem), answer.problem


#: What a bomb is, its bytes, and what is said to be left out; its text is read.
IN_PART = {
    "a PDF of 10,000 pages": (lambda: pdf_of_many_pages(10_000), "only the first 3,000 of 10,000 pages are read"),
    "a map of 200,000 lines": (
        lambda: pdf_page(stream(b"9 9 m 99 9 l S 9 9 m 9 99 l S\n" * 100_000 + TEXT)),
        "tables that cannot be read as such",
    ),
    "tags nested 100,000 deep behind the text": (lambda: html(PAGE + "<div>" * 100_000), "deeper than is read"),
    "content of 200 MB": (lambda: pdf_page(stream(TEXT + b" " * 200_000_000)), ""),
    "content deflated thrice": (lambda: pdf_page(stream(TEXT + b" " * 300_000_000, times=3)), ""),
    "a page as wide as the sea": (lambda: pdf_page(stream(TEXT), b"0 0 99999999999 99999999999"), ""),
    "a page turned inside out": (lambda: pdf_page(stream(TEXT), b"1e30 5 -1e30 -7"), ""),
    "a billion laughs in a page": (
        lambda: (BILLION.format(root="html") + f"<html><body><p>&j; {NEWS}</p></body></html>").encode(),
        "",
    ),
    "links in links": (lambda: html("<a href=x>" * 100_000 + PAGE), ""),
    "cells that span a million": (
        lambda: html(
            "<table>"
            + "<tr><th colspan=1000000 rowspan=1000000>Показател</th><td>1 лв.</td></tr>" * 1000
            + f"</table>{PAGE}"
        ),
        "",
    ),
    "cells that span each other": (
        lambda: html(f"<table>{('<tr>' + '<td colspan=60 rowspan=9999>а</td>' * 3) * 2000}</table>{PAGE}"),
        "",
    ),
    "a million line ends": (lambda: b"\n" * 1_000_000 + NEWS.encode(), ""),
    "a hundred thousand references": (lambda: html(f"<p>{'&amp;' * 100_000}{PAGE}"), ""),
    "lists without end as data": (
        lambda: html(PAGE, f'<script type="application/ld+json">{"[" * 1_000_000}</script>'),
        "",
    ),
}


@pytest.mark.parametrize("name", named(IN_PART))
def test_a_bomb_with_a_text_is_read_as_far_as_it_goes(pool, name):
    make, left_out = IN_PART[name]
    answer = read(pool, make())
    assert answer.problem is None
    assert left_out in told(answer)
    figures = {one.value_text for read in answer.documents for one in read.figures}
    assert {"BG05M9OP001-2.002-9003-C01", "375000"} & figures


def sheet(inner):
    return f"<sheetData>{inner}</sheetData>"


def rar_of_bombs(count):
    bomb = zipped([("a.txt", b"0" * 20_000_000)])
    return [(f"{number}.zip", bomb) for number in range(count)]


CELL = f'<c t="inlineStr"><is><t>{NEWS}</t></is></c>'
LETTER = f"<w:p><w:r><w:t>{NEWS}</w:t></w:r></w:p>"
#: Bombs in the clothes of an office: none takes the reader down, and what is said is one reason or a text.
OFFICE = {
    "a workbook of 300 MB of blanks": lambda: xlsx(sheet(f"<row>{CELL}</row>" + " " * 300_000_000)),
    "a workbook that laughs": lambda: xlsx(sheet(f"<row>{CELL}</row>"), **{"xl/s.xml": BILLION.format(root="sst")}),
    "a million cells": lambda: xlsx(sheet("<row><c><v>1</v></c></row>" * 1_000_000)),
    "a text in a text, 100,000 deep": lambda: office_docx(LETTER + "<w:p>" * 100_000),
    "tables in tables, 5,000 deep": lambda: office_docx(
        LETTER + "<w:tbl><w:tr><w:tc>" * 5_000 + LETTER + "</w:tc></w:tr></w:tbl>" * 5_000
    ),
    "a letter that laughs": lambda: odf("text", "<text:p>&j;</text:p>", head=BILLION.format(root="office:document")),
    "a letter of a file of the machine": lambda: odf(
        "text", "<text:p>&j;</text:p>", head=ENTITY.format(root="office:document")
    ),
    "a row a million times": lambda: odf(
        "spreadsheet",
        '<table:table><table:table-row table:number-rows-repeated="1000000"><table:table-cell '
        f'table:number-columns-repeated="16000"><text:p>{NEWS}</text:p></table:table-cell></table:table-row></table:table>',
    ),
    "blanks a milliard times": lambda: odf("text", f'<text:p>{NEWS}<text:s text:c="1000000000"/></text:p>'),
    "groups in groups, a million deep": lambda: b"{\\rtf1\\ansi " + b"{" * 1_000_000,
    "a picture of a gigabyte": lambda: b"{\\rtf1\\ansi{\\pict\\bin1000000000 abc}x}",
    "an OLE storage of noughts": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1_000_000),
    "an OLE storage of ones": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 1_000_000,
    "a RAR of 190 bombs": lambda: rar5(*rar_of_bombs(190)),
}


@pytest.mark.parametrize("name", named(OFFICE))
def test_a_bomb_of_an_office_is_survived(pool, name):
    answer = read(pool, OFFICE[name]())
    assert answer.problem or answer.documents
    for one in answer.documents:
        assert len(one.document.text) < 12_000_000
        assert "root:" not in one.document.text
        assert "лъжалъжа" not in one.document.text
        assert one.document.text or one.document.incomplete
    assert MEMORY not in told(answer), "it should be refused before it takes the memory"


@pytest.mark.parametrize(
    ("head", "reference"), [(BILLION, "&j;"), (ENTITY, "&j;")], ids=["a billion laughs", "a file of the machine"]
)
def test_entities_in_word_files_and_pages_stay_what_they_are(pool, head, reference):
    secret = "root:"
    for data in (
        docx(word_xml(head.format(root="w:document"), f"{NEWS} {reference}")),
        (head.format(root="html") + f"<html><body><p>{reference} {NEWS}</p></body></html>").encode(),
    ):
        answer = read(pool, data)
        assert answer.problem or answer.documents
        for one in answer.documents:
            assert len(one.document.text) < 1000
            assert secret not in one.document.text


def test_what_takes_too_long_is_told(monkeypatch):
    """A megabyte of sums in one sentence: the rules compare each with each."""
    pool = ReaderPool(ReaderLimits(memory=1024, seconds=1), 1)
    try:
        assert pool.read(NEWS.encode(), ReaderJob()).problem is None
        assert pool.read((NEWS * 40_000).encode(), ReaderJob()).problem == "the reader took longer than 1 s"
        assert pool.read(NEWS.encode(), ReaderJob()).problem is None
    finally:
        pool.close()
