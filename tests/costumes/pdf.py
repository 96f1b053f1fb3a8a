"""A script as a PDF file: one column or two, letterheads, running heads and page numbers, broken words, ruled tables.

The lines are set by hand, so that words may be broken at their ends and columns balanced. A sheet also tells what it
has drawn beside the announcement.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO
from random import Random

from costumes.chrome import Chrome, chrome
from costumes.script import Form, Piece, Script
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

_FONTS = "/usr/share/fonts/truetype/"
_FACES = {
    "serif": ("dejavu/DejaVuSerif.ttf", "dejavu/DejaVuSerif-Bold.ttf"),
    "sans": ("dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf"),
}
_VOWELS = "аъоуеиюяАЪОУЕИЮЯ"

#: Margins at the sides, between columns, above with and below the running heads; in points.
_SIDE, _BETWEEN, _TOP, _BOTTOM = 56.0, 22.0, 120.0, 70.0
#: Nobody sets fewer lines than this in two columns.
_SHORT = 30


@dataclass(frozen=True)
class Letter:
    """How a file is set: columns, face and size of its letters, whether words are broken, portrait or landscape."""

    name: str
    columns: int = 1
    face: str = "serif"
    size: float = 10.5
    broken: bool = False
    wide: bool = False

    @property
    def page(self) -> tuple[float, float]:
        return landscape(A4) if self.wide else A4

    @property
    def column(self) -> float:
        """The width of a column in points."""
        return (self.page[0] - 2 * _SIDE - _BETWEEN * (self.columns - 1)) / self.columns


LETTERS = (
    Letter("letter"),
    Letter("letter, broken words", face="sans", size=11, broken=True),
    Letter("two columns", columns=2, face="sans", size=9),
    Letter("two columns, broken words", columns=2, size=8.5, broken=True),
)


@dataclass
class _Box:
    """What is drawn at one height of a column: texts with their places, and rules; ``gap`` is the space above.

    ``kept``: it never stands last on a page.
    """

    height: float
    texts: list[tuple[float, float, str, str, float]] = field(default_factory=list)
    rects: list[tuple[float, float]] = field(default_factory=list)
    gap: float = 0.0
    kept: bool = False


@dataclass(frozen=True)
class Sheet:
    """A PDF file and what it says beside the announcement."""

    data: bytes
    chrome: Chrome


def pdf_file(script: Script, letter: Letter, seed: int) -> Sheet:
    """Return the script as a PDF file with a text layer."""
    _register()
    if not all(_fits(piece, letter) for piece in script.body):
        # a table of many columns gets the whole width, and then a page on its side
        letter = replace(letter, columns=1, wide=letter.columns == 1)
        return pdf_file(script, letter, seed)
    boxes = list(_boxes(script.body, letter))
    if letter.columns > 1 and len(boxes) < _SHORT:
        return pdf_file(script, replace(letter, columns=1), seed)
    around = chrome(Random(f"{script.id} {letter.name} {seed}"))
    pages = _pages(boxes, letter.columns, letter.page[1] - _TOP - _BOTTOM)
    written = BytesIO()
    canvas = Canvas(written, pagesize=letter.page, invariant=1)
    for number, columns in enumerate(pages, 1):
        _frame(canvas, letter, around, number, len(pages))
        for place, column in enumerate(columns):
            _draw(canvas, column, _SIDE + place * (letter.column + _BETWEEN), letter.page[1] - _TOP)
        canvas.showPage()
    canvas.save()
    return Sheet(written.getvalue(), around)


@cache
def _register() -> None:
    for face, (plain, bold) in _FACES.items():
        pdfmetrics.registerFont(TTFont(face, _FONTS + plain))
        pdfmetrics.registerFont(TTFont(face + "-bold", _FONTS + bold))


def _frame(canvas: Canvas, letter: Letter, around: Chrome, number: int, count: int) -> None:
    """Draw the running head and foot: the letterhead of the town hall, phones, the page's number."""
    width, height = letter.page
    canvas.setFont(letter.face + "-bold", 11)
    canvas.drawCentredString(width / 2, height - 40, f"О Б Щ И Н А   {' '.join(around.town.upper())}")
    canvas.setFont(letter.face, 8)
    canvas.drawCentredString(
        width / 2,
        height - 54,
        f"{around.town}, ул. „Примерна“ № 1, тел. {around.phones[0]}, факс {around.phones[1]}, e-mail: kmet@town.test",
    )
    canvas.drawCentredString(width / 2, height - 66, "Съфинансирано от Европейския съюз чрез фонда на програмата")
    canvas.line(_SIDE, height - 74, width - _SIDE, height - 74)
    canvas.drawString(_SIDE, 40, f"Деловодство: {around.phones[2]}")
    canvas.drawRightString(width - _SIDE, 40, f"Страница {number} от {count}")


def _draw(canvas: Canvas, boxes: Sequence[_Box], left: float, top: float) -> None:
    canvas.setLineWidth(0.5)
    y = top
    for place, box in enumerate(boxes):
        y -= box.gap if place else 0
        for x, down, text, font, size in box.texts:
            canvas.setFont(font, size)
            canvas.drawString(left + x, y - down, text)
        y -= box.height
        for x, wide in box.rects:
            canvas.rect(left + x, y, wide, box.height)


