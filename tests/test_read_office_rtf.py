"""RTF: letters in whatever code page, tables with headers, without what is hidden or deleted."""

import pytest
from office import blocks, body, furniture, headers, told

from extractors import extract, read
from extractors.errors import DamagedDocument, EmptyDocument

AMOUNT = "Общата стойност на проекта е 312 480,50 лв."


def escaped(text, encoding="cp1251"):
    """A text as ``\\'e0`` escapes."""
    return "".join(one if one.isascii() else f"\\'{one.encode(encoding)[0]:02x}" for one in text)


def unicoded(text, instead="?"):
    """A text as ``\\u1072?`` escapes."""
    return "".join(one if one.isascii() else f"\\u{ord(one)}{instead}" for one in text)


def rtf(inner, head="\\ansi\\ansicpg1251\\deff0{\\fonttbl{\\f0\\fcharset204 Arial;}{\\f1\\fcharset0 Times;}}"):
    return f"{{\\rtf1{head}{inner}}}".encode("latin-1")


def one(data):
    (document,) = read(data, name="писмо.doc", content_type="application/msword")
    return document


@pytest.mark.parametrize(
    "data",
    [
        rtf(escaped(AMOUNT) + "\\par"),
        rtf(escaped(AMOUNT), head="\\ansi\\ansicpg1251"),
        rtf("\\f0 " + escaped(AMOUNT), head="\\ansi\\ansicpg1252{\\fonttbl{\\f0\\fcharset204 Arial;}}"),
        rtf(unicoded(AMOUNT)),
        rtf("\\uc0 " + unicoded(AMOUNT, " ")),
        rtf("\\uc2 " + unicoded(AMOUNT, "\\'3f\\'3f")),
        rtf("{\\f1 " + escaped(AMOUNT) + "}", head="\\ansi\\ansicpg1251{\\fonttbl{\\f1\\fcharset0 A;}}"),
        rtf("\\f2 " + escaped(AMOUNT, "cp866"), head="\\pc\\ansicpg866"),
        rtf("").replace(b"}}}", b"}}" + AMOUNT.encode("cp1251") + b"}"),
        rtf(escaped(AMOUNT).replace("312", "\r\n312")),
    ],
    ids=[
        *("font's code page", "file's code page", "font against file", "\\u", "\\uc0", "\\uc2", "font without one"),
        *("CP866", "bare bytes", "line ends in the file"),
    ],
)
def test_letters_come_out_right(data):
    document = one(data)
    assert (document.text, document.media_type) == (AMOUNT, "application/rtf")


def test_negative_and_paired_unicode_is_read():
    assert one(rtf("\\u-3913?\\u8211?\\u55357?\\u56832? \\'e5\\~\\emdash \\ldblquote x\\rdblquote")).text == (
        "\uf0b7–\U0001f600 е\u00a0—“x”"
    )


def row(*cells, more=""):
    """A row whose cells are (right end, text, words before the end)."""
    ends = "".join(f"{before}\\cellx{end}" for end, _, before in cells)
    return f"\\trowd{more}{ends}\\pard\\intbl " + "".join(f"{escaped(text)}\\cell " for _, text, _ in cells) + "\\row\n"


def test_tables_have_headers_that_are_merged_as_the_file_says():
    table = row((2000, "Показател", "\\clvmgf"), (6000, "По договор", ""), more="\\trhdr")
    table += row((2000, "", "\\clvmrg"), (4000, "в лева", ""), (6000, "в евро", ""), more="\\trhdr")
    table += row((2000, "Обща стойност", ""), (4000, "312 480,50", ""), (6010, "159 768,74", ""))
    after = "\\pard\\par\\pard " + escaped("Край на таблицата.") + "\\par " + row((900, "А", ""), (1800, "Б", ""))
    document = one(rtf("\\b " + escaped("Проект „Нова градина“") + "\\b0\\par " + table + after))
    assert [kind for kind, _ in blocks(document)] == [
        *("heading", "table_header", "table_header", "table_row", "paragraph", "table_row"),
    ]
    assert headers(document)["312 480,50"] == ("в лева", "По договор", "Обща стойност")
    assert headers(document)["159 768,74"] == ("в евро", "По договор", "Обща стойност")
    assert {("total_value", "312480.50"), ("total_value", "159768.74")} <= told(extract(document), document.text)


