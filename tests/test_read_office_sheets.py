"""Workbooks: what their sheets show, as tables with headers; XLSX, XLS and ODS tell the same."""

import pytest
from office import blocks, body, headers, odf, told, xlsx
from workbooks import HEAD, TITLE, as_ods, as_xls, as_xlsx

from extractors import extract, read
from extractors.errors import EmptyDocument
from extractors.read_office_formats import shown_number, shown_text


def one(data):
    (document,) = read(data)
    return document


@pytest.mark.parametrize("data", [as_xlsx(), as_xls(), as_ods()], ids=["XLSX", "XLS", "ODS"])
def test_a_sheet_is_read_as_it_is_seen(data):
    document = one(data)
    assert body(document)[-4:] == [
        TITLE,
        "\t".join(HEAD),
        "1\tПроект „Топъл обяд за Ясеново“\t312\u00a0480,50 лв.\t85%\t14.03.2019",
        "2\tПроект „Ремонт на читалище“\t1\u00a0234\u00a0567,00 лв.\t100%\t30.11.2020",
    ]
    assert document.title == TITLE
    assert headers(document)["312\u00a0480,50 лв."] == ("Обща стойност", "Проект „Топъл обяд за Ясеново“")
    assert document.incomplete is None
    found = told(extract(document), document.text)
    assert {("total_value", "312480.50"), ("total_value", "1234567.00"), ("project_end", "2019-03-14")} <= found
    assert not any(value in {"777.00", "888.00", "999999.00"} for _, value in found)


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (312480.5, "General", "312480,5"),
        (0.1 + 0.2, "General", "0,3"),
        (58.0, "General", "58"),
        (1 / 3, "General", "0,333333333"),
        (1234567, "#,##0", "1 234 567"),
        (1234567.5, "# ##0.00", "1 234 567,50"),
        (1234.5, "#,##0.00\\ [$€-1]", "1 234,50 €"),
        (1234.5, "[$€-407] #,##0.00", "€ 1 234,50"),
        (1234.5, '_-* #,##0.00\\ "лв."_-;\\-* #,##0.00\\ "лв."_-;_-* "-"??\\ "лв."_-;_-@_-', "1 234,50 лв."),
        (-1234.5, '#,##0.00 "лв.";[Red]-#,##0.00 "лв."', "-1 234,50 лв."),
        (-5.5, "0.00;(0.00)", "(5,50)"),
        (0, '0;-0;"няма"', "няма"),
        (0, "#,##0.00;-#,##0.00;;@", ""),
        (0.125, "0.0%", "12,5%"),
        (1.005, "0.00", "1,01"),
        (1234567, '0.0,,\\ "млн. лв."', "1,2 млн. лв."),
        (58, '0" потребители"', "58 потребители"),
        (7, "000", "007"),
        (43025, "m/d/yyyy", "17.10.2017"),
        (43025, '[$-402]d.m.yyyy "г.";@', "17.10.2017 г."),
        (43025.604166667, "yyyy-mm-dd hh:mm", "17.10.2017 14:30"),
        (43025, "mmmm yyyy", "10.2017"),
        (43025, "yyyy", "2017"),
        (0.5, "h:mm AM/PM", "12:00"),
        (-1, "dd.mm.yyyy", "-1"),
        (5, '"незатворено', "незатворено"),
        (1e300, "dd.mm.yyyy", "1,00000E+300"),
    ],
)
def test_a_number_is_shown_as_its_format_has_it(value, code, shown):
    assert shown_number(value, code).replace("\u00a0", " ") == shown


def test_days_of_old_macintosh_workbooks_count_from_1904():
    assert shown_number(41563, "dd.mm.yyyy", from_1904=True) == "17.10.2017"


def test_a_format_may_hide_a_text():
    assert (shown_text("тайна", ";;;"), shown_text("явно", "0.00"), shown_text("5", '0;0;0;"№ "@')) == (
        "",
        "явно",
        "№ 5",
    )


def cells(*values, row=1):
    inner = "".join(
        f'<c r="{chr(65 + n)}{row}" t="inlineStr"><is><t>{v}</t></is></c>' for n, v in enumerate(values) if v
    )
    return f'<row r="{row}">{inner}</row>'


def test_merged_headers_reach_every_cell_below_them():
    rows = cells("Показател", "По договор", "", row=1) + cells("", "в лева", "в евро", row=2)
    rows += cells("Обща стойност", "312 480,50", "159 768,74", row=3)
    merged = '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/></mergeCells>'
    found = headers(one(xlsx(f"<sheetData>{rows}</sheetData>{merged}")))
    assert found["159 768,74"] == ("в евро", "По договор", "Обща стойност")
    assert found["312 480,50"] == ("в лева", "По договор", "Обща стойност")


