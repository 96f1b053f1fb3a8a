"""Pages and PDF files that the tests of the readers make for themselves; all that they say is invented."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO

from reportlab.lib import pdfencrypt
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONTS = "/usr/share/fonts/truetype/dejavu/"
WIDTH, HEIGHT = A4

SENTENCES = (
    "Община Дъбово изпълнява проект „Топла къща“, по който двадесет лични асистенти се грижат за възрастни хора.",
    "Общата стойност на проекта е 499 106.04 лв., от които 424 240,13 лв. са безвъзмездна финансова помощ.",
    "Дейностите започнаха на 18.12.2015 г. и ще приключат до 17.10.2017 г. във всички населени места на общината.",
    "Екипът посещава потребителите по домовете им всеки делничен ден и ги придружава до лекар, аптека и поща.",
    "Кметът благодари на доброволците, които ремонтираха центъра и засадиха липи в двора му през пролетта.",
)

CHROME = (
    '<nav class="main-menu"><ul>{menu}</ul></nav>',
    "<footer><p>Община Дъбово, ул. „Липа“ №1, тел. 0999/12 34 56</p><ul>{menu}</ul></footer>",
)


def page(body: str, *, title: str = "Новина", head: str = "") -> bytes:
    """A page around a body, in UTF-8."""
    return (
        f'<!DOCTYPE html><html lang="bg"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{body}</body></html>"
    ).encode()


def page_of_size(size: int) -> bytes:
    """A news page with menus, boxes and scripts as sites have them, about ``size`` bytes long."""
    items = "".join(f'<li class="menu-item item-{n}"><a href="/bg/section-{n}">Раздел {n}</a></li>' for n in range(40))
    menu, footer = (part.format(menu=items) for part in CHROME)
    article = "".join(f"<p>{sentence} <strong>Проектът</strong> продължава.</p>" for sentence in SENTENCES * 4)
    news = "".join(f'<div class="teaser"><a href="/n/{n}">Новина номер {n} от общината</a></div>' for n in range(60))
    body = f'{menu}<article><h1>Топла къща</h1>{article}</article><aside class="latest">{news}</aside>{footer}'
    rest = size - len(page(body))
    filler = "".join(f'<div class="box box-{n}"><span>Кутия {n}</span></div>' for n in range(max(rest // 110, 0)))
    script = "<script>var settings = {" + "'key': 'value'," * (max(rest, 0) // 40) + "};</script>"
    return page(body + f'<div class="sidebar">{filler}</div>', head=script)


@cache
def _fonts() -> None:
    pdfmetrics.registerFont(TTFont("Text", FONTS + "DejaVuSans.ttf"))
    pdfmetrics.registerFont(TTFont("Bold", FONTS + "DejaVuSans-Bold.ttf"))


class Sheet:
    """A PDF file being made; places are in points from the upper left, as boxes are."""

    def __init__(self, password: str | None = None) -> None:
        _fonts()
        self._bytes = BytesIO()
        encrypt = pdfencrypt.StandardEncryption(password) if password else None
        self.canvas = Canvas(self._bytes, pagesize=A4, encrypt=encrypt, invariant=1)  # no clock in it

    def line(self, text: str, x: float, y: float, size: float = 11, font: str = "Text") -> None:
        """Write one line with its base line at ``y``."""
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, HEIGHT - y, text)

    def lines(self, texts: Sequence[str], y: float, x: float = 60, size: float = 11, step: float = 14) -> float:
        """Write lines below each other; return where the next would stand."""
        for text in texts:
            self.line(text, x, y, size)
            y += step
        return y

    def table(
        self, rows: Sequence[Sequence[str]], x: float, y: float, widths: Sequence[float], high: float = 20
    ) -> None:
        """Draw a ruled table with its upper edge at ``y``."""
        for number, row in enumerate(rows):
            left = x
            for text, width in zip(row, widths, strict=True):
                self.canvas.rect(left, HEIGHT - y - (number + 1) * high, width, high)
                self.line(text, left + 4, y + (number + 1) * high - 6, 10)
                left += width

    def next(self) -> None:
        """Begin the next page."""
        self.canvas.showPage()

    def bytes(self) -> bytes:
        """End the file, and give it."""
        if not self._bytes.getvalue():
            self.canvas.save()
        return self._bytes.getvalue()


def pdf_of_pages(count: int) -> bytes:
    """A file of prose, some 3,000 characters a page, with a page number at each foot drawn first."""
    sheet = Sheet()
    text = " ".join(SENTENCES * 6).split()
    for number in range(1, count + 1):
        sheet.line(f"стр. {number} от {count}", 270, 815, 9)
        words, y = list(text), 60.0
        while words and y < 790:
            row = [words.pop(0)]
            while words and len(" ".join(row)) + len(words[0]) < 84:
                row.append(words.pop(0))
            sheet.line(" ".join(row), 50, y)
            y += 15
        sheet.next()
    return sheet.bytes()
