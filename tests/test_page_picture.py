"""The picture of a quote's place: what is in the box, what is painted over, how large it may be."""

from io import BytesIO

import pypdfium2
import pytest
from gathered_site import ACCOUNT, PERSONAL_NUMBER, report
from pages import HEIGHT, SENTENCES, WIDTH, Sheet, page
from PIL import Image

from extractors import page_picture as pictures
from extractors.evidence import boxes
from extractors.page_picture import NoPicture, page_picture
from extractors.read_scan import can_recognise
from extractors.reader import read

MARK, EDGE, COVER = pictures._MARK, pictures._EDGE, pictures._COVER


def place(document, words):
    start = document.text.index(words)
    return start, start + len(words)


def drawn(data, words):
    (document,) = read(data)
    found = page_picture(document, data, *place(document, words))
    image = Image.open(BytesIO(found.png)).convert("RGB")
    assert image.size == (found.width, found.height)
    return document, found, image


def colours(image):
    """The colours of all dots, line by line."""
    data = image.tobytes()
    return [tuple(data[at : at + 3]) for at in range(0, len(data), 3)]


def inked(image):
    """How many dots are dark."""
    return sum(sum(one) < 200 for one in colours(image))


def dots(image, colour):
    """The places of a colour, as the smallest rectangle around them, and how many there are."""
    found = [divmod(number, image.width) for number, one in enumerate(colours(image)) if one == colour]
    if not found:
        return None, 0
    across, down = [x for _, x in found], [y for y, _ in found]
    return (min(across), min(down), max(across), max(down)), len(found)


def plain(data, number, box, scale=2.0):
    """The page drawn without any marks, cut to a box."""
    sheet = pypdfium2.PdfDocument(data)[number - 1]
    image = sheet.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
    return image.crop(tuple(round(one * scale) for one in (box.x0, box.y0, box.x1, box.y1)))


def test_the_box_is_around_the_quote():
    data = report()
    document, found, image = drawn(data, "1 200 лв.")
    (box,) = boxes(document, data, *place(document, "1 200 лв."))
    assert found.page == box.page == 2
    (left, top, right, bottom), _ = dots(image, EDGE)
    # The region begins 90 points above the quote, and is as wide as the page.
    assert left / 2 == pytest.approx(box.x0, abs=2.5)
    assert right / 2 == pytest.approx(box.x1, abs=2.5)
    assert top / 2 == pytest.approx(90, abs=3)
    assert (bottom - top) / 2 == pytest.approx(box.y1 - box.y0, abs=5)
    assert found.width == pytest.approx(WIDTH * 2, abs=2)
    marked, _ = dots(image, MARK)
    assert left <= marked[0]
    assert marked[2] <= right
    assert bottom >= marked[3]


def test_the_words_in_the_box_can_be_read_as_before():
    data = report()
    document, _, image = drawn(data, "1 200 лв.")
    (box,) = boxes(document, data, *place(document, "1 200 лв."))
    before = plain(data, 2, box)
    (left, top, _, _), _ = dots(image, EDGE)
    after = image.crop((left + 3, top + 3, left + 3 + before.width, top + 3 + before.height))
    dark = [inked(picture) for picture in (before, after)]
    assert dark[0] > 50
    assert dark[1] == pytest.approx(dark[0], rel=0.25)


def test_a_quote_over_two_lines_has_a_box_on_each():
    _, found, image = drawn(report(), "118 500,50 лв.")
    (left, top, right, bottom), _ = dots(image, EDGE)
    assert (bottom - top) / 2 > 20
    assert left / 2 < 65
    assert right / 2 > 400
    assert found.more_pages == ()


def test_a_quote_over_two_pages_says_where_it_goes_on():
    sheet = Sheet()
    text = " ".join(SENTENCES * 2).split()
    for number in range(30):
        sheet.line(" ".join(text[number * 2 : number * 2 + 8]), 60, 60 + number * 24)
    sheet.line("Общата стойност на целия проект за домашни грижи възлиза на сто", 60, 790)
    sheet.next()
    sheet.line("тридесет и пет хиляди лева за всички дейности и за цялата община.", 60, 60)
    data = sheet.bytes()
    (document,) = read(data)
    start = document.text.index("възлиза")
    end = document.text.index("лева за всички")
    found = page_picture(document, data, start, end)
    assert (found.page, found.more_pages) == (1, (2,))


def test_personal_numbers_near_the_quote_are_painted_over():
    data = report()
    document, found, image = drawn(data, "1 200 лв.")
    assert found.covered
    for words in (PERSONAL_NUMBER, ACCOUNT):
        (box,) = boxes(document, data, *place(document, words))
        (quote,) = boxes(document, data, *place(document, "1 200 лв."))
        top = quote.y0 - 90
        inside = image.crop(
            (round(box.x0 * 2), round((box.y0 - top) * 2), round(box.x1 * 2) - 1, round((box.y1 - top) * 2) - 1)
        )
        assert set(colours(inside)) == {COVER}


def test_personal_numbers_far_from_the_quote_are_not_told():
    _, found, image = drawn(report(), "118 500,50 лв.")
    assert not found.covered
    assert dots(image, COVER)[1] == 0


