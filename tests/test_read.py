import random

import pytest
from pages import SENTENCES, Sheet, page, pdf_of_pages

from extractors.errors import (
    DamagedDocument,
    EmptyDocument,
    EncryptedDocument,
    OversizedDocument,
    UnknownEncoding,
    UnknownFormat,
    UnreadableDocument,
)
from extractors.reader import read, tell_type

ARTICLE = f"<h1>Топла къща за възрастни хора</h1><p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p>"


def words_of(data, **hints):
    (document,) = read(data, **hints)
    return document.text


@pytest.mark.parametrize(
    ("data", "hints", "kind"),
    [
        (page(ARTICLE), {"content_type": "application/pdf", "name": "a.pdf"}, "text/html"),
        (pdf_of_pages(1), {"content_type": "text/html", "name": "a.html"}, "application/pdf"),
        (b"\r\n\r\n" + pdf_of_pages(1), {}, "application/pdf"),
        (SENTENCES[0].encode(), {}, "text/plain"),
        ("Ако <b>5 < 7</b>, то".encode(), {"name": "бележка.txt"}, "text/plain"),
        (f"<p>{SENTENCES[0]}</p><p>още</p>".encode(), {}, "text/html"),
        (f"<p>{SENTENCES[0]}".encode(), {"content_type": "text/html; charset=utf-8"}, "text/html"),
        (("\ufeff" + "<html><p>" + SENTENCES[0]).encode("utf-16-le"), {}, "text/html"),
    ],
    ids=["page", "pdf", "blank lines before", "text", "signs in a text", "fragment", "fragment with header", "UTF-16"],
)
def test_the_type_is_told_by_the_content(data, hints, kind):
    assert tell_type(data, **hints) == kind


def locked():
    sheet = Sheet(password="тайна")
    sheet.line("Тайно", 60, 60)
    return sheet.bytes()


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        (b"", EmptyDocument, "empty"),
        (b" \r\n\t ", EmptyDocument, "empty"),
        (b"<html><body><script>1</script></body></html>", EmptyDocument, "no text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), UnknownFormat, "PNG"),
        (bytes(range(256)) * 20, UnknownFormat, "no known format"),
        (b'<?xml version="1.0"?><rss><channel/></rss>', UnknownFormat, "XML"),
        (locked(), EncryptedDocument, "password"),
        (b"%PDF-1.7\n" + bytes(500) + b"startxref\n0\n%%EOF", DamagedDocument, "damaged"),
        (pdf_of_pages(3)[: len(pdf_of_pages(3)) // 2], DamagedDocument, "cut off"),
        (
            page(ARTICLE.replace("<p>", "<p>" + "а" * 1000) * 30_000)[: 50 * 1024 * 1024],
            OversizedDocument,
            "16,777,216",
        ),
        ("Ærø ñandú çà für".encode("cp1252") * 20, UnknownEncoding, "encoding"),
    ],
    ids=[
        *("no bytes", "white space", "script alone", "image", "any bytes", "feed", "password", "no pages"),
        *("cut in half", "50 MB", "no Cyrillic"),
    ],
)
def test_what_cannot_be_read_gives_one_clear_reason(data, error, said):
    with pytest.raises(error) as caught:
        read(data)
    assert said in caught.value.reason
    assert "\n" not in caught.value.reason


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("windows-1251", "windows-1251", None),
        ("windows-1251", "utf-8", "text/html; charset=utf-8"),
        ("windows-1251", "iso-8859-1", "text/html; charset=ISO-8859-1"),
        ("windows-1251", "", None),
        ("utf-8", "windows-1251", "text/html; charset=windows-1251"),
        ("utf-8", "no-such-charset", None),
        ("utf-8-sig", "", None),
        ("utf-16-le", "unicode", None),
        ("koi8-r", "koi8-r", None),
        ("iso-8859-5", "", None),
    ],
)
def test_letters_come_out_right_whatever_is_declared(encoding, declared, header):
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    html = f"<html><head>{meta}<title>Новина</title></head><body>{ARTICLE}</body></html>"
    assert SENTENCES[1] in words_of(html.encode(encoding, "xmlcharrefreplace"), content_type=header)


def test_windows_1251_that_was_taken_for_latin_is_mended_letter_for_letter():
    spoilt = ARTICLE.replace("„", '"').replace("“", '"').encode("windows-1251").decode("latin-1")
    text = words_of(page(spoilt))
    assert "приключат до 17.10.2017 г." not in text
    assert "Общата стойност на проекта е 499 106.04 лв." in text


def test_mojibake_written_as_character_references_is_mended_too():
    spoilt = "&iacute;&icirc;&aring;&igrave;&acirc;&eth;&egrave; 2018 &atilde;. &#236;&#224;&#233; "
    spoilt += "&iacute;&icirc;&acirc;&egrave;"
    assert words_of(page(f"<p>16 {spoilt}</p>")) == "16 ноември 2018 г. май нови"


def test_a_french_name_is_left_as_it_is():
    assert "Besançon é à" in words_of(page("<p>Партньор е град Besançon é à, а проектът е в Дъбово.</p>"))


def test_utf8_written_twice_is_read_once():
    assert SENTENCES[0] in words_of(page(ARTICLE.encode().decode("latin-1")))


def test_a_stray_byte_does_not_spoil_a_page():
    data = page(ARTICLE)
    assert "499 106.04 лв." in words_of(data.replace("Дъбово".encode(), b"\xd0\xff", 1))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [SENTENCES[0], f"{SENTENCES[0]}\r\n" * 500, "Budget: 5 лв."])
def test_text_in_two_bytes_a_letter_is_read(encoding, text):
    (document,) = read(text.encode(encoding), name="бележка.txt")
    assert document.text == text.replace("\r\n", "\n")


def test_plain_text_stays_the_files_own():
    text = f"Заглавие\n\n{SENTENCES[0]}\n\n{SENTENCES[1]}\n"
    assert words_of(text.replace("\n", "\r\n").encode("windows-1251")) == text


@pytest.mark.parametrize("seed", range(6))
def test_mutated_files_raise_nothing_but_one_kind_of_error(seed):
    chance = random.Random(seed)
    sheet = Sheet()
    sheet.lines(SENTENCES, 80)
    sheet.table([["Показател", "Стойност"], ["Общо", "5 лв."], ["БФП", "4 лв."]], 60, 300, [200, 200])
    sources = [page(ARTICLE + "<table><tr><th>А<td>Б<tr><td>1<td>2</table>"), sheet.bytes()]
    for turn in range(60):
        data = bytearray(sources[turn % 2])
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        for _ in range(chance.choice([1, 8, 60])):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            documents = read(bytes(data) + b"\nstartxref\n%%EOF" * (turn % 2))
        except UnreadableDocument:
            continue
        for document in documents:
            assert all(document.text[block.start : block.end].strip() for block in document.blocks)


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "table><tr><td", "a", "blockquote"])
def test_a_hundred_thousand_open_tags_do_no_harm(tag):
    data = f"<html><p>{SENTENCES[0]}</p>{f'<{tag}>' * 100_000}дъно</html>".encode()
    (document,) = read(data)
    assert SENTENCES[0] in document.text
    assert "дъно" in document.text or "nests" in document.incomplete


def test_spans_without_measure_do_no_harm():
    rows = "<tr><td colspan=60000 rowspan=60000>а<td>б" * 3000
    (document,) = read(f"<html><table>{rows}</table></html>".encode())
    assert document.text.count("а") == 3000
