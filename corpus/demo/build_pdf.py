"""Make the PDFs of the demonstration: ``python -m corpus.demo.build_pdf``; ``corpus.demo.build`` enters them.

Needs reportlab and the DejaVu fonts (Debian: fonts-dejavu-core). The same sources give the same bytes.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from html import escape
from io import BytesIO
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from corpus.demo import DOCUMENTS, FOLDER
from corpus.demo.announcement import Announcement, Form, Piece, read_announcement
from corpus.demo.content import Attachment, Words, read_contents

FONTS = Path("/usr/share/fonts/truetype/dejavu")
_PLAIN, _BOLD = "DejaVuSerif", "DejaVuSerif-Bold"
_LINE = 5 * mm
_MARGIN = 22 * mm


def _style(name: str, attachment: Attachment, font: str = _PLAIN, size: float = 10.5, **more: float) -> ParagraphStyle:
    size *= attachment.scale
    return ParagraphStyle(name, fontName=font, fontSize=size, leading=size * 1.4, **more)


def make_pdf(announcement: Announcement, attachment: Attachment) -> bytes:
    """Typeset an announcement with the letterhead and footer of its attachment."""
    for name in (_PLAIN, _BOLD):
        pdfmetrics.registerFont(TTFont(name, FONTS / f"{name}.ttf"))
    pages = _typeset(announcement, attachment, pages=0)[1]
    return _typeset(announcement, attachment, pages)[0]


def _typeset(announcement: Announcement, attachment: Attachment, pages: int) -> tuple[bytes, int]:
    size = landscape(A4) if attachment.landscape else A4
    buffer = BytesIO()
    template = SimpleDocTemplate(
        buffer,
        pagesize=size,
        title=announcement.title,
        topMargin=_MARGIN + _LINE * len(attachment.letterhead),
        bottomMargin=_MARGIN,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        invariant=1,
    )
    title = _style("title", attachment, _BOLD, 13, alignment=1, spaceAfter=14)
    story: list[Flowable] = [Paragraph(escape(announcement.title), title)]
    if attachment.stamp:
        stamp = Words.read().stamp(attachment.stamp, announcement.published)
        story.append(Paragraph(escape(stamp), _style("stamp", attachment, spaceAfter=10)))
    for piece in announcement.pieces:
        story += _flowables(piece, attachment, size[0] - 2 * _MARGIN)
    draw: Callable[[Canvas, SimpleDocTemplate], None] = partial(_draw_frame, attachment=attachment, pages=pages)
    template.build(story, onFirstPage=draw, onLaterPages=draw)
    return buffer.getvalue(), template.page


def _draw_frame(canvas: Canvas, template: SimpleDocTemplate, attachment: Attachment, pages: int) -> None:
    width, height = template.pagesize
    canvas.saveState()
    rule = height - 16 * mm - (len(attachment.letterhead) - 1) * _LINE
    for number, line in enumerate(attachment.letterhead):
        canvas.setFont(_BOLD if number == 0 else _PLAIN, 9)
        canvas.drawCentredString(width / 2, height - 14 * mm - number * _LINE, line)
    canvas.line(_MARGIN, rule, width - _MARGIN, rule)
    canvas.setFont(_PLAIN, 8)
    canvas.drawCentredString(width / 2, 12 * mm, attachment.footer.format(page=template.page, pages=pages))
    canvas.restoreState()


def _flowables(piece: Piece, attachment: Attachment, width: float) -> Iterator[Flowable]:
    text = _style("text", attachment, spaceAfter=8)
    item = _style("item", attachment, leftIndent=14, spaceAfter=3)
    if piece.form is Form.TABLE:
        yield _table(piece, attachment, width)
        yield Spacer(0, 8)
    elif piece.form is Form.TEXT:
        yield Paragraph("<br/>".join(escape(line) for line in piece.lines), text)
    elif piece.form is Form.NUMBERS:
        # A number alone heads a part: „1. Срок и средства“.
        style = item if len(piece.lines) > 1 else _style("heading", attachment, _BOLD, spaceBefore=6, spaceAfter=8)
        for number, line in enumerate(piece.lines, piece.first):
            yield Paragraph(f"{number}. {escape(line)}", style)
    else:
        for line in piece.lines:
            yield Paragraph(f"- {escape(line)}", item)
        yield Spacer(0, 5)


def _table(piece: Piece, attachment: Attachment, width: float) -> LongTable:
    header, *rows = piece.rows
    head, plain = _style("header", attachment, _BOLD, 8), _style("cell", attachment, _PLAIN, 8)
    cells = [[Paragraph(escape(cell), head) for cell in header]]
    cells += [[Paragraph(escape(cell), plain) for cell in row] for row in rows]
    widths = _column_widths(list(zip(*rows, strict=True)), header, attachment, width)
    table = LongTable(cells, colWidths=widths, repeatRows=1 if attachment.repeat else 0)
    grid = ("GRID", (0, 0), (-1, -1), 0.5, colors.black)
    table.setStyle(
        TableStyle([grid, ("VALIGN", (0, 0), (-1, -1), "TOP"), ("BACKGROUND", (0, 0), (-1, 0), colors.lightgrey)])
    )
    return table


def _column_widths(
    columns: Sequence[Sequence[str]], header: Sequence[str], attachment: Attachment, width: float
) -> list[float]:
    """Give each column what its widest word or sum needs, and share out the rest by the length of the texts."""
    size = 8 * attachment.scale
    words = [max(header[place].split(), key=len) for place in range(len(columns))]
    needs = [
        14 + max(stringWidth(word, _BOLD, size), *(stringWidth(_unbroken(cell), _PLAIN, size) for cell in cells))
        for word, cells in zip(words, columns, strict=True)
    ]
    texts = [max(stringWidth(cell, _PLAIN, size) for cell in cells) for cells in columns]
    wishes = [max(text - need, 0) + 1 for text, need in zip(texts, needs, strict=True)]
    left = max(width - sum(needs), 0) / sum(wishes)
    return [need + wish * left for need, wish in zip(needs, wishes, strict=True)]


def _unbroken(cell: str) -> str:
    """Return what of a cell must stand on one line: all of a sum, else its longest word."""
    return cell if cell[:1].isdigit() and len(cell) < 15 else max(cell.split(), key=len)


def build(target: Path = FOLDER / "sites", documents: Path = DOCUMENTS) -> list[Path]:
    """Write every site's PDFs as ``<site>/<document>.pdf``; return their paths."""
    written = []
    for site in read_contents():
        for attachment in site.attachments:
            path = target / site.site / f"{attachment.document}.pdf"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(make_pdf(read_announcement(documents / attachment.document), attachment))
            written.append(path)
    return written


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    build()
