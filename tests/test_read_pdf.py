import re

import pytest
from pages import HEIGHT, SENTENCES, Sheet, pdf_of_pages
from reportlab.lib.utils import ImageReader

from extractors import read_pdf
from extractors.errors import DamagedDocument, UntrustedTextLayer
from extractors.reader import read
from models.document import BlockKind, Zone

LETTERHEAD = ("ЕВРОПЕЙСКИ СЪЮЗ", "ЕВРОПЕЙСКИ СОЦИАЛЕН ФОНД", "Проект № BG05M9OP001-2.002-9003-C001")


@pytest.fixture
def without_recognition(monkeypatch):
    """A machine without Tesseract."""
    monkeypatch.setattr(read_pdf, "can_recognise", lambda: False)


def document_of(sheet):
    (document,) = read(sheet.bytes())
    return document


def texts(document, zone=Zone.BODY):
    return [document.text[one.start : one.end] for one in document.blocks if one.zone is zone]


def tables(document):
    rows = [block for block in document.blocks if block.cells]
    return [(row.kind.value, [(document.text[one.start : one.end], one.headers) for one in row.cells]) for row in rows]


def test_lines_become_paragraphs_headings_and_lists():
    sheet = Sheet()
    sheet.line("Топла къща за възрастните хора", 60, 80, 18, "Bold")
    sheet.lines(
        [
            "Община Дъбово изпълнява проект, по който двадесет лични асистенти се грижат за",
            "шестдесет възрастни хора. Проектът е на стойност 499 106.04 лв.",
        ],
        110,
    )
    sheet.lines(["- назначени са 20 лични асистенти;", "- купен е един автомобил."], 160)
    document = document_of(sheet)
    assert texts(document) == [
        "Топла къща за възрастните хора",
        (
            "Община Дъбово изпълнява проект, по който двадесет лични асистенти се грижат за шестдесет възрастни хора. "
            "Проектът е на стойност 499 106.04 лв."
        ),
        "- назначени са 20 лични асистенти;",
        "- купен е един автомобил.",
    ]
    kinds = [block.kind for block in document.blocks]
    assert kinds == [BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.LIST_ITEM]
    assert document.title == "Топла къща за възрастните хора"
    assert document.incomplete is None


def test_a_hyphen_is_mended_only_where_the_word_goes_on():
    sheet = Sheet()
    sheet.lines(
        [
            "Проектът на общината се изпъл-",
            "нява в Североизточ-",
            "на България от 2014-",
            "2020 г. по програма BG05M9OP001-",
            "2.002 на района Дъбово-",
            "Липово и селата.",
        ],
        100,
    )
    (text,) = texts(document_of(sheet))
    assert text == (
        "Проектът на общината се изпълнява в Североизточна България от 2014-2020 г. по програма BG05M9OP001-2.002 "
        "на района Дъбово-Липово и селата."
    )


def test_a_sentence_runs_on_over_the_letterhead_at_the_page_turn():
    sheet = Sheet()
    sheet.lines(["Социалните работници извършваха посещения в"], 780)
    sheet.next()
    sheet.lines(LETTERHEAD, 40, size=9)
    sheet.lines(["домовете на 90 потребители до 31.12.2017 г. и подпомагаха семействата им."], 110)
    document = document_of(sheet)
    (text,) = texts(document)
    assert "посещения в домовете на 90 потребители до 31.12.2017 г. и подпомагаха" in text
    assert LETTERHEAD[2] in " ".join(texts(document, Zone.FURNITURE))


def test_lines_that_come_again_on_half_of_the_pages_are_laid_aside():
    sheet = Sheet()
    for number in range(1, 5):
        sheet.line(f"Страница {number} от 4", 260, 815, 9)  # drawn first, stands last
        sheet.line("Община Дъбово, ул. „Липа“ 1, тел. 0999/12 34 56", 60, 40, 9)
        sheet.line(f"{SENTENCES[number]}"[:70], 60, 100)
        sheet.next()
    document = document_of(sheet)
    assert [text[:20] for text in texts(document)] == [SENTENCES[number][:20] for number in range(1, 5)]
    aside = texts(document, Zone.FURNITURE)
    assert sum("0999/12 34 56" in text for text in aside) == 4
    assert sum("Страница" in text for text in aside) == 4
    assert document.text.index("Страница") > document.text.index(SENTENCES[4][:20])


