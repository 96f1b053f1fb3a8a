"""A picture of the place where a quote stands on its page: the quote boxed, with what stands around it.

„Безвъзмездната помощ е 499 106,04 лв.“ is shown with its sum in a box, as wide as the page, some lines high. Personal
numbers (ЕГН, IBAN) are painted over wherever the document's text, or the page's own, has them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

from extractors.evidence import as_pdf, boxes_of, page_boxes
from extractors.read_pdf_pages import LOCK, Rect, loaded, opened
from extractors.read_scan_words import PageUnrecognised
from models.document import Box, Document
from models.masking import personal_numbers

#: Points shown around the quote: above and below, and to its sides where the page is wider than ``_WIDE``.
_AROUND, _BESIDE, _WIDE = 90.0, 250.0, 900.0
#: Points of a region at most; dots a point, and dots of a picture at most (some 2 megapixels).
_HIGHEST, _SCALE, _MAX_DOTS = 600.0, 2.0, 2_000_000
#: Points that a box is wider than its letters, and the width of its line in dots.
_AIR, _LINE = 1.5, 2
_MARK, _EDGE, _COVER = (255, 233, 140), (190, 60, 0), (38, 38, 58)
#: How far the size of the page as drawn may be from the size by which boxes are counted, in points.
_OFF = 1.0


class NoPicture(Exception):  # noqa: N818 - named by what there is
    """There is no picture of the quote's place; the message is the one reason."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A PNG of a region of a page (1 is the first): its size in dots, and whether personal numbers are painted over.

    ``more_pages`` are the other pages that the quote stands on.
    """

    png: bytes
    page: int
    width: int
    height: int
    covered: bool
    more_pages: tuple[int, ...] = ()


def page_picture(document: Document, data: bytes, start: int, end: int) -> PagePicture:
    """Return the picture of ``document.text[start:end]``; ``data`` are the bytes that the document was read from.

    Raises NoPicture for a document without pages, for a place that cannot be found again, and where a personal number
    on the page could not be painted over.
    """
    if document.layout is None:
        raise NoPicture(f"there is no picture: the document ({document.media_type}) has no pages")
    numbers = [
        span for span in personal_numbers(document.text) if _pages(document, *span) & _pages(document, start, end)
    ]
    found, *covered = boxes_of(document, data, [(start, end), *numbers])
    if not found:
        raise NoPicture(
            "there is no picture: the place on the page cannot be found again (a scan needs Tesseract with Bulgarian)"
        )
    page = found[0].page
    hidden = [box for boxes in covered for box in boxes if box.page == page]
    for span, boxes in zip(numbers, covered, strict=True):
        if page in _pages(document, *span) and not any(box.page == page for box in boxes):
            raise NoPicture(f"there is no picture: a personal number on page {page} cannot be painted over")
    pdf = as_pdf(document, data)
    try:
        told = page_boxes(pdf, page, personal_numbers)
    except PageUnrecognised as error:
        raise NoPicture(f"there is no picture: page {page} cannot be recognised again") from error
    hidden += [box for boxes in told for box in boxes]
    marked = [box for box in found if box.page == page]
    picture, covered_any = _drawn(pdf, page, marked, hidden)
    written = BytesIO()
    picture.save(written, "PNG", optimize=True)
    others = tuple(sorted({box.page for box in found} - {page}))
    return PagePicture(written.getvalue(), page, picture.width, picture.height, covered_any, others)


def _pages(document: Document, start: int, end: int) -> set[int]:
    assert document.layout is not None  # the caller has looked
    return {run.page for run in document.layout.pieces(start, end)}


def _drawn(pdf: bytes, number: int, marked: Sequence[Box], hidden: Sequence[Box]) -> tuple[Image.Image, bool]:
    """Draw the region around what is marked; say whether anything of what is hidden would have been seen there."""
    with LOCK, opened(pdf) as file:
        try:
            with loaded(file, number) as page:
                size = page.frame.size
            sheet = file[number - 1]
            drawn = sheet.get_size()
            if any(abs(one - other) > _OFF for one, other in zip(size, drawn, strict=True)):
                raise NoPicture(f"there is no picture: the size of page {number} is told in two ways")
            region = _region(size, marked)
            scale = min(_SCALE, (_MAX_DOTS / ((region.x1 - region.x0) * (region.y1 - region.y0))) ** 0.5)
            cut = (region.x0, size[1] - region.y1, size[0] - region.x1, region.y0)
            # Annotations are left out: what is drawn is what was read.
            bitmap = sheet.render(scale=scale, crop=cut, draw_annots=False, rev_byteorder=True)
            picture: Image.Image = bitmap.to_pil().convert("RGB")
            sheet.close()
        except (pypdfium2.PdfiumError, ValueError) as error:
            raise NoPicture(f"there is no picture: page {number} cannot be drawn ({error})") from error
    left, top = -(-region.x0 * scale // 1), -(-region.y0 * scale // 1)  # rounded up, as pdfium cuts
    seen = [one for one in hidden if one.x0 < region.x1 and one.x1 > region.x0]
    seen = [one for one in seen if one.y0 < region.y1 and one.y1 > region.y0]
    marks, covers = ([_in_dots(one, scale, left, top) for one in boxes] for boxes in (marked, seen))
    return _with_boxes(picture, marks, covers), bool(seen)


def _with_boxes(picture: Image.Image, marked: Sequence[Rect], hidden: Sequence[Rect]) -> Image.Image:
    """Mark the quote as by a highlighter, with a line around, and paint over what is hidden."""
    tint = Image.new("RGB", picture.size, "white")
    painter = ImageDraw.Draw(tint)
    for one in marked:
        painter.rectangle(one, fill=_MARK)
    picture = ImageChops.multiply(picture, tint)
    painter = ImageDraw.Draw(picture)
    for one in marked:
        painter.rectangle(one, outline=_EDGE, width=_LINE)
    for one in hidden:
        painter.rectangle(one, fill=_COVER)
    return picture


def _in_dots(box: Box, scale: float, left: float, top: float) -> Rect:
    return (
        (box.x0 - _AIR) * scale - left,
        (box.y0 - _AIR) * scale - top,
        (box.x1 + _AIR) * scale - left,
        (box.y1 + _AIR) * scale - top,
    )


def _region(size: tuple[float, float], marked: Sequence[Box]) -> Box:
    """Return what of the page is shown: the quote with what stands around it, not beyond the page's edges."""
    width, height = size
    x0, x1 = min(box.x0 for box in marked), max(box.x1 for box in marked)
    y0, y1 = min(box.y0 for box in marked), max(box.y1 for box in marked)
    if width <= _WIDE:
        x0, x1 = 0.0, width
    else:
        x0, x1 = x0 - _BESIDE, x1 + _BESIDE
    y0 -= _AROUND
    y1 = min(y1 + _AROUND, y0 + _HIGHEST)
    x0, y0, x1, y1 = max(x0, 0.0), max(y0, 0.0), min(x1, width), min(y1, height)
    if x1 - x0 < 1 or y1 - y0 < 1:
        raise NoPicture("there is no picture: the place lies outside of the page")
    return Box(marked[0].page, x0, y0, x1, y1)
