"""One workbook, with what is hidden in it, as XLSX, XLS and ODS."""

import io
from datetime import date

import openpyxl
import xlwt
from office import odf
from openpyxl.styles import Font

TITLE = "Справка за проектите на община Ясеново"
HEAD = ["№", "Проект", "Обща стойност", "Дял БФП", "Край на проекта"]
ROWS = [
    [1, "Проект „Топъл обяд за Ясеново“", 312480.5, 0.85, date(2019, 3, 14)],
    [2, "Проект „Ремонт на читалище“", 1234567, 1, date(2020, 11, 30)],
    [3, "Проект „Скрит“", 999999, 1, date(2021, 1, 1)],
]
FORMATS = ["General", "General", '#,##0.00 "лв."', "0%", "m/d/yyyy"]


def as_xlsx():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([TITLE])
    sheet["A1"].font = Font(bold=True)
    sheet.merge_cells("A1:E1")
    sheet.append([])
    for row in [HEAD, *ROWS]:
        sheet.append(row)
    for line in sheet.iter_rows(min_row=4):
        for cell, code in zip(line, FORMATS, strict=False):
            cell.number_format = code
    sheet.row_dimensions[6].hidden = True
    sheet["G3"], sheet["G4"] = "Бележка за служебно ползване", "777 лв."
    sheet.column_dimensions["G"].hidden = True
    secret = book.create_sheet("Тайно")
    secret["A1"], secret.sheet_state = "888 лв.", "hidden"
    book.create_sheet("Празно")
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def as_xls():
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    sheet.write_merge(0, 0, 0, 4, TITLE, xlwt.easyxf("font: bold on"))
    for number, row in enumerate([HEAD, *ROWS], start=2):
        for column, value in enumerate(row):
            code = FORMATS[column] if number > 2 else "General"
            sheet.write(number, column, value, xlwt.easyxf(num_format_str=code))
    sheet.row(5).hidden = True
    sheet.write(2, 6, "Бележка за служебно ползване")
    sheet.write(3, 6, "777 лв.")
    sheet.col(6).hidden = True
    secret = book.add_sheet("Тайно")
    secret.write(0, 0, "888 лв.")
    secret.visibility = 1
    book.add_sheet("Празно")
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def as_ods():
    def cell(text, more=""):
        return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"

    shown = [
        ["1", "Проект „Топъл обяд за Ясеново“", "312\u00a0480,50 лв.", "85%", "14.03.2019"],
        ["2", "Проект „Ремонт на читалище“", "1\u00a0234\u00a0567,00 лв.", "100%", "30.11.2020"],
        ["3", "Проект „Скрит“", "999\u00a0999,00 лв.", "100%", "01.01.2021"],
    ]
    over = 'table:number-columns-spanned="5"'
    rows = [f"<table:table-row>{cell(TITLE, over)}</table:table-row>"]
    rows.append('<table:table-row><table:table-cell table:number-columns-repeated="5"/></table:table-row>')
    note = ["Бележка за служебно ползване", "777 лв."]
    for number, line in enumerate([HEAD, *shown]):
        hidden = ' table:visibility="filter"' if number == 3 else ""
        tail = "<table:table-cell/>" + (cell(note[number]) if number < 2 else "")
        rows.append(f"<table:table-row{hidden}>{''.join(map(cell, line))}{tail}</table:table-row>")
    rows.append('<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>')
    columns = '<table:table-column table:number-columns-repeated="6"/><table:table-column table:visibility="collapse"/>'
    secret = f"<table:table-row>{cell('888 лв.')}</table:table-row>"
    secret = f'<table:table table:name="Тайно" table:style-name="gone">{secret}</table:table>'
    gone = '<style:style style:name="gone"><style:table-properties table:display="false"/></style:style>'
    sheet = f'<table:table table:name="Sheet1">{columns}{"".join(rows)}</table:table>'
    return odf("spreadsheet", sheet + secret, automatic=gone)