def test_a_ruled_table_knows_its_headers():
    sheet = Sheet()
    sheet.lines(["Общината отчита проектите си по програми, както следва в таблицата."], 80)
    rows = [
        ["Проект", "Стойност", "Край"],
        ["Топъл обяд", "120 000 лв.", "31.12.2020"],
        ["Грижа", "499 106.04 лв.", "17.10.2017"],
    ]
    sheet.table(rows, 60, 120, [180, 120, 100])
    sheet.lines(["Отчетът е приет."], 220)
    document = document_of(sheet)
    assert texts(document)[-1] == "Отчетът е приет."
    assert tables(document)[0] == ("table_header", [("Проект", ()), ("Стойност", ()), ("Край", ())])
    assert tables(document)[2][1][1] == ("499 106.04 лв.", ("Стойност", "Грижа"))


def test_a_table_over_the_page_turn_keeps_its_headers():
    sheet = Sheet()
    head = ["Проект", "Стойност"]
    sheet.table([head, *([f"Проект {n} за грижа", f"{n}00 000 лв."] for n in range(1, 6))], 60, 680, [200, 150])
    sheet.next()
    sheet.table([[f"Проект {n} за грижа", f"{n}00 000 лв."] for n in range(6, 9)], 60, 60, [200, 150])
    sheet.next()
    sheet.table([head, ["Проект 9 за грижа", "900 000 лв."]], 60, 60, [200, 150])
    rows = tables(document_of(sheet))
    assert [kind for kind, _ in rows].count("table_header") == 2
    values = [cells[1] for kind, cells in rows if kind == "table_row"]
    assert values == [(f"{n}00 000 лв.", ("Стойност", f"Проект {n} за грижа")) for n in range(1, 10)]


def test_a_cell_of_several_lines_is_one_text():
    sheet = Sheet()
    sheet.table(
        [["Показател", "Стойност"], ["", "499 106.04 лв."], ["Срок", "22 месеца"]], 60, 100, [200, 150], high=40
    )
    sheet.line("Обща стойност на", 64, 155, 10)
    sheet.line("проекта по договор", 64, 168, 10)
    rows = tables(document_of(sheet))
    assert rows[1][1] == [
        ("Обща стойност на проекта по договор", ("Показател",)),
        ("499 106.04 лв.", ("Стойност", "Обща стойност на проекта по договор")),
    ]


def test_a_table_inside_of_a_form_is_seen():
    sheet = Sheet()
    sheet.canvas.beginForm("form")
    sheet.table([["Показател", "Стойност"], ["Общо", "120 000 лв."], ["БФП", "100 000 лв."]], 60, 100, [200, 150])
    sheet.canvas.endForm()
    sheet.canvas.doForm("form")
    assert tables(document_of(sheet))[1][1][1] == ("120 000 лв.", ("Стойност", "Общо"))


def test_a_frame_around_a_text_is_no_table():
    sheet = Sheet()
    sheet.canvas.rect(50, HEIGHT - 200, 400, 120)
    sheet.lines(["Общината покани жителите на среща за проекта, на която", "ще бъдат представени резултатите."], 100)
    document = document_of(sheet)
    assert texts(document) == [
        "Общината покани жителите на среща за проекта, на която ще бъдат представени резултатите."
    ]


def test_two_columns_are_read_one_after_the_other():
    sheet = Sheet()
    left = [f"лява колона ред {word} от текста" for word in ("едно", "две", "три", "четири", "пет", "шест", "седем")]
    right = [f"дясна колона ред {word} на листа" for word in ("едно", "две", "три", "четири", "пет", "шест", "седем")]
    for number, one in enumerate(left):
        sheet.line(one, 60, 100 + 14 * number, 10)
    for number, other in enumerate(right):
        sheet.line(other, 320, 100 + 14 * number, 10)
    text = document_of(sheet).text
    assert text.index("лява колона ред седем") < text.index("дясна колона ред едно")


def test_a_label_and_its_value_on_one_line_stay_together():
    sheet = Sheet()
    for number, (label, value) in enumerate(
        [("Обща стойност:", "515 000 лв."), ("Срок:", "24 месеца"), ("Край:", "09.01.2020")]
    ):
        sheet.line(value, 300, 100 + 30 * number)
        sheet.line(label, 60, 100 + 30 * number)
    assert texts(document_of(sheet)) == ["Обща стойност:\t515 000 лв.", "Срок:\t24 месеца", "Край:\t09.01.2020"]