def _pages(boxes: list[_Box], columns: int, room: float) -> list[list[list[_Box]]]:
    """Fill columns and pages; the columns of the last page are of one height."""
    pages = []
    rest = list(boxes)
    while rest:
        height = room
        if columns > 1 and _height(rest) <= room * columns:
            height = min(room, _height(rest) / columns + 14)
        page = []
        for place in range(columns):
            taken = 0
            limit = room if place == columns - 1 else height
            while taken < len(rest) and (not taken or _height(rest[: taken + 1]) <= limit):
                taken += 1
            while 1 < taken < len(rest) and rest[taken - 1].kept:
                taken -= 1
            page.append(rest[:taken])
            rest = rest[taken:]
        pages.append(page)
    return pages or [[[]]]


def _height(boxes: Sequence[_Box]) -> float:
    return sum(box.height + (box.gap if place else 0) for place, box in enumerate(boxes))


def _boxes(pieces: Sequence[Piece], letter: Letter) -> Iterator[_Box]:
    size, leading = letter.size, letter.size * 1.35
    for number, piece in enumerate(pieces):
        gap = 0.0 if piece.joined else leading * 0.6
        if piece.form is Form.TABLE:
            yield from _table(piece, letter, gap)
            continue
        bold = piece.form is Form.HEADING
        font = letter.face + ("-bold" if bold else "")
        large = size * 1.3 if bold and number == 0 else size
        indent = 12.0 if piece.mark else 0.0
        words = f"{piece.mark} {piece.text}".split() if piece.mark else piece.text.split()
        lines = list(_lines(words, font, large, letter.column - indent, letter.broken and not bold))
        for place, line in enumerate(lines):
            yield _Box(large * 1.35, [(indent, large, line, font, large)], gap=gap if place == 0 else 0.0)


def _lines(words: Sequence[str], font: str, size: float, width: float, broken: bool = False) -> Iterator[str]:
    """Break words into lines; with ``broken`` the last word of a line may be parted with a hyphen."""
    line = ""
    for word in words:
        told = f"{line} {word}" if line else word
        if stringWidth(told, font, size) <= width:
            line = told
            continue
        parted = ""
        if broken and line:
            for place in _breaks(word):
                if stringWidth(f"{line} {word[:place]}-", font, size) <= width:
                    parted = word[:place]
        if parted:
            yield f"{line} {parted}-"
            line = word[len(parted) :]
            continue
        if line:
            yield line
        line = word
        while stringWidth(line, font, size) > width:  # a code wider than its column
            end = next(end for end in range(len(line), 0, -1) if stringWidth(line[:end], font, size) <= width)
            yield line[:end]
            line = line[end:]
    if line:
        yield line


def _breaks(word: str) -> Iterator[int]:
    """Give the places where a word may be broken: behind a vowel, before a consonant with a vowel behind it."""
    if not word.isalpha() or word.isupper():
        return
    for place in range(2, len(word) - 2):
        if word[place - 1] in _VOWELS and word[place] not in _VOWELS and word[place + 1] in _VOWELS:
            yield place


def _table(piece: Piece, letter: Letter, gap: float) -> Iterator[_Box]:
    size, widths = _fitted(piece, letter)
    for number, row in enumerate(piece.rows):
        font = letter.face + ("-bold" if number < piece.heads else "")
        lines = [list(_lines(_words(cell), font, size, wide - 6)) for cell, wide in zip(row, widths, strict=True)]
        box = _Box(max(1, *map(len, lines)) * size * 1.25 + 6, gap=gap if number == 0 else 0.0)
        box.kept = number < piece.heads
        left = 0.0
        for column, wide in enumerate(widths):
            box.rects.append((left, wide))
            for place, line in enumerate(lines[column]):
                box.texts.append((left + 3, 2 + (place + 1) * size * 1.25, line, font, size))
            left += wide
        yield box


def _fits(piece: Piece, letter: Letter) -> bool:
    try:
        return piece.form is not Form.TABLE or bool(_fitted(piece, letter))
    except ValueError:
        return False


def _fitted(piece: Piece, letter: Letter) -> tuple[float, list[float]]:
    """Return the size of a table's letters and the widths of its columns, no narrower than their widest words.

    ``ValueError`` for a table that does not fit; on a page on its side the letters may be as small as they must.
    """
    columns = list(zip(*piece.rows, strict=True))
    for size in (min(letter.size - 1, 9), 8, 7, 6.5, *((6, 5.5, 5, 4) if letter.wide else ())):
        needs, wishes = (
            [
                7 + max(stringWidth(text, letter.face + "-bold", size) for cell in cells for text in parts(cell))
                for cells in columns
            ]
            for parts in (_words, lambda cell: [cell])
        )
        left = letter.column - sum(needs)
        if left >= 0:
            return size, [need + left * wish / sum(wishes) for need, wish in zip(needs, wishes, strict=True)]
    raise ValueError(f"a table of {len(columns)} columns does not fit into {letter.column:.0f} points")


def _words(cell: str) -> list[str]:
    """Return what of a cell stands on one line: the whole of a number or a date, else word by word."""
    return [cell] if cell[:1].isdigit() and len(cell) < 24 else (cell.split() or [""])
