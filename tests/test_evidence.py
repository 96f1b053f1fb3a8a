import pypdfium2
import pytest
from pages import SENTENCES, Sheet, page

from extractors.evidence import boxes, boxes_of, sentence
from extractors.reader import read
from models.document import Document


def quote(document, words):
    start = document.text.index(words)
    return start, start + len(words)


def words_under(data, box):
    """What stands in a box, as pdfium itself reads it back."""
    sheet = pypdfium2.PdfDocument(data)[box.page - 1]
    _, height = sheet.get_size()
    found = sheet.get_textpage().get_text_bounded(box.x0 + 0.5, height - box.y1, box.x1 - 0.5, height - box.y0)
    return found.replace("\r\n", " ").replace("\ufffe", "-").strip()


@pytest.fixture
def notice():
    sheet = Sheet()
    sheet.lines(["Проектът е на стойност 499 106.04 лв. и обхваща шестдесет възрастни", "хора от общината. Край."], 100)
    sheet.table([["Показател", "Стойност"], ["Потребители", "136 души"], ["Срок", "22 месеца"]], 60, 200, [200, 150])
    sheet.next()
    sheet.lines(["Срокът изтича на 31.12.2017 г."], 300, x=120)
    data = sheet.bytes()
    return data, read(data)[0]


@pytest.mark.parametrize("words", ["499 106.04 лв.", "136 души", "22 месеца", "31.12.2017", "Показател"])
def test_the_words_under_the_box_are_the_quote(notice, words):
    data, document = notice
    (box,) = boxes(document, data, *quote(document, words))
    assert words_under(data, box) == words


def test_the_box_is_counted_from_the_upper_left(notice):
    data, document = notice
    (box,) = boxes(document, data, *quote(document, "31.12.2017"))
    assert box.page == 2
    assert 285 < box.y0 < 300 < box.y1 < 310
    assert box.x0 > 120


def test_a_quote_over_two_lines_has_a_box_for_each(notice):
    data, document = notice
    first, second = boxes(document, data, *quote(document, "шестдесет възрастни хора"))
    assert words_under(data, first) == "шестдесет възрастни"
    assert words_under(data, second) == "хора"
    assert second.y0 > first.y0
    assert second.x0 < first.x0


def test_several_quotes_at_once_are_the_same_as_one_by_one(notice):
    data, document = notice
    spans = [quote(document, words) for words in ("31.12.2017", "136 души", "499 106.04 лв.")]
    assert boxes_of(document, data, spans) == [boxes(document, data, *span) for span in spans]


def test_a_mended_word_has_boxes_on_both_lines():
    sheet = Sheet()
    sheet.lines(["Това е общината, в която се изпъл-", "нява проектът."], 100)
    data = sheet.bytes()
    (document,) = read(data)
    first, second = boxes(document, data, *quote(document, "изпълнява"))
    assert (words_under(data, first), words_under(data, second)) == ("изпъл", "нява")


def test_on_a_turned_page_the_box_is_where_it_is_shown():
    sheet = Sheet()
    sheet.canvas.setPageRotation(90)
    sheet.canvas.rotate(90)
    sheet.canvas.setFont("Text", 11)
    sheet.canvas.drawString(100, -60, "За проекта са отпуснати 120 000 лв.")
    data = sheet.bytes()
    (document,) = read(data)
    (box,) = boxes(document, data, *quote(document, "120 000 лв."))
    assert 45 < box.y0 < 60 < box.y1 < 70
    assert 220 < box.x0 < box.x1 < 340


def test_a_web_page_has_no_boxes():
    data = page(f"<p>{SENTENCES[1]}</p>")
    (document,) = read(data)
    assert boxes(document, data, 0, 5) == ()


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Първо. Второ е 5 лв. на ден. Трето.", "5 лв.", "Второ е 5 лв. на ден."),
        ("Тя е на ул. Липа 5 в гр. Дъбово. Край.", "Липа", "Тя е на ул. Липа 5 в гр. Дъбово."),
        ("На 31.12.2017 г. Община Дъбово приключи. Край.", "2017", "На 31.12.2017 г. Община Дъбово приключи."),
        ("Започна на 01.11.2015 г. Той е за 5 души.", "5 души", "Той е за 5 души."),
        ("Колко? Пет! Шест.", "Пет", "Пет!"),
        ("Един ред\n\nдруг ред", "друг", "друг ред"),
    ],
)
def test_the_sentence_around_a_quote(text, words, expected):
    document = Document(text)
    start, end = quote(document, words)
    found = sentence(document, start, end)
    assert found.text == expected
    assert text[found.start : found.end] == found.text


def test_a_row_of_a_table_is_shown_whole():
    (document,) = read(page("<table><tr><th>Показател<th>Стойност<tr><td>Общо. Всичко<td>5 лв.<tr><td>а<td>б</table>"))
    start, end = quote(document, "5 лв.")
    assert sentence(document, start, end).text == "Общо. Всичко\t5 лв."


def test_a_quote_in_furniture_is_shown_with_its_block():
    (document,) = read(page(f"<p>{SENTENCES[0]}</p><footer>Порталът е по проект BG05SFOP001-1.002-9001-C01.</footer>"))
    found = sentence(document, *quote(document, "BG05SFOP001-1.002-9001-C01"))
    assert found.text == "Порталът е по проект BG05SFOP001-1.002-9001-C01."
