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
    source = page.decode("utf-8", "replace").casefold()
    candidates = [one for one in _refusals() if one.markup is None or one.markup.search(source)]
    if not candidates:
        return None
    try:
        root = html.document_fromstring(page, parser=html.HTMLParser(encoding=_encoding(page)))
    except (etree.ParserError, etree.XMLSyntaxError, LookupError):
        return None
    titles = [_words(one) for one in root.xpath("//title | (//h1 | //h2)[1]")]
    for hidden in root.xpath("//script | //style | //noscript | //title"):
        hidden.drop_tree()
    text = _words(root)
    count = len(text.split())
    for one in candidates:
        if (
            count <= one.words
            and (one.title is None or any(one.title.search(title) for title in titles))
            and (one.text is None or one.text.search(text))
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


def _words(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split()).casefold()


def _encoding(page: bytes) -> str | None:
    """Read UTF-8 as such even where the page does not say so; else lxml goes by the page's own word."""
    try:
        page.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


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
