from io import BytesIO
from random import Random

import pypdfium2
import pytest
from pages import HEIGHT, SENTENCES, WIDTH, Sheet
from reportlab.lib.utils import ImageReader

from extractors import extract, read_scan, reader
from extractors.errors import UnknownFormat, UnrecognisedScan
from extractors.evidence import boxes, boxes_of
from extractors.read_scan import can_recognise
from extractors.reader import read
from models.document import Document, Zone
from models.vocabulary import Kind

PIL = pytest.importorskip("PIL", reason="the extra ocr is not installed")
from PIL import Image, ImageFilter  # noqa: E402 - after the question whether it is there

pytestmark = [
    pytest.mark.ocr,
    pytest.mark.skipif(not can_recognise(), reason="no Tesseract with Bulgarian and English on this machine"),
]

CODE = "BG05M9OP001-2.002-9003-C001"
LINES = (
    f"Община Дъбово изпълнява проект № {CODE} на",
    "стойност 499 106.04 лв., от които 424 240,13 лв. са безвъзмездна помощ.",
    "Дейностите започнаха на 18.12.2015 г. и ще приключат до 17.10.2017 г. във",
    "всички села, а двадесет лични асистенти се грижат за 60 възрастни хора.",
)
QUOTES = (CODE, "499 106.04 лв.", "424 240,13 лв.", "18.12.2015", "17.10.2017", "двадесет лични асистенти")


def letter():
    sheet = Sheet()
    sheet.line("Топла къща за възрастните хора", 60, 90, 18, "Bold")
    sheet.lines(LINES, 130, step=16)
    sheet.line("Обща стойност:", 60, 300)
    sheet.line("515 000 лв.", 320, 300)
    return sheet.bytes()


def picture(data, turn=0.3, number=0):
    """A page as it comes from a scanner: a little turned, blurred, with dust on the glass."""
    image = pypdfium2.PdfDocument(data)[number].render(scale=200 / 72, grayscale=True).to_pil()
    image = image.rotate(turn, resample=Image.Resampling.BICUBIC, fillcolor=255)
    image = image.filter(ImageFilter.GaussianBlur(0.6))
    return Image.blend(image, noise(*image.size), 0.08)


def noise(width, height):
    return Image.frombytes("L", (width, height), Random(7).randbytes(width * height))


def scanned(sheet, image):
    sheet.canvas.drawImage(ImageReader(image), 0, 0, WIDTH, HEIGHT)
    sheet.next()


@pytest.fixture(scope="module")
def scan():
    sheet = Sheet()
    scanned(sheet, picture(letter()))
    data = sheet.bytes()
    (document,) = read(data)
    return data, document


def place_of(data, words):
    """Where words stand on the page that was scanned, as its text layer tells."""
    page = pypdfium2.PdfDocument(data)[0].get_textpage()
    searcher = page.search(words)
    start, count = searcher.get_next()
    rects = [page.get_charbox(index) for index in range(start, start + count)]
    left, right = min(rect[0] for rect in rects), max(rect[2] for rect in rects)
    return left, HEIGHT - max(rect[3] for rect in rects), right, HEIGHT - min(rect[1] for rect in rects)


def test_a_scan_gives_its_figures(scan):
    _, document = scan
    assert document.media_type == "application/pdf"
    assert document.incomplete is None
    found = {(figure.kind, str(figure.value), figure.quote) for figure in extract(document)}
    assert {
        (Kind.PROJECT_ID, CODE, CODE),
        (Kind.AMOUNT, "499106.04 BGN", "499 106.04 лв."),
        (Kind.AMOUNT, "424240.13 BGN", "424 240,13 лв."),
        (Kind.AMOUNT, "515000.00 BGN", "515 000 лв."),
        (Kind.DATE, "2015-12-18", "18.12.2015"),
        (Kind.DATE, "2017-10-17", "17.10.2017"),
    } <= found
    assert "двадесет лични асистенти" in {quote for _, _, quote in found}


def test_its_lines_become_a_heading_a_paragraph_and_a_label_with_its_value(scan):
    _, document = scan
    texts = [document.text[block.start : block.end] for block in document.blocks if block.zone is Zone.BODY]
    assert texts == ["Топла къща за възрастните хора", " ".join(LINES), "Обща стойност:\t515 000 лв."]
    assert document.title == "Топла къща за възрастните хора"