def test_cells_that_are_joined_with_the_one_before_are_one():
    table = row((1000, "Дейност", ""), (2000, "Цена", "\\clmgf"), (3000, "", "\\clmrg"))
    table += row((1000, "Ремонт", ""), (2000, "10 лв.", ""), (3000, "5 евро", ""))
    assert headers(one(rtf(table)))["5 евро"] == ("Цена", "Ремонт")


def test_what_is_hidden_deleted_or_no_text_is_left_out():
    inner = (
        "{\\*\\generator Word;}{\\info{\\author "
        + escaped("Иван")
        + "}{\\title "
        + escaped("Отчет по проект „Чист град“")
        + "}}"
        "{\\colortbl;\\red0;}{\\v " + escaped("тайно 999 лв.") + "}{\\deleted " + escaped("старо 888 лв.") + "}"
        "{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt " + escaped("Виж ") + "}}{\\pict 0102ff}{\\bin3 {{{}"
        "{\\*\\shppict{\\pict aa}}{\\*\\unknown "
        + escaped("непознато")
        + "}{\\b "
        + escaped(AMOUNT)
        + "}\\v x\\v0 .\\par"
    )
    document = one(rtf(inner))
    assert document.text == f"Виж {AMOUNT}."
    assert document.title == "Отчет по проект „Чист град“"


def test_headers_are_furniture_and_notes_stand_behind_their_paragraph():
    note = "{\\footnote \\pard " + escaped("С ДДС.") + "\\par " + escaped("Без такси.") + "}"
    inner = (
        "{\\header \\pard "
        + escaped("ОБЩИНА ЯСЕНОВО")
        + "\\par}"
        + escaped("Цена")
        + note
        + escaped(" 5 лв.")
        + "\\par "
    )
    box = "{\\shp{\\*\\shpinst{\\sp{\\sn a}{\\sv 1}}{\\shptxt \\pard " + escaped("Бюджет: 42 000 лв.") + "\\par}}}"
    document = one(rtf(inner + escaped("Край") + "\\par" + box))
    assert body(document) == ["Цена 5 лв.", "С ДДС.", "Без такси.", "Край", "Бюджет: 42 000 лв."]
    assert furniture(document) == ["ОБЩИНА ЯСЕНОВО"]


def test_headings_are_told_by_their_style_and_items_by_their_mark():
    styles = "{\\stylesheet{\\s0 Normal;}{\\s1\\qc heading 1;}{\\s2 " + escaped("Заглавие 2") + ";}}"
    inner = styles + "\\pard\\s1 " + escaped("Проект „Чист град“") + "\\par\\pard\\s2 " + escaped("Бюджет.") + "\\par"
    inner += "\\pard{\\listtext 1.\\tab}\\ls1 " + escaped("14 асистенти") + "\\par\\pard " + escaped("Край.") + "\\par"
    assert blocks(one(rtf(inner))) == [
        ("heading", "Проект „Чист град“"),
        ("heading", "Бюджет."),
        ("list_item", "14 асистенти"),
        ("paragraph", "Край."),
    ]


def test_a_file_that_is_cut_off_is_told_as_such():
    whole = rtf("{\\b " + escaped(AMOUNT) + "\\par " + escaped("Още") + "}\\par")
    document = one(whole[:-20])
    assert document.text.startswith(AMOUNT)
    assert "cut off" in document.incomplete
    with pytest.raises(DamagedDocument, match="cut off"):
        read(whole[:40])


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (rtf(""), EmptyDocument),
        (b"{\\rtf1" + b"{" * 100_000, DamagedDocument),
        (b"{\\rtf1\\bin999999999 x}", DamagedDocument),
    ],
    ids=["nothing", "a hundred thousand groups", "bytes without end"],
)
def test_what_has_no_text_gives_its_reason(data, error):
    with pytest.raises(error):
        read(data)