def test_a_number_in_groups_and_over_a_line_end_is_painted_over_too():
    sheet = Sheet()
    grouped = " ".join(ACCOUNT[at : at + 4] for at in range(0, len(ACCOUNT), 4))
    sheet.lines(
        ["Общината плати 500 лв. на Иван Петров за труда му по сметка " + grouped[:14], grouped[15:]], 100, size=9
    )
    data = sheet.bytes()
    document, found, image = drawn(data, "500 лв.")
    assert found.covered
    assert len(boxes(document, data, *place(document, grouped))) == 2
    (_, top, _, bottom), _ = dots(image, COVER)
    assert (bottom - top) / 2 > 20


def test_a_covered_number_that_has_no_place_gives_no_picture(monkeypatch):
    data = report()
    (document,) = read(data)
    real = pictures.boxes_of
    monkeypatch.setattr(
        pictures, "boxes_of", lambda *asked: [found if not n else () for n, found in enumerate(real(*asked))]
    )
    with pytest.raises(NoPicture, match="cannot be painted over"):
        page_picture(document, data, *place(document, "1 200 лв."))


def test_a_web_page_has_no_picture():
    data = page(f"<p>{SENTENCES[1]}</p>")
    (document,) = read(data)
    with pytest.raises(NoPicture, match=r"text/html\) has no pages"):
        page_picture(document, data, *place(document, "499 106.04"))


@pytest.mark.parametrize("side", [3000, 14400])
def test_a_huge_page_gives_a_picture_of_a_sensible_size(side):
    sheet = Sheet()
    sheet.canvas.setPageSize((side, side))
    sheet.canvas.setFont("Text", 11)
    for number in range(8):
        sheet.canvas.drawString(
            side / 2, side / 2 - 14 * number, f"Ред {number} на плаката за проекта от {number}00 000 лв. общо."
        )
    data = sheet.bytes()
    _, found, image = drawn(data, "500 000 лв.")
    assert found.width * found.height <= 2_100_000
    assert found.width < 1500
    assert dots(image, EDGE)[1] > 100


def test_letters_as_high_as_a_poster_do_not_make_a_poster():
    sheet = Sheet()
    sheet.canvas.setPageSize((9000, 9000))
    sheet.canvas.setFont("Text", 900)
    sheet.canvas.drawString(300, 4000, "Проект за 500 000 лв.")
    _, found, image = drawn(sheet.bytes(), "500 000 лв.")
    assert found.width * found.height <= 2_100_000
    assert dots(image, EDGE)[1] > 100


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_on_a_turned_page_the_box_is_where_the_words_are_shown(turn):
    sheet = Sheet()
    sheet.canvas.setPageRotation(turn)
    sheet.canvas.saveState()
    sheet.canvas.translate(WIDTH / 2, HEIGHT / 2)
    sheet.canvas.rotate(turn)
    sheet.canvas.setFont("Text", 11)
    sheet.canvas.drawString(-200, 20, "За проекта са отпуснати 120 000 лв. от общината.")
    sheet.canvas.restoreState()
    data = sheet.bytes()
    document, _, image = drawn(data, "120 000 лв.")
    (box,) = boxes(document, data, *place(document, "120 000 лв."))
    (left, top, right, bottom), _ = dots(image, EDGE)
    inside = image.crop((left + 2, top + 2, right - 2, bottom - 2))
    assert inked(inside) > 50
    assert (right - left) / 2 == pytest.approx(box.x1 - box.x0, abs=5)


def test_a_page_with_a_crop_box_is_drawn_by_it():
    sheet = Sheet()
    sheet.canvas.setCropBox((40, 300, 560, 800))
    sheet.line("За проекта са отпуснати 120 000 лв. от общината.", 60, 200)
    data = sheet.bytes()
    _, found, image = drawn(data, "120 000 лв.")
    assert found.width == pytest.approx(520 * 2, abs=2)
    (left, top, right, bottom), _ = dots(image, EDGE)
    inside = image.crop((left + 2, top + 2, right - 2, bottom - 2))
    assert inked(inside) > 50


def test_a_note_pinned_to_the_page_is_not_in_the_picture():
    sheet = Sheet()
    sheet.line("За проекта са отпуснати 120 000 лв. от общината.", 60, 200)
    sheet.canvas.freeTextAnnotation("ЕГН 8001010008", (60, HEIGHT - 260, 300, HEIGHT - 220))
    _, _, image = drawn(sheet.bytes(), "120 000 лв.")
    below = image.crop((0, 230, image.width, image.height))
    assert set(colours(below)) == {(255, 255, 255)}


@pytest.mark.ocr
@pytest.mark.skipif(not can_recognise(), reason="no Tesseract with Bulgarian and English on this machine")
def test_a_scans_words_are_boxed_and_its_personal_numbers_painted_over():
    from reportlab.lib.utils import ImageReader

    sheet = Sheet()
    sheet.lines(
        ["Община Дъбово плати по проекта 424 240,13 лв. на", f"лицето с ЕГН {PERSONAL_NUMBER} за извършената работа."],
        200,
        size=14,
        step=24,
    )
    image = pypdfium2.PdfDocument(sheet.bytes())[0].render(scale=200 / 72, grayscale=True).to_pil()
    scan = Sheet()
    scan.canvas.drawImage(ImageReader(image), 0, 0, WIDTH, HEIGHT)
    data = scan.bytes()
    _, found, image = drawn(data, "424 240,13 лв.")
    assert found.covered
    assert dots(image, MARK)[1] > 1000
    _, covered = dots(image, COVER)
    assert covered > 1000
    (document,) = read(data)
    assert PERSONAL_NUMBER in document.text