@pytest.mark.parametrize("quote", QUOTES)
def test_the_box_lies_where_the_words_stand_on_the_page(scan, quote):
    data, document = scan
    start = document.text.index(quote)
    (box,) = boxes(document, data, start, start + len(quote))
    left, top, right, bottom = place_of(letter(), quote)
    # 0.3 degrees move the words by three points at the page's edge.
    assert (box.page, box.x0, box.x1) == (1, pytest.approx(left, abs=4), pytest.approx(right, abs=4))
    assert box.y0 - 4 < (top + bottom) / 2 < box.y1 + 4
    assert box.y1 - box.y0 < 16


def test_without_recognition_or_with_other_words_a_quote_has_no_box(scan, monkeypatch):
    data, document = scan
    spans = [(document.text.index(quote), document.text.index(quote) + len(quote)) for quote in QUOTES]
    other = Document(document.text.replace("499 106.04", "499 106.05"), layout=document.layout)
    found = boxes_of(other, data, spans)
    assert [not each for each in found] == [quote.startswith("499") for quote in QUOTES]
    monkeypatch.setattr("extractors.evidence.can_recognise", lambda: False)
    assert boxes_of(document, data, spans) == [()] * len(spans)


@pytest.mark.parametrize("turn", [-0.7, 0.7])
def test_a_ruled_table_that_was_scanned_is_a_table(turn):
    inner = Sheet()
    inner.lines(["Общината отчита проектите си по програми, както следва."], 80)
    rows = [
        ["Проект", "Стойност", "Край"],
        ["Топъл обяд", "120 000 лв.", "31.12.2020"],
        ["Грижа", "499 106.04 лв.", "17.10.2017"],
    ]
    inner.table(rows, 60, 120, [90, 90, 70])
    page = inner.bytes()
    sheet = Sheet()
    scanned(sheet, picture(page, turn))
    data = sheet.bytes()
    (document,) = read(data)
    cells = {document.text[one.start : one.end]: one for block in document.blocks for one in block.cells}
    assert cells["499 106.04 лв."].headers == ("Стойност", "Грижа")
    assert cells["31.12.2020"].headers == ("Край", "Топъл обяд")
    (box,) = boxes(document, data, cells["17.10.2017"].start, cells["17.10.2017"].end)
    left, top, right, bottom = place_of(page, "17.10.2017")
    # 0.7 degrees move the words by four points from the middle of the page to its edge.
    assert (box.x0, box.x1) == (pytest.approx(left, abs=7), pytest.approx(right, abs=7))
    assert box.y0 - 5 < (top + bottom) / 2 < box.y1 + 5


def test_of_a_mixed_file_only_the_pictures_are_recognised(monkeypatch):
    asked = []
    real = read_scan.recognise

    def recognise(data, number):
        asked.append(number)
        return real(data, number)

    monkeypatch.setattr("extractors.read_pdf.recognise", recognise)
    inner = Sheet()
    inner.lines(["посещения в домовете на 90 потребители", "до 31.12.2017 г. и още."], 100)
    sheet = Sheet()
    sheet.lines(["Социалните работници извършваха", "през цялата година всекидневни"], 100)
    sheet.next()
    scanned(sheet, picture(inner.bytes()))
    sheet.line("Третата страница има 12 души.", 60, 100)
    data = sheet.bytes()
    (document,) = read(data)
    assert asked == [2]
    assert document.incomplete is None
    assert "всекидневни посещения в домовете на 90 потребители до 31.12.2017 г. и още." in document.text
    at = [document.text.index(words) for words in ("Социалните", "90 потребители", "12 души")]
    assert at == sorted(at)
    places = boxes_of(document, data, [(start, start + 2) for start in at])
    assert [each[0].page for each in places] == [1, 2, 3]


def test_a_layer_that_is_no_language_is_read_from_the_picture():
    sheet = Sheet()
    image = picture(letter())
    sheet.canvas.drawImage(ImageReader(image), 0, 0, WIDTH, HEIGHT)
    text = sheet.canvas.beginText(60, HEIGHT - 100)
    text.setTextRenderMode(3)  # drawn in no colour, as scanners lay it over the picture
    text.setFont("Text", 11)
    text.textLine("\u023a\u0245\u023f\u0244\u023a \u0245\u023f\u0244 " * 4)
    sheet.canvas.drawText(text)
    (document,) = read(sheet.bytes())
    assert "499 106.04 лв." in document.text