def test_numbers_of_two_columns_without_rules_stay_two():
    sheet = Sheet()
    sheet.line("120 000", 60, 100)
    sheet.line("15 000 000", 200, 100)
    assert texts(document_of(sheet)) == ["120 000\t15 000 000"]


def test_the_labelled_day_is_the_publication_and_another_is_not():
    sheet = Sheet()
    sheet.lines(["Дата: 14.03.2019 г."], 60)
    sheet.lines(["Проектът започна на 01.11.2018 г."], 120)
    assert document_of(sheet).published.isoformat() == "2019-03-14"
    sheet = Sheet()
    sheet.lines(["Проектът започна на 01.11.2018 г."], 120)
    assert document_of(sheet).published is None


def test_a_turned_page_is_read_like_any_other():
    sheet = Sheet()
    sheet.canvas.setPageRotation(90)
    sheet.canvas.rotate(90)
    sheet.canvas.setFont("Text", 11)
    sheet.canvas.drawString(100, -60, "Първи ред на обърнатата страница,")
    sheet.canvas.drawString(100, -74, "втори ред за 12 души.")
    document = document_of(sheet)
    assert texts(document) == ["Първи ред на обърнатата страница, втори ред за 12 души."]


def test_a_scan_needs_recognition(without_recognition):
    pytest.importorskip("PIL")
    from PIL import Image

    sheet = Sheet()
    sheet.canvas.drawImage(ImageReader(Image.new("RGB", (200, 200), "grey")), 60, 60)
    with pytest.raises(UntrustedTextLayer, match="no text layer") as caught:
        document_of(sheet)
    assert caught.value.needs_ocr


def test_a_scanned_page_among_others_is_told():
    pytest.importorskip("PIL")
    from PIL import Image

    sheet = Sheet()
    for number in range(4):
        if number in (1, 2):
            sheet.canvas.drawImage(ImageReader(Image.new("RGB", (200, 200), "grey")), 60, 60)
        else:
            sheet.line(SENTENCES[number][:60], 60, 100)
        sheet.next()
    assert document_of(sheet).incomplete == "pages 2–3 of 4 have no text layer"


@pytest.mark.parametrize(
    "words",
    [
        "\uf400\uf401\uf402\uf403\uf404 \uf405\uf406\uf407 " * 4,
        "\u023a\u0245\u023f\u0244\u023a \u0245\u023f\u0244 " * 4,
        "(cid:12)(cid:34)(cid:7) (cid:12)(cid:9) (cid:44)(cid:45)(cid:46)(cid:47)",
    ],
    ids=["private glyphs", "shifted letters", "cid"],
)
def test_a_text_layer_that_is_no_language_is_not_believed(without_recognition, words):
    sheet = Sheet()
    sheet.line(words, 60, 100)
    with pytest.raises(UntrustedTextLayer, match="no language"):
        document_of(sheet)


def test_a_layer_in_the_wrong_letters_is_mended():
    sheet = Sheet()
    sheet.line("íîåìâðè 2018 ã. îáùèíàòà ïðèêëþ÷è ïðîåêò çà 5 000 ëâ.", 60, 100)
    assert texts(document_of(sheet)) == ["ноември 2018 г. общината приключи проект за 5 000 лв."]


def test_pages_that_are_not_seen_are_told(monkeypatch):
    monkeypatch.setattr(read_pdf, "MAX_PAGES", 2)
    (document,) = read(pdf_of_pages(3))
    assert document.incomplete == "only the first 2 of 3 pages are read"
    assert len(document.layout.pages) == 2


def test_a_page_that_is_broken_is_told_and_the_others_are_read():
    data = pdf_of_pages(3)
    place = [match.start() for match in re.finditer(rb"/Type /Page\b", data)][1]
    (document,) = read(data[:place] + b"/Type /Rage" + data[place + 11 :])
    assert document.incomplete == "pages 2 of 3 cannot be read"
    assert {run.page for run in document.layout.runs} == {1, 3}


def test_a_letterhead_with_phones_is_furniture_on_a_single_page():
    sheet = Sheet()
    sheet.line("О Б Щ И Н А   Д Ъ Б О В О", 200, 40)
    sheet.line("ул. „Липа“ № 1, тел. 0999/12 34 56, e-mail: kmet@dabovo.test", 120, 54, 8)
    sheet.line("Съфинансирано от Европейския съюз", 200, 66, 8)
    sheet.lines(["Общината обявява приема на заявления за топъл обяд."], 110)
    sheet.line("Деловодство: 0999/12 34 57", 60, 810, 8)
    document = document_of(sheet)
    assert texts(document) == ["Общината обявява приема на заявления за топъл обяд."]
    assert "Съфинансирано" in " ".join(texts(document, Zone.FURNITURE))


