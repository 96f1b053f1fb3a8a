"""What a site's pages tell of it: the family by its marks, feeds and sitemaps, lists, and what its articles look like.

``<meta name="generator" content="WordPress 6.4">`` is a mark of WordPress; twelve links of one shape with titles of
more than twenty letters are a list of news.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from flows.addresses import canonical_address, readable_address
from flows.families import families, markers, news_paths

_FEEDS = 'link[rel~="alternate"][type="application/rss+xml"], link[rel~="alternate"][type="application/atom+xml"]'
#: A title of news has more letters than an entry of a menu.
_TITLE = 20
_LEAST, _MOST_LISTS = 4, 6
_NUMBER = r"[\d-]+"
_IS_NUMBER = re.compile(_NUMBER)
_FILE = re.compile(r"(?i)\.(pdf|docx?|xlsx?|zip|rar|jpe?g|png|gif|webp|rtf|odt)$")


@dataclass(frozen=True, slots=True)
class Fetched:
    """One page that a look brought: ``headers`` as lines (``server: nginx``)."""

    address: str
    status: int
    body: bytes
    headers: tuple[str, ...] = ()
    charset: str | None = None
    media_type: str | None = None

    def soup(self) -> BeautifulSoup:
        """Return the page as a tree."""
        return BeautifulSoup(self.body, "lxml", from_encoding=self.charset)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link to the site's own pages: its address, and its words."""

    address: str
    words: str

    @property
    def path(self) -> str:
        """Path and query as a person reads them."""
        return readable_address(self.address)


def anchors(page: Fetched, hosts: Sequence[str]) -> list[Anchor]:
    """Return the links of a page to the site's own hosts, each address once, with the longest words it bears."""
    found: dict[str, str] = {}
    for one in page.soup().select("a[href]"):
        address = canonical_address(str(one["href"]), page.address)
        if address is None or urlsplit(address).hostname not in hosts or address == page.address:
            continue
        words = " ".join(one.get_text(" ").split())
        if len(words) >= len(found.get(address, "")):
            found[address] = words
    return [Anchor(address, words) for address, words in found.items()]


def generator(page: Fetched) -> str | None:
    """Return what a page says it was made by."""
    element = page.soup().select_one('meta[name="generator" i]')
    text = str(element.get("content") or "").strip() if element else ""
    return " ".join(text.split()) or None


def feeds(page: Fetched) -> list[str]:
    """Return the feeds that a page names, without those of comments."""
    found = (canonical_address(str(one.get("href") or ""), page.address) for one in page.soup().select(_FEEDS))
    return list(dict.fromkeys(one for one in found if one and "comments" not in one))


def family_scores(page: Fetched, links: Sequence[Anchor]) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Weigh the marks of every family on a page; return the families that have any, each with what spoke for it."""
    made_by = generator(page) or ""
    html = (
        page.body.decode(page.charset or "utf-8", "replace") if _is_codec(page.charset) else page.body.decode("latin-1")
    )
    found = {}
    for family in families():
        marks, score = markers(family), 0
        said: list[str] = []
        if made_by and any(one.search(made_by) for one in marks.generator):
            score, said = score + 4, [*said, f"the page says it is made by {made_by}"]
        for pattern in marks.headers:
            if line := next((line for line in page.headers if pattern.search(line)), None):
                score, said = score + 2, [*said, f"the server says {line[:80]}"]
        there = [match[0] for pattern in marks.html if (match := pattern.search(html))]
        if there:
            score, said = score + min(len(there), 3), [*said, f"the HTML has {', '.join(there[:3])}"]
        for pattern in marks.links:
            count = sum(bool(pattern.search(one.path)) for one in links)
            if count >= 3:
                score, said = score + 2, [*said, f"{count} links look like {pattern.pattern}"]
        if score:
            found[family] = score, tuple(said)
    return dict(sorted(found.items(), key=lambda one: -one[1][0]))


def choose_family(scores: dict[str, tuple[int, tuple[str, ...]]]) -> tuple[str, str]:
    """Return the family that the marks tell, and why; ``other`` where they tell none or two alike."""
    ranked = list(scores.items())
    if not ranked or ranked[0][1][0] < 2:
        return "other", "no marks of a known system were found"
    if len(ranked) > 1 and ranked[0][1][0] == ranked[1][1][0]:
        return "other", f"the marks of {ranked[0][0]} and of {ranked[1][0]} weigh the same"
    return ranked[0][0], "; ".join(ranked[0][1][1])


def news_lists(links: Iterable[Anchor]) -> list[str]:
    """Return the addresses that read like lists of news or projects, shortest paths first."""
    there = {one.address for one in links if any(pattern.search(one.path) for pattern in news_paths())}
    return sorted(there, key=lambda one: (one.count("/"), len(one), one))[:_MOST_LISTS]


def article_shape(links: Iterable[Anchor]) -> tuple[str, int] | None:
    """Return the shape that most links with the words of a title have, as a pattern, and how many have it."""
    shapes: Counter[str] = Counter()
    for one in links:
        if len(one.words) >= _TITLE and not _FILE.search(one.path):
            shapes[_shape(one.path)] += 1
    if not shapes:
        return None
    shape, count = min(shapes.items(), key=lambda item: (-item[1], item[0]))
    return (shape, count) if count >= _LEAST else None


def _shape(path: str) -> str:
    r"""Return the pattern of a path: its last part any, numbers any number.

    >>> print(_shape("/bg/news/118-proekt"))
    ^/bg/news/\d+-[^/?]+$
    >>> print(_shape("/news/new.php?id=20150226-0219"))
    ^/news/new\.php\?id=[\d-]+$
    """
    head, mark, query = path.partition("?")
    parts = head.split("/")
    if not mark:
        last = parts[-1] or (parts[-2] if len(parts) > 1 else "")
        slash = "/" if head.endswith("/") and len(parts) > 1 else ""
        before = parts[:-2] if slash else parts[:-1]
        ending = match[0] if (match := re.search(r"\.(?:html?|php|aspx?)$", last)) else ""
        bare = last.removesuffix(ending)
        number = re.match(r"\d+(?=-|$)", bare)
        if number and number[0] == bare:
            tail = r"\d+"
        elif number:
            tail = r"\d+-[^/?]+"
        else:
            tail = r"[^/?]+"
        return f"^{_numbers('/'.join([*before, '']))}{tail}{re.escape(ending)}{slash}$"
    pairs = (one.partition("=") for one in query.split("&"))
    values = "&".join(
        f"{re.escape(name)}={_NUMBER if _IS_NUMBER.fullmatch(value) else '[^&]+'}" for name, _, value in pairs
    )
    return rf"^{_numbers(head)}\?{values}$"


def _numbers(path: str) -> str:
    return "/".join(r"\d+" if part.isdigit() else re.escape(part) for part in path.split("/"))


def _is_codec(charset: str | None) -> bool:
    import codecs

    try:
        codecs.lookup(charset or "utf-8")
    except LookupError:
        return False
    return True
