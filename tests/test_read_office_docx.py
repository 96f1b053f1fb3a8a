"""DOCX: what Word shows with all changes accepted, in blocks, with cells that know their headers."""

import io

import docx as word
import pytest
from office import (
    WORD,
    blocks,
    body,
    content_types,
    docx,
    furniture,
    headers,
    packed,
    paragraph,
    relations,
    told,
    word_part,
)

from extractors import extract, read

AMOUNT = "Общата стойност на проекта е 312 480,50 лв."


def one(data):
    (document,) = read(data)
    return document


def switched(text, *names):
    return f"<w:r><w:rPr>{''.join(f'<w:{name}/>' for name in names)}</w:rPr><w:t>{text}</w:t></w:r>"


def test_headings_lists_and_tables_of_a_letter_become_blocks_and_figures():
    letter = word.Document()
    letter.add_heading("Община Ясеново стартира „Топъл обяд за Ясеново“", 1)
    letter.add_paragraph(AMOUNT)
    letter.add_paragraph("Наети са 14 лични асистенти.", style="List Bullet")
    letter.add_paragraph("Обхванати са 58 потребители.", style="List Bullet")
    table = letter.add_table(rows=2, cols=2)
    for place, text in enumerate(["Показател", "Стойност в лв.", "Безвъзмездна финансова помощ", "265 608,43"]):
        table.cell(place // 2, place % 2).text = text
    letter.sections[0].header.paragraphs[0].text = "ОБЩИНА ЯСЕНОВО, тел. 0700 11 222"
    letter.sections[0].footer.paragraphs[0].text = "стр. 1"
    data = io.BytesIO()
    letter.save(data)
    document = one(data.getvalue())
    assert document.title == "Община Ясеново стартира „Топъл обяд за Ясеново“"
    assert blocks(document)[:4] == [
        ("heading", document.title),
        ("paragraph", AMOUNT),
        ("list_item", "Наети са 14 лични асистенти."),
        ("list_item", "Обхванати са 58 потребители."),
    ]
    assert headers(document)["265 608,43"] == ("Стойност в лв.", "Безвъзмездна финансова помощ")
    assert furniture(document) == ["ОБЩИНА ЯСЕНОВО, тел. 0700 11 222", "стр. 1"]
    assert told(extract(document), document.text) == {
        ("total_value", "312480.50"),
        ("grant", "265608.43"),
        ("personal_assistants", "14"),
        ("users", "58"),
    }


def test_deleted_text_is_left_out_and_inserted_text_is_kept():
    changed = (
        "<w:del><w:r><w:delText>290 000,00 лв.</w:delText></w:r></w:del>",
        "<w:ins><w:r><w:t>312 480,50 лв.</w:t></w:r></w:ins>",
        "<w:moveFrom><w:r><w:t> за 12 месеца</w:t></w:r></w:moveFrom>",
        "<w:moveTo><w:r><w:t> за 18 месеца</w:t></w:r></w:moveTo>",
    )
    document = one(docx(paragraph("Общата стойност е ", *changed)))
    assert document.text == "Общата стойност е 312 480,50 лв. за 18 месеца"


def test_a_paragraph_whose_end_was_deleted_runs_on():
    document = one(docx(paragraph("Общата стойност ", look="<w:rPr><w:del/></w:rPr>") + paragraph("е 5 000 лв.")))
    assert document.text == "Общата стойност е 5 000 лв."
    last = one(docx(paragraph("Последен ред", look="<w:rPr><w:del/></w:rPr>")))
    assert last.text == "Последен ред"


def test_a_deleted_row_is_left_out():
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    row = f"<w:tr>{{}}{cell}{cell}</w:tr>"
    table = row.format("", "Показател", "Стойност") + row.format("<w:trPr><w:del/></w:trPr>", "Старо", "1 лв.")
    document = one(docx(f"<w:tbl>{table}{row.format('', 'Ново', '2 лв.')}</w:tbl>"))
    assert body(document) == ["Показател\tСтойност", "Ново\t2 лв."]


def test_hidden_text_is_left_out_by_the_run_and_by_its_style():
    styles = word_part(
        "styles",
        '<w:style w:type="character" w:styleId="a"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="p"><w:name w:val="Notes"/><w:basedOn w:val="q"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="q"><w:name w:val="Base"/><w:basedOn w:val="p"/>'
        "<w:rPr><w:vanish/></w:rPr></w:style>",
    )
    by_style = '<w:r><w:rPr><w:rStyle w:val="a"/></w:rPr><w:t> 777 лв.</w:t></w:r>'
    shown = '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> видимо</w:t></w:r>'
    text = paragraph("Сумата е 10 лв.", switched(" 999 лв.", "vanish"), by_style, shown)
    document = one(
        docx(text + paragraph("Бележка", look='<w:pStyle w:val="p"/>'), rels={"styles": "styles.xml"}, styles=styles)
    )
    assert document.text == "Сумата е 10 лв. видимо"


def test_of_a_field_its_result_is_kept():
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DOCPROPERTY 111 лв.</w:instrText></w:r>'
        '<w:r><w:t>старо</w:t></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>25</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    simple = '<w:fldSimple w:instr="DATE"><w:r><w:t> деца</w:t></w:r></w:fldSimple>'
    assert one(docx(paragraph("Записани са ", field, simple, "."))).text == "Записани са 25 деца."


def test_a_text_box_that_is_drawn_twice_is_read_once():
    box = "<w:txbxContent><w:p><w:r><w:t>Бюджет: 42 000 лв.</w:t></w:r></w:p></w:txbxContent>"
    drawn = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
        f"{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    assert body(one(docx(paragraph("Проект „Чист град“", drawn)))) == ["Проект „Чист град“", "Бюджет: 42 000 лв."]


def test_a_note_stands_behind_its_paragraph_once():
    notes = word_part(
        "footnotes",
        '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>----</w:t></w:r></w:p></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>С включен ДДС.</w:t></w:r></w:p></w:footnote>',
    )
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    data = docx(
        paragraph("Цена: 90 000 лв.", mark, ".") + paragraph("Край", mark),
        rels={"footnotes": "footnotes.xml"},
        footnotes=notes,
    )
    assert body(one(data)) == ["Цена: 90 000 лв..", "С включен ДДС.", "Край"]


def test_a_table_of_contents_is_furniture():
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    contents = f"<w:sdt>{gallery}<w:sdtContent>{paragraph('Бюджет 3')}</w:sdtContent></w:sdt>"
    document = one(docx(contents + paragraph("Бюджет", look='<w:outlineLvl w:val="0"/>') + paragraph(AMOUNT)))
    assert (body(document), furniture(document)) == (["Бюджет", AMOUNT], ["Бюджет 3"])


MERGED = """<w:tbl>
<w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>Показател</w:t></w:r></w:p></w:tc>
<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>По договор</w:t></w:r></w:p></w:tc></w:tr>
<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p><w:r><w:t>в лева</w:t></w:r></w:p></w:tc>
<w:tc><w:p><w:r><w:t>в евро</w:t></w:r></w:p></w:tc></w:tr>
<w:tr><w:tc><w:p><w:r><w:t>Обща стойност</w:t></w:r></w:p></w:tc>
<w:tc><w:p><w:r><w:t>312 480,50</w:t></w:r></w:p></w:tc>
<w:tc><w:p><w:r><w:t>159 768,74</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"""


def test_merged_headers_reach_every_cell_below_them():
    document = one(docx(paragraph("Проект „Нова детска градина“") + MERGED))
    found = headers(document)
    assert found["312 480,50"] == ("в лева", "По договор", "Обща стойност")
    assert found["159 768,74"] == ("в евро", "По договор", "Обща стойност")
    assert {("total_value", "312480.50"), ("total_value", "159768.74")} <= told(extract(document), document.text)


def test_a_table_that_frames_the_page_gives_its_paragraphs_and_the_table_in_it():
    frame = f"<w:tbl><w:tr><w:tc>{paragraph('Вх. № 5')}</w:tc><w:tc>{paragraph(AMOUNT)}{MERGED}</w:tc></w:tr></w:tbl>"
    document = one(docx(frame))
    assert blocks(document)[:2] == [("paragraph", "Вх. № 5"), ("paragraph", AMOUNT)]
    assert headers(document)["159 768,74"][0] == "в евро"


def test_a_line_in_bold_letters_is_a_heading_and_a_sentence_is_none():
    bold = switched("ОБЯВА ЗА КАНДИДАТИ", "b")
    document = one(docx(paragraph(bold) + paragraph(switched("Срокът изтича на 5 май 2021 г.", "b"))))
    assert [kind for kind, _ in blocks(document)] == ["heading", "paragraph"]
    assert document.title == "ОБЯВА ЗА КАНДИДАТИ"


CORE = '<cp:coreProperties xmlns:cp="urn:cp" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title></cp:coreProperties>'


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ("Отчет за изпълнение на проекта", "Отчет за изпълнение на проекта"),
        ("Microsoft Word - писмо.doc", None),
        ("Document1", None),
        ("ОБРАЗЕЦ", None),
        ("", None),
    ],
)
def test_the_properties_give_a_title_where_they_say_something(told, title):
    # „../docProps“ leads out of the folder „word“ and stays in the package
    document = one(docx(paragraph(AMOUNT), **{"../docProps/core": CORE.format(told)}))
    assert document.title is None
    data = packed(
        {
            "[Content_Types].xml": content_types("word/document.xml", WORD),
            "_rels/.rels": relations(officeDocument="/word/document.xml"),
            "word/document.xml": word_part("document", f"<w:body>{paragraph(AMOUNT)}</w:body>"),
            "docProps/core.xml": CORE.format(told),
        }
    )
    assert one(data).title == title


def test_line_ends_tabs_and_hard_spaces_stay():
    run = "<w:r><w:t>Срок:</w:t><w:tab/><w:t>12\u00a0месеца</w:t><w:br/><w:t>Място: с.\u00a0Ясеново</w:t></w:r>"
    assert one(docx(paragraph(run))).text == "Срок:\t12\u00a0месеца\nМясто: с.\u00a0Ясеново"


def test_the_day_of_publication_is_that_of_a_labelled_line():
    assert str(one(docx(paragraph("Дата: 14.03.2019 г.") + paragraph(AMOUNT))).published) == "2019-03-14"


def test_tables_in_tables_in_tables_end_somewhere():
    deep = paragraph(AMOUNT)
    for _ in range(60):
        deep = f"<w:tbl><w:tr><w:tc>{deep}<w:p/></w:tc></w:tr></w:tbl>"
    assert AMOUNT in one(docx(deep)).text
