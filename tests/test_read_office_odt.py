"""ODT: headings, lists, tables and notes as LibreOffice shows them; deletions and hidden text left out."""

from office import blocks, body, furniture, headers, odf, told

from extractors import extract, read

AMOUNT = "Общата стойност на проекта е 312 480,50 лв."
HIDDEN = '<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>'
BOLD = '<style:style style:name="B"><style:text-properties fo:font-weight="bold"/></style:style>'


def one(content, **more):
    (document,) = read(odf("text", content, **more))
    return document


def cell(text, more=""):
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def row(*cells):
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def test_headings_lists_and_tables_become_blocks_and_figures():
    items = "".join(f"<text:list-item><text:p>{one}</text:p></text:list-item>" for one in ("14 асистенти", "58 деца"))
    head = row(
        cell("Показател", 'table:number-rows-spanned="2"'), cell("По договор", 'table:number-columns-spanned="2"')
    )
    covered = "<table:covered-table-cell/>"
    head += row(covered, cell("в лева"), cell("в евро"))
    rows = row(cell("Обща стойност"), cell("312 480,50"), cell("159 768,74"))
    document = one(
        f'<text:h text:outline-level="1">Проект „Топъл обяд за Ясеново“</text:h><text:p>{AMOUNT}</text:p>'
        f"<text:list>{items}</text:list>"
        f"<table:table><table:table-header-rows>{head}</table:table-header-rows>{rows}</table:table>"
    )
    assert [kind for kind, _ in blocks(document)] == [
        *("heading", "paragraph", "list_item", "list_item", "table_header", "table_header", "table_row"),
    ]
    assert document.title == "Проект „Топъл обяд за Ясеново“"
    assert headers(document)["159 768,74"] == ("в евро", "По договор", "Обща стойност")
    assert {("total_value", "312480.50"), ("total_value", "159768.74")} <= told(extract(document), document.text)


def test_what_was_deleted_or_is_hidden_is_left_out():
    changes = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>290 000 лв.</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
    )
    document = one(
        f'{changes}<text:p>Сумата е <text:change text:change-id="c"/>312 480,50 лв.'
        '<text:span text:style-name="T1"> тайно 999 лв.</text:span><office:annotation><text:p>бележка</text:p>'
        '</office:annotation> общо</text:p><text:p text:style-name="T1">скрит абзац</text:p>'
        '<text:section text:display="none"><text:p>скрит раздел</text:p></text:section>',
        automatic=HIDDEN,
    )
    assert document.text == "Сумата е 312 480,50 лв. общо"


def test_blanks_tabs_and_line_ends_are_those_of_the_file():
    text = "<text:p>Срок:<text:tab/>12   \n  месеца<text:line-break/>Брой:<text:s text:c='3'/>5</text:p>"
    assert one(text).text == "Срок:\t12 месеца\nБрой: 5"


def test_notes_and_text_boxes_stand_behind_their_paragraph():
    note = "<text:note-citation>1</text:note-citation><text:note-body><text:p>С ДДС.</text:p></text:note-body>"
    note = f"<text:note>{note}</text:note>"
    box = "<draw:frame><draw:text-box><text:p>Бюджет: 42 000 лв.</text:p></draw:text-box></draw:frame>"
    assert body(one(f"<text:p>Цена{note}{box}</text:p><text:p>Край</text:p>")) == [
        *("Цена", "С ДДС.", "Бюджет: 42 000 лв.", "Край"),
    ]


def test_headers_of_pages_and_tables_of_contents_are_furniture():
    page = "<style:master-page><style:header><text:p>ОБЩИНА ЯСЕНОВО</text:p></style:header></style:master-page>"
    contents = (
        "<text:table-of-content><text:index-body><text:p>Бюджет 3</text:p></text:index-body></text:table-of-content>"
    )
    document = one(
        f"{contents}<text:p>{AMOUNT}</text:p>", styles=f"<office:master-styles>{page}</office:master-styles>"
    )
    assert (body(document), furniture(document)) == ([AMOUNT], ["Бюджет 3", "ОБЩИНА ЯСЕНОВО"])


def test_a_bold_line_is_a_heading_and_the_properties_give_the_title_where_they_say_more():
    bold = '<text:p><text:span text:style-name="B">ОБЯВА</text:span></text:p>'
    document = one(bold + f"<text:p>{AMOUNT}</text:p>", automatic=BOLD, title="Обява за проект „Чист град“")
    assert blocks(document)[0] == ("heading", "ОБЯВА")
    assert document.title == "Обява за проект „Чист град“"


def test_a_repeated_row_is_no_bomb():
    row = f'<table:table-row table:number-rows-repeated="99999999">{cell("1 лв.")}{cell("2 лв.")}</table:table-row>'
    assert one(f"<table:table>{row * 50}</table:table>").text.count("1 лв.") < 12_000