def test_a_phone_in_the_first_lines_of_a_letter_is_no_letterhead():
    sheet = Sheet()
    sheet.lines(["Общината отпуска 500 000 лв.", "Въпроси: тел. 0999/12 34 56"], 60)
    sheet.lines(["Срокът е 22 месеца."], 140)
    assert "500 000 лв." in texts(document_of(sheet))[0]


def test_a_short_line_before_a_long_word_is_a_wrap_and_no_end():
    sheet = Sheet()
    sheet.lines(
        [
            "Общината обяви, че новият проект за социални услуги се изпълнява с договор",
            "BG05M9OP001-2.002-9003-C001 от 5 май 2016 г. до края на годината.",
            "Срок: 22 месеца",
            "Бюджет: 500 000 лв.",
        ],
        60,
    )
    first, *others = texts(document_of(sheet))
    assert "се изпълнява с договор BG05M9OP001-2.002-9003-C001 от 5 май 2016 г." in first
    assert others == ["Срок: 22 месеца", "Бюджет: 500 000 лв."]


def test_prose_beside_a_column_of_short_lines():
    sheet = Sheet()
    left = [
        "Храната се раздава във всички села",
        "на общината от началото на годината",
        "и ще продължи до есента, когато ще",
    ]
    left += [
        "бъде взето ново решение за срока и",
        "за хората, които чакат на опашка за",
        "топъл обяд в центъра на града.",
    ]
    right = [
        "Брусарци: 48 човека",
        "Крива бара: 39 бр.",
        "Василовци: 36 бр.",
        "Смирненски: 30",
        "Киселево: 18",
        "Буковец: 12",
    ]
    sheet.lines(left, 100)
    sheet.lines(right, 100, x=330)
    assert texts(document_of(sheet)) == [" ".join(left), *right]


def test_a_table_in_one_of_two_columns_parts_its_own_alone():
    sheet = Sheet()
    left = [
        f"лява колона ред {word} от този текст" for word in ("едно", "две", "три", "четири", "пет", "шест", "седем")
    ]
    right = [f"дясна колона ред {word} на листа" for word in ("едно", "две", "три", "четири", "пет", "шест", "седем")]
    for number, one in enumerate(left):
        sheet.line(one, 60, 100 + 14 * number + 80 * (number > 2), 10)
    for number, other in enumerate(right):
        sheet.line(other, 320, 100 + 14 * number, 10)
    sheet.table([["Дейност", "Сума"], ["Обучение", "5 лв."], ["Одит", "7 лв."]], 60, 145, [120, 80])
    text = document_of(sheet).text
    places = [text.index(words) for words in ("ред три от", "Одит", "ред четири от", "ред седем от", "ред едно на")]
    assert places == sorted(places)


def test_a_head_of_two_rows_whose_first_names_groups():
    sheet = Sheet()
    rows = [
        ["", "Източници", "", "Отчет"],
        ["Проект", "Всичко", "ЕС", "Разплатено"],
        ["Път", "1 480,5", "1 258,4", "1 102,9"],
    ]
    sheet.table([*rows, ["Кухня", "226,0", "180,7", "190,0"]], 60, 100, [120, 80, 80, 80])
    found = tables(document_of(sheet))
    assert [kind for kind, _ in found] == ["table_header", "table_header", "table_row", "table_row"]
    assert found[2][1][1] == ("1 480,5", ("Всичко", "Източници", "Път"))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_cut_off_is_damaged_wherever_it_is_cut(share):
    data = pdf_of_pages(3)
    with pytest.raises(DamagedDocument):
        read(data[: int(len(data) * share)])


def test_every_run_leads_back_to_the_characters_of_its_page():
    import pypdfium2

    sheet = Sheet()
    sheet.lines(["Проектът на общината се изпъл-", "нява от 5 май 2016 г."], 100)
    sheet.table([["Показател", "Стойност"], ["Общо", "120 000 лв."], ["БФП", "100 000 лв."]], 60, 200, [200, 150])
    data = sheet.bytes()
    (document,) = read(data)
    page = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range()
    for run in document.layout.runs:
        assert page[run.index : run.index + run.length] == document.text[run.start : run.start + run.length]
    covered = sum(run.length for run in document.layout.runs)
    assert covered >= len("".join(document.text.split()))
