"""An announcement's pieces as HTML in the hand of a site: tidy, or as old editors and Word left it.

Nothing of the words changes but that some spaces become ``&nbsp;``; what is broken is the markup: capitals, ``FONT``,
paragraphs and cells that never close, strings of words in spans.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import count

from corpus.demo.announcement import Form, Piece

_CODE = re.compile(r"BG(?:\d\d[A-Z0-9]+|-RRP)-[\d.]+(?:-\d+(?:-C\d+)?)?")


@dataclass(frozen=True, slots=True)
class Hand:
    """The habits of a site's editor.

    ``nbsp`` and ``spans`` say that every so many spaces is hard, every so many words stands in a span (0: none);
    ``divs`` sets paragraphs as ``<div>`` instead of ``<p>``, ``breaks`` as text between two ``<br>``.
    """

    upper: bool = False
    unclosed: bool = False
    font: bool = False
    divs: bool = False
    breaks: bool = False
    strong: bool = False
    nbsp: int = 0
    spans: int = 0
    table: str = ""


def typeset(pieces: Sequence[Piece], hand: Hand) -> str:
    """Return the pieces as HTML, one after another."""
    return "\n".join(_piece(piece, hand) for piece in pieces)


def _piece(piece: Piece, hand: Hand) -> str:
    if piece.form is Form.TABLE:
        return _table(piece, hand)
    if piece.form is Form.TEXT:
        body = _tag("br", hand).join(_words(line, hand) for line in piece.lines)
        if hand.font:
            body = f'<FONT face="Verdana" size="2">{body}</FONT>'
        if hand.breaks:
            return body + _tag("br", hand) * 2
        return _element("div" if hand.divs else "p", body, hand, always=hand.divs)
    items = "\n".join(_element("li", _words(line, hand), hand) for line in piece.lines)
    if piece.form is Form.BULLETS:
        return _element("ul", f"\n{items}\n", hand, always=True)
    start = f' start="{piece.first}"' if piece.first > 1 else ""
    return f"{_tag('ol' + start, hand)}\n{items}\n{_tag('/ol', hand)}"


def _table(piece: Piece, hand: Hand) -> str:
    header, *rows = piece.rows
    cells = ["".join(_element("th", _words(cell, hand), hand) for cell in header)]
    cells += ["".join(_element("td", _words(cell, hand), hand) for cell in row) for row in rows]
    body = "\n".join(_element("tr", row, hand) for row in cells)
    return f"{_tag('table' + hand.table, hand)}\n{body}\n{_tag('/table', hand)}"


def _element(name: str, body: str, hand: Hand, always: bool = False) -> str:
    end = _tag(f"/{name}", hand) if always or not hand.unclosed else ""
    return _tag(name, hand) + body + end


def _tag(name: str, hand: Hand) -> str:
    head, _, rest = name.partition(" ")
    return f"<{head.upper() if hand.upper else head}{' ' + rest if rest else ''}>"


def _words(line: str, hand: Hand) -> str:
    text = escape(line, quote=False)
    if hand.strong:
        text = _CODE.sub(lambda match: f"<strong>{match[0]}</strong>", text)
    if hand.spans and "<" not in text:
        words = text.split(" ")
        text = " ".join(
            f'<span lang="BG">{word}</span>' if number % hand.spans == 0 else word
            for number, word in enumerate(words, 1)
        )
    if hand.nbsp:
        seen = count(1)
        text = re.sub(
            r"(?<![a-z]) ", lambda _: "&nbsp;" if next(seen) % hand.nbsp == 0 else " ", text
        )  # not the space inside <span lang=…>
    return text
