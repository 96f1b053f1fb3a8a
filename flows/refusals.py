"""Pages that refuse at status 200: a firewall's „Request Rejected“, a captcha, a login in the place of an article.

They are recorded and not evaded, and what the address had before stays. The marks are data (``refusals.toml``); all of
an entry's marks have to be there on a page of few words, for there are real announcements about logins.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree, html

#: What a login is called in ``refusals.toml``.
LOGIN = "a login"
_IN_PLACE = re.compile(r"the server sends (.+) in its place")
_FILE = Path(__file__).with_name("refusals.toml")
_HIDDEN = ("script", "style", "noscript", "title")
#: Larger pages are none: what refuses is short. In bytes.
_MOST = 200_000


@dataclass(frozen=True, slots=True)
class _Refusal:
    name: str
    words: int
    title: re.Pattern[str] | None
    text: re.Pattern[str] | None
    markup: re.Pattern[str] | None


def refusal(page: bytes) -> str | None:
    """Return what refuses in a page's place (``a login``), None for a page of its own or what is none."""
    head = page[:1024].lstrip().lower()
    if len(page) > _MOST or not head.startswith(b"<"):
        return None
    try:
        root = html.document_fromstring(page, parser=html.HTMLParser(encoding=encoding_of(page)))
    except (etree.ParserError, etree.XMLSyntaxError, LookupError):
        return None
    most = max(one.words for one in _refusals())
    # Nearly every page has more to say, and is through here.
    if (said := _visible_words(root, most)) is None:
        return None
    count, text = len(said), " ".join(said)
    source = page.decode("utf-8", "replace").casefold()
    titles = [" ".join(_words(one)) for one in root.xpath("//title | (//h1 | //h2)[1]")]
    for one in _refusals():
        if (
            count <= one.words
            and (one.title is None or any(one.title.search(title) for title in titles))
            and (one.text is None or one.text.search(text))
            and (one.markup is None or one.markup.search(source))
        ):
            return one.name
    return None


def in_its_place(name: str) -> str:
    """Say that a page was refused, and how."""
    return f"the server sends {name} in its place; what was there before stays"


def refused(said: str) -> str | None:
    """Return what refused from what ``in_its_place`` said, None for another reason."""
    match = _IN_PLACE.match(said)
    return match[1] if match else None


def encoding_of(page: bytes) -> str | None:
    """Read UTF-8 as such even where the page does not say so; else lxml goes by the page's own word."""
    try:
        page.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _words(element: html.HtmlElement) -> list[str]:
    return " ".join(element.itertext()).casefold().split()


def _visible_words(root: html.HtmlElement, most: int) -> list[str] | None:
    """Return the words of a page in small letters, without those of its scripts; None where they are too many."""
    words: list[str] = []
    hidden: html.HtmlElement | None = None
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        said = None
        if event == "end":
            if element is hidden:
                hidden = None
            said = element.tail
        elif event == "start" and hidden is None:
            if element.tag in _HIDDEN:
                hidden = element
            else:
                said = element.text
        elif event != "start":
            said = element.tail
        if said and hidden is None:
            words += said.casefold().split()
            if len(words) > most:
                return None
    return words


@cache
def _refusals() -> tuple[_Refusal, ...]:
    entries = tomllib.loads(_FILE.read_text("utf-8"))["refusal"]
    return tuple(
        _Refusal(
            one["name"],
            one["words"],
            *(_pattern(one[mark]) if mark in one else None for mark in ("title", "text", "markup")),
        )
        for one in entries
    )


def _pattern(texts: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{text})" for text in texts))
