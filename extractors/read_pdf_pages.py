"""The pages of a PDF file through pdfium: text with one character an index, and the boxes that are asked for.

pdfium keeps one state for the whole process and is not safe on threads: everything here runs under ``LOCK``.
"""

import ctypes
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from extractors.errors import DamagedDocument, EncryptedDocument

#: Held while pdfium works.
LOCK = threading.RLock()

#: x0, y0, x1, y1 in points from the page's upper left corner, as the page is shown.
Rect = tuple[float, float, float, float]

_END = re.compile(rb"%%EOF|startxref")
_LINEARIZED = re.compile(rb"/Linearized[^>]{0,200}?/L\s+(\d{1,12})")
_TAIL = 4096
#: Forms in forms deeper than this are not looked into.
_DEEPEST = 3
#: Characters that pdfium gives and no text holds; a hyphen at a line's end is U+FFFE.
HYPHEN = "\ufffe"
_STRANGE = re.compile(r"[\ue000-\uf8ff\ufffd\u0180-\u02af\x80-\x9f]|\(cid:\d+\)")
#: Bullets of Wingdings and Symbol, which stand in the private area and are no sign of a broken layer.
_BULLETS = re.compile(r"[\uf0b7\uf0a7\uf0d8\uf0fc\uf02d]")
_NO_WORD = re.compile(r"[\W_]+")
_ALNUM = re.compile(r"[^\W_]")
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), " ")


@dataclass(frozen=True, slots=True)
class Frame:
    """The visible part of a page in its own coordinates, and how far it is turned clockwise (0 to 3 quarters)."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points, as the page is shown."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.turns % 2 else (width, height)

    def shown(self, left: float, bottom: float, right: float, top: float) -> Rect:
        """Turn a box of pdfium's into one that counts from the upper left corner of the shown page."""
        if self.turns == 1:
            return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
        if self.turns == 2:
            return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
        if self.turns == 3:
            return self.top - top, self.right - right, self.top - bottom, self.right - left
        return left - self.left, self.top - top, right - self.left, self.top - bottom


class Page:
    r"""One page: ``text`` with line ends of ``\r\n``, one character an index, and boxes by index."""

    def __init__(self, page: "pypdfium2.PdfPage", number: int) -> None:
        self.number = number
        self._page = page
        self._textpage = page.get_textpage()
        self._raw = self._textpage.raw
        self._rect = pdfium.FS_RECTF()
        left, bottom, right, top = page.get_cropbox()
        self.frame = Frame(left, bottom, right, top, (page.get_rotation() // 90) % 4)
        self.text = self._read().translate(_CONTROLS)

    def _read(self) -> str:
        count = pdfium.FPDFText_CountChars(self._raw)
        if count <= 0:
            return ""
        buffer = (ctypes.c_ushort * (2 * count + 2))()
        length = pdfium.FPDFText_GetText(self._raw, 0, count, buffer)
        text = bytes(memoryview(buffer).cast("B")[: 2 * max(length - 1, 0)]).decode("utf-16-le", "replace")
        if len(text) == count:
            return text
        # Characters outside of the basic plane take two places in UTF-16: ask for each character.
        codes = (pdfium.FPDFText_GetUnicode(self._raw, index) for index in range(count))
        return "".join(chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else " " for code in codes)

    def box(self, index: int) -> Rect | None:
        """Return the loose box of a character: as wide as its advance, as high as its font."""
        rect = self._rect
        if not pdfium.FPDFText_GetLooseCharBox(self._raw, index, rect):
            return None
        return self.frame.shown(rect.left, rect.bottom, rect.right, rect.top)

    def objects(self) -> Iterator[tuple[int, Rect]]:
        """Yield kind (``FPDF_PAGEOBJ_…``) and box of the page's objects other than text.

        Those inside of a form have boxes by the form's own measure: good for counting rules, not for places.
        """
        raw = self._page.raw
        low_x, low_y, high_x, high_y = (ctypes.c_float() for _ in range(4))
        waiting = [(pdfium.FPDFPage_GetObject, raw, pdfium.FPDFPage_CountObjects(raw), 0)]
        while waiting:
            get, holder, count, depth = waiting.pop()
            for index in range(count):
                each = get(holder, index)
                kind = pdfium.FPDFPageObj_GetType(each)
                if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
                    inner = max(pdfium.FPDFFormObj_CountObjects(each), 0)
                    waiting.append((pdfium.FPDFFormObj_GetObject, each, inner, depth + 1))
                elif kind != pdfium.FPDF_PAGEOBJ_TEXT and pdfium.FPDFPageObj_GetBounds(
                    each, low_x, low_y, high_x, high_y
                ):
                    yield kind, self.frame.shown(low_x.value, low_y.value, high_x.value, high_y.value)

    def close(self) -> None:
        """Free the page."""
        self._textpage.close()
        self._page.close()


@contextmanager
def opened(data: bytes) -> Iterator["pypdfium2.PdfDocument"]:
    """Open a file; ``EncryptedDocument``, ``DamagedDocument`` where that is not possible."""
    with LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
                raise EncryptedDocument("the PDF is encrypted and asks for a password") from error
            raise DamagedDocument("the PDF is damaged: it cannot be opened") from error
        try:
            yield document
        finally:
            document.close()


def check_whole(data: bytes) -> None:
    """Raise ``DamagedDocument`` for a file that was cut off: pdfium mends such a file and tells nothing."""
    if not _END.search(data[-_TAIL:]):
        raise DamagedDocument("the PDF is cut off: its end is missing")
    stated = _LINEARIZED.search(data[:1024])
    if stated and int(stated[1]) > len(data):
        raise DamagedDocument(f"the PDF is cut off: {len(data):,} bytes of {int(stated[1]):,}")


@contextmanager
def loaded(document: "pypdfium2.PdfDocument", number: int) -> Iterator[Page]:
    """Load a page, counted from 1; ``PdfiumError`` if it cannot be."""
    page = Page(document[number - 1], number)
    try:
        yield page
    finally:
        page.close()


def is_garbled(text: str) -> bool:
    """Whether a text layer is no language: „ȺɅȿɄ“, private glyphs, „(cid:12)“, signs without letters."""
    visible = len("".join(text.split()))
    if visible < 20:
        return False
    strange = sum(len(one) for one in _STRANGE.findall(_BULLETS.sub("", text))) if _STRANGE.search(text) else 0
    words = len(_NO_WORD.sub("", text))
    return strange * 10 > visible or words * 100 < visible * 45


def has_words(text: str) -> bool:
    """Whether a text layer says anything."""
    return _ALNUM.search(text) is not None
