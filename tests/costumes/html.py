"""A script as a page of a municipal site, in the hands of the families of sites that there are.

Each family has a template (menus, breadcrumbs, share counters, other news, footers, cookie banners), a way of setting
paragraphs, lists and tables, a way of writing the day, and an encoding.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path
from random import Random

from costumes.chrome import Chrome, chrome
from costumes.script import Form, Piece, Script
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from corpus.demo.announcement import Form as DemoForm
from corpus.demo.announcement import Piece as DemoPiece
from corpus.demo.typesetting import Hand, typeset

_MONTHS = (
    "януари", "февруари", "март", "април", "май", "юни", "юли", "август", "септември", "октомври", "ноември",
    "декември",
)  # fmt: skip
_WEEKDAYS = ("Понеделник", "Вторник", "Сряда", "Четвъртък", "Петък", "Събота", "Неделя")
#: A first line longer than this is no headline.
_HEADLINE = 200


@dataclass(frozen=True)
class Family:
    """How a family of sites sets what it is given.

    ``lines``: whether the lines of a paragraph are parted by ``<br>`` (else each is a paragraph); ``lists``: whether
    items stand in ``<ul>`` (else they are typed with their marks); ``heads``: how a table's header is marked;
    ``heading``: the tag of headings inside of the text.
    """

    name: str
    stamp: str
    hand: Hand = field(default_factory=Hand)
    lines: bool = True
    lists: bool = True
    heads: str = "th"
    heading: str = "h3"
    charset: str = "utf-8"


FAMILIES = (
    Family("wordpress", "{day} {month} {year}"),
    Family("joomla", "{weekday}, {dd} {month} {year} {hour}:48", Hand(spans=7, nbsp=9), heading="p><strong", heads="b"),
    Family("drupal", "{dd}.{mm}.{year} - {hour}:48", Hand(strong=True), lines=False, heads="thead"),
    Family("domino", "{day}/{m}/{year}", Hand(upper=True, font=True, breaks=True), lists=False, heading="b"),
    Family("portal", "{dd}.{mm}.{year}", Hand(divs=True, nbsp=5), heads="td", heading="h2"),
    Family("acstre", "{dd}.{mm}.{year}", Hand(divs=True, strong=True), lists=False, heading="div><b"),
    Family("tables", "{dd}.{mm}.{year}", Hand(upper=True, unclosed=True, font=True), heads="b", heading="P><B",
           charset="windows-1251"),
    Family("liferay", "{dd}.{mm}.{year} {hour}:20", Hand(strong=True, spans=11), lines=False, heading="h4"),
    Family("slug", "{day} {month} {year} г.", Hand(nbsp=4), lists=False, heads="thead"),
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """A page, what stands around its announcement, and the days that the page shows as its own."""

    data: bytes
    chrome: Chrome
    days: frozenset[str]


def web_page(script: Script, family: Family, seed: int) -> Page:
    """Return the script as a page of a family's site."""
    around = chrome(Random(f"{script.id} {family.name} {seed}"))
    pieces = list(script.pieces)
    headline = ""
    if (
        pieces
        and pieces[0].form in (Form.HEADING, Form.LINE)
        and not pieces[0].aside
        and len(pieces[0].text) <= _HEADLINE
    ):
        headline = pieces.pop(0).text
    published = script.published or date(2020, 5, 14)
    changed, valid = published + timedelta(3), published + timedelta(60)
    words = (
        _templates()
        .get_template(f"{family.name}.html")
        .render(
            title=headline or script.title,
            headline=headline,
            stamp=_stamp(family.stamp, script.published) if script.published and not script.is_stamped else "",
            body=Markup("\n".join(_body(pieces, family))),
            chrome=around,
            changed=_stamp(family.stamp, changed),
            valid=_stamp(family.stamp, valid),
            date=lambda day: _stamp(family.stamp, day),
        )
    )
    own = frozenset(day.isoformat() for day in (published, changed, valid))
    return Page(words.encode(family.charset, "xmlcharrefreplace"), around, own)


@cache
def _templates() -> Environment:
    folder = Path(__file__).parent / "templates"
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)


def _stamp(form: str, day: date) -> str:
    return form.format(
        day=day.day, dd=f"{day.day:02}", m=day.month, mm=f"{day.month:02}", month=_MONTHS[day.month - 1], year=day.year,
        hour=8 + day.day % 10, weekday=_WEEKDAYS[day.weekday()],
    )  # fmt: skip


def _body(pieces: Sequence[Piece], family: Family) -> Iterator[str]:
    for form, run in groupby(_paragraphs(pieces, family), key=lambda one: one[0].form):
        paragraphs = list(run)
        if form is Form.TABLE:
            for (piece,) in paragraphs:
                yield _table(piece, family)
        elif form is Form.HEADING:
            for (piece,) in paragraphs:
                yield _wrapped(piece.text, family)
        else:
            for paragraph in paragraphs:
                yield typeset(_demo_pieces(paragraph, family), family.hand)


def _paragraphs(pieces: Sequence[Piece], family: Family) -> Iterator[list[Piece]]:
    """Put together what no blank line parts, form by form."""
    together: list[Piece] = []
    for piece in pieces:
        same = together and piece.joined and piece.form is together[-1].form
        if together and not (same and piece.form not in (Form.TABLE, Form.HEADING)):
            yield together
            together = []
        together.append(piece)
    if together:
        yield together


def _demo_pieces(paragraph: Sequence[Piece], family: Family) -> list[DemoPiece]:
    form = paragraph[0].form
    texts = tuple(piece.text for piece in paragraph)
    if form is Form.NUMBER and family.lists:
        first = int(paragraph[0].mark.rstrip("."))
        if [int(piece.mark.rstrip(".")) for piece in paragraph] == list(range(first, first + len(paragraph))):
            return [DemoPiece(DemoForm.NUMBERS, texts, first)]
    if form is Form.BULLET and family.lists:
        return [DemoPiece(DemoForm.BULLETS, texts)]
    typed = tuple(f"{piece.mark} {piece.text}".strip() for piece in paragraph)
    if family.lines:
        return [DemoPiece(DemoForm.TEXT, typed)]
    return [DemoPiece(DemoForm.TEXT, (line,)) for line in typed]


def _wrapped(text: str, family: Family) -> str:
    """Return a heading in its tags: „h3“, or „p><strong“ for a line that is only bold."""
    names = family.heading.split("><")
    inside = escape(text, quote=False)
    if family.heading == "b":
        return f"<BR><B>{inside}</B><BR>"
    return "".join(f"<{name}>" for name in names) + inside + "".join(f"</{name}>" for name in reversed(names))


def _table(piece: Piece, family: Family) -> str:
    head, rest = piece.rows[: piece.heads], piece.rows[piece.heads :]
    open_, close = {"th": ("<th>", "</th>"), "thead": ("<th>", "</th>"), "b": ("<td><p><b>", "</b></p></td>")}.get(
        family.heads, ("<td>", "</td>")
    )
    rows = ["".join(open_ + escape(cell, quote=False) + close for cell in row) for row in head]
    body = ["".join(f"<td>{escape(cell, quote=False)}</td>" for cell in row) for row in rest]
    if rows and family.heads == "thead":
        rows = [f"<thead><tr>{'</tr><tr>'.join(rows)}</tr></thead>"]
        return f"<table class='table'>{rows[0]}<tbody><tr>{'</tr><tr>'.join(body)}</tr></tbody></table>"
    return f"<table border='1'><tr>{'</tr><tr>'.join(rows + body)}</tr></table>"