def test_a_table_goes_on_below_an_empty_row_and_a_lone_line_names_what_follows():
    rows = cells("Дейност", "Стойност", "Срок", row=1) + cells("Ремонт", "10 лв.", "2 месеца", row=2)
    rows += cells("Превоз", "20 лв.", "3 месеца", row=4)
    rows += cells("Втора част", row=5) + cells("Храна", "30 лв.", "4 месеца", row=6)
    document = one(xlsx(f"<sheetData>{rows}</sheetData>"))
    found = headers(document)
    assert found["20 лв."] == ("Стойност", "Превоз")
    assert found["30 лв."] == ("Стойност", "Храна", "Втора част")


def test_lines_above_and_below_a_table_are_no_rows():
    rows = cells("Обява", row=1) + cells("Дейност", "Стойност", row=2) + cells("Ремонт", "10 лв.", row=3)
    rows += cells("Изготвил: отдел „Бюджет“", row=4)
    kinds = [kind for kind, _ in blocks(one(xlsx(f"<sheetData>{rows}</sheetData>")))]
    assert kinds == ["heading", "table_header", "table_row", "paragraph"]


def test_a_merged_cell_whose_first_row_is_hidden_is_still_seen():
    rows = '<row r="1" hidden="1"><c r="A1" t="inlineStr"><is><t>Група</t></is></c></row>' + cells(
        "", "10 лв.", "20 лв.", row=2
    )
    document = one(xlsx(f'<sheetData>{rows}</sheetData><mergeCells><mergeCell ref="A1:A2"/></mergeCells>'))
    assert body(document) == ["Група\t10 лв.\t20 лв."]


def test_formulas_give_the_values_kept_with_them_and_what_has_none_is_told():
    rows = '<row r="1"><c r="A1"><f>SUM(B1:B9)</f><v>312480.5</v></c><c r="B1" t="str"><f>A2</f><v>Общо</v></c></row>'
    rows += '<row r="2"><c r="A2"><f>1+1</f></c><c r="B2" t="b"><v>1</v></c><c r="C2" t="e"><v>#DIV/0!</v></c></row>'
    document = one(xlsx(f"<sheetData>{rows}</sheetData>"))
    assert body(document) == ["312480,5\tОбщо", "ИСТИНА\t#DIV/0!"]
    assert document.incomplete == "1 formulas of the sheet „Sheet1“ have no value kept with them"


def test_shared_texts_keep_their_runs_and_leave_out_how_they_are_spoken():
    rich = "<r><t>Община_x000D_&#10;</t></r><r><t>Ясеново</t></r><rPh><t>ясеново</t></rPh>"
    row = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>9</v></c></row>'
    assert one(xlsx(f"<sheetData>{row}</sheetData>", shared=(rich,))).text == "Община\nЯсеново"


def test_a_declared_dimension_and_a_million_empty_rows_cost_nothing():
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(2, 60_000))
    last = '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>Край на справката</t></is></c></row>'
    sheet = f'<dimension ref="A1:XFD1048576"/><sheetData>{cells("Начало на справката")}{empty}{last}</sheetData>'
    assert body(one(xlsx(sheet))) == ["Начало на справката", "Край на справката"]


@pytest.fixture
def few_cells(monkeypatch):
    """Only 1,000 cells are read: the limit's own number takes seconds to reach."""
    for name in ("sheets", "xlsx", "ods"):
        monkeypatch.setattr(f"extractors.read_office_{name}.MAX_CELLS", 1000)


@pytest.mark.usefixtures("few_cells")
def test_what_is_more_than_is_read_is_told():
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="ZZ{n}"><v>1</v></c></row>' for n in range(1, 1009))
    document = one(xlsx(f"<sheetData>{rows}</sheetData>"))
    assert document.incomplete == "of the sheet „Sheet1“ only the first 1,000 cells and 256 columns are read"
    assert len(document.blocks) == 1000


@pytest.mark.usefixtures("few_cells")
def test_a_repeated_cell_of_an_ods_file_is_no_bomb():
    many = 'table:number-columns-repeated="16384"'
    row = f"<table:table-cell {many}><text:p>1 лв.</text:p></table:table-cell>"
    row = f'<table:table-row table:number-rows-repeated="1048576">{row}</table:table-row>'
    document = one(odf("spreadsheet", f'<table:table table:name="а">{row * 3}</table:table>'))
    assert "only the first" in document.incomplete
    assert document.text.count("1 лв.") == 1000


@pytest.mark.parametrize(
    "data",
    [
        xlsx("<sheetData/>"),
        xlsx(f"<sheetData>{cells('10 лв.')}</sheetData>", state="veryHidden"),
        odf("spreadsheet", ""),
    ],
    ids=["empty", "hidden", "no sheet"],
)
def test_a_workbook_that_shows_nothing_says_so(data):
    with pytest.raises(EmptyDocument, match="shows nothing"):
        read(data)
