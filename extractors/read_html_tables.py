"""The tables of a page: which ones hold data and not the layout, and their rows with spans resolved.

A definition list, ``<dl><dt>Обща стойност</dt><dd>515 000 лв.</dd></dl>``, is a table of labels and values.
"""

import re
from collections.abc import Iterator

from lxml import etree

from extractors.canonical import canonical
from extractors.read_html_tags import BREAKING, DROPPED, is_hidden
from extractors.tables_headers import GridCell, TableRow, label_rows

_SPACE = re.compile("[ \t\n\r\f]+")
_SPACE_RUN = re.compile(" {2,}")
_LINES = re.compile(r"[ \u00a0]*\v[ \u00a0\v]*")
_AROUND = " \t\n\r\f\v\u00a0\u200b\ufeff"
#: A cell that holds one of these holds a part of the page and no value.
_LAYOUT = ("table", "h1", "h2", "form", "nav", "header", "footer", "article", "main", "aside", "iframe", "dl")
#: An unmarked table with a cell longer than this is the frame of a page.
_LONG_CELL = 1200
#: Spans that reach further are no table but an attack on the reader's memory.
_WIDEST = 64
_SPANNED = 200_000


def is_data_table(table: etree._Element) -> bool:
    """Whether a table holds rows and columns of data; old pages are laid out in tables."""
    if table.get("role") in {"presentation", "none"}:
        return False
    if next(table.iterdescendants(*_LAYOUT), None) is not None:
        return False
    widths = [sum(1 for _ in row.iterchildren("td", "th")) for row in table.iterdescendants("tr")]
    if not widths or max(widths) < 2:
        return False
    if next(table.iterdescendants("th"), None) is not None:
        return True
    if len(widths) < 2:
        return False
    longest = max(len("".join(cell.itertext())) for cell in table.iterdescendants("td"))
    several = sum(1 for width in widths if width > 1)
    return several * 2 >= len(widths) and longest <= _LONG_CELL


def is_data_list(element: etree._Element) -> bool:
    """Whether a definition list is one of short terms with their values."""
    terms = list(element.iterdescendants("dt"))
    # Joomla puts author, day and counter into one list under „Детайли“: those are lines, not values of a term.
    values = sum(1 for _ in element.iterdescendants("dd"))
    if (
        not terms
        or values != len(terms)
        or next(element.iterdescendants("ul", "ol", "table", "dl", "h1", "h2"), None) is not None
    ):
        return False
    return all(len("".join(term.itertext())) <= 120 for term in terms)


def read_list(element: etree._Element) -> list[TableRow]:
    """Return a definition list as rows: the term, then what is said of it."""
    rows: list[list[GridCell]] = []
    for each in element.iterdescendants("dt", "dd"):
        text = cell_text(each)
        if each.tag == "dt" or not rows:
            rows.append([GridCell(text, len(rows), 0)])
        else:
            row = rows[-1]
            row.append(GridCell(text, len(rows) - 1, len(row)))
    return label_rows(rows, above=((),))


def read_table(table: etree._Element) -> list[TableRow]:
    """Return the rows of a data table, each cell with the headers that speak of it."""
    rows: list[list[GridCell]] = []
    taken: dict[tuple[int, int], bool] = {}
    head_rows = 0
    lines = list(_rows(table))
    for number, (row, in_head) in enumerate(lines):
        cells: list[GridCell] = []
        column = 0
        for element in row.iterchildren("td", "th"):
            while (number, column) in taken:
                column += 1
            high = min(_span(element, "rowspan"), len(lines) - number)
            wide = _span(element, "colspan")
            if column + wide > _WIDEST or len(taken) > _SPANNED:
                high = wide = 1
            for down in range(high):
                for right in range(wide):
                    taken[number + down, column + right] = True
            cells.append(GridCell(cell_text(element), number, column, high, wide, _is_head(element, in_head)))
            column += wide
        rows.append(cells)
        if in_head and number == head_rows and any(cell.text for cell in cells):
            head_rows = number + 1
    if head_rows == len(rows):
        head_rows = 0
    return label_rows(rows, head_rows=head_rows)


def cell_text(element: etree._Element) -> str:
    """Return what is seen in a cell, in NFC: one line for each paragraph, list item or ``<br>`` in it."""
    parts = [element.text or ""]
    skipped: etree._Element | None = None
    events = etree.iterwalk(element, events=("start", "end"))
    for event, each in events:
        if each is element:
            continue
        if event == "start":
            if each.tag in DROPPED or is_hidden(each):
                skipped = each
                events.skip_subtree()
                continue
            if each.tag in BREAKING:
                parts.append("\v")
            if each.text:
                parts.append(_SPACE.sub(" ", each.text))
            continue
        if each is not skipped and each.tag in BREAKING and each.tag != "br":
            parts.append("\v")
        if each.tail:
            parts.append(_SPACE.sub(" ", each.tail))
    parts[0] = _SPACE.sub(" ", parts[0])
    text = _SPACE_RUN.sub(" ", "".join(parts)).strip(_AROUND)
    return canonical(_LINES.sub("\n", text)) if text else ""


def _rows(table: etree._Element) -> Iterator[tuple[etree._Element, bool]]:
    for row in table.iterdescendants("tr"):
        parent = row.getparent()
        yield row, parent is not None and parent.tag == "thead"


def _is_head(element: etree._Element, in_head: bool) -> bool:
    if in_head or element.tag == "th":
        return True
    # Word and old editors write the head in bold: <td><p><strong>Стойност</strong></p></td>.
    bold = next(element.iterdescendants("b", "strong"), None)
    if bold is None:
        return False
    whole = "".join("".join(element.itertext()).split())
    return bool(whole) and "".join("".join(bold.itertext()).split()) == whole


def _span(element: etree._Element, name: str) -> int:
    value = element.get(name) or "1"
    return max(1, int(value)) if value.isascii() and value.isdigit() and len(value) < 6 else 1