def test_a_picture_without_words_is_told(scan):
    sheet = Sheet()
    scanned(sheet, noise(400, 600))
    with pytest.raises(UnrecognisedScan, match="no words are recognised") as caught:
        read(sheet.bytes())
    assert not caught.value.needs_ocr
    sheet = Sheet()
    sheet.line(SENTENCES[0][:60], 60, 100)
    sheet.next()
    scanned(sheet, noise(400, 600))
    (document,) = read(sheet.bytes())
    assert document.incomplete == "pages 2 of 2 have no text layer"


def test_a_page_that_takes_too_long_is_told_and_the_rest_is_read(monkeypatch):
    monkeypatch.setattr("extractors.read_scan_words._SECONDS", 0.01)
    sheet = Sheet()
    sheet.line(SENTENCES[0][:60], 60, 100)
    sheet.next()
    scanned(sheet, picture(letter(), turn=0.5))
    (document,) = read(sheet.bytes())
    assert document.incomplete == "pages 2 of 2 cannot be recognised"


def test_pages_beyond_the_limit_are_told(monkeypatch):
    monkeypatch.setattr("extractors.read_pdf.MAX_RECOGNISED", 1)
    sheet = Sheet()
    image = picture(letter())
    for _ in range(3):
        scanned(sheet, image)
    (document,) = read(sheet.bytes())
    assert document.incomplete == "pages 2–3 of 3 have no text layer"


def test_a_page_that_was_just_recognised_is_not_recognised_again(scan, monkeypatch):
    data, document = scan

    def never(*_):
        raise AssertionError("recognised again")

    monkeypatch.setattr("extractors.read_scan_words._recognised", never)
    assert read(data)[0] == document


@pytest.mark.parametrize(("form", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("TIFF", "image/tiff")])
def test_a_picture_of_a_page_is_a_scan(form, media_type):
    written = BytesIO()
    picture(letter()).save(written, form, dpi=(200, 200))
    data = written.getvalue()
    (document,) = read(data)
    assert document.media_type == media_type
    start = document.text.index("499 106.04 лв.")
    (box,) = boxes(document, data, start, start + 14)
    left, top, right, bottom = place_of(letter(), "499 106.04 лв.")
    assert (box.x0, box.x1) == (pytest.approx(left, abs=4), pytest.approx(right, abs=4))
    assert box.y0 - 4 < (top + bottom) / 2 < box.y1 + 4


def test_the_frames_of_a_picture_are_pages():
    written = BytesIO()
    first, second = picture(letter()), Image.new("L", (1654, 2339), "white")
    second.paste(first.crop((0, 300, 1654, 600)), (0, 300))
    first.save(written, "TIFF", dpi=(200, 200), save_all=True, append_images=[second])
    (document,) = read(written.getvalue())
    assert len(document.layout.pages) == 2
    assert document.text.count("499 106.04 лв.") == 2


def test_a_picture_cut_in_half_is_told():
    written = BytesIO()
    picture(letter()).save(written, "PNG")
    with pytest.raises(UnknownFormat, match="cannot be opened"):
        read(written.getvalue()[:5000])


def test_without_recognition_a_picture_is_not_read(monkeypatch):
    monkeypatch.setattr(reader, "can_recognise", lambda: False)
    written = BytesIO()
    picture(letter()).save(written, "PNG")
    with pytest.raises(UnknownFormat, match="a PNG image, which is not read"):
        read(written.getvalue())


def test_the_sign_of_the_euro_and_codes_in_latin_letters_are_read_once_more():
    inner = Sheet()
    inner.lines(
        ["Стойността на проекта е 348 915,70 €, от които", "296 578,35 € са от Европейския съюз.",
         "Проект BG-RRP-4.023-9114-C01 и проект LIFE17 IPE/BG/009012."], 100,
    )  # fmt: skip
    sheet = Sheet()
    scanned(sheet, picture(inner.bytes(), 0.3))
    (document,) = read(sheet.bytes())
    found = {(one.value_text, one.unit) for one in extract(document)}
    assert {("348915.70", "EUR"), ("296578.35", "EUR")} <= found
    assert {("BG-RRP-4.023-9114-C01", None), ("LIFE17 IPE/BG/009012", None)} <= found
