"""What leads on from a page: teasers and page numbers of a list, items of a feed or of JSON, attachments of an article.

``<a href="/bg/news/news_id_1663.php">Приключи проект …</a> <span>23 ное 2017</span>`` on a list page is a link to an
article, with the title and the publication stamp that the list gives it.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import soupsieve
from bs4 import BeautifulSoup, Tag
from lxml import etree

from flows.json_list import JsonList
from flows.recipe import AddressKind, Recipe
from flows.refusals import encoding_of

_MOST_BYTES_OF_FEED = 50_000_000
#: „Sitemap: https://kubrat.bg/sitemap.xml“ in a robots.txt.
_SITEMAP = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_FEEDS = 'link[rel~="alternate"][type="application/rss+xml"], link[rel~="alternate"][type="application/atom+xml"]'


@dataclass(frozen=True, slots=True)
class Link:
    """An address to ask: what it is, and the title and stamp under which the site's list or feed announced it.

    ``modified`` is when a sitemap says that it last changed.
    """

    address: str
    kind: AddressKind
    title: str | None = None
    stamp: str | None = None
    modified: str | None = None


def list_links(recipe: Recipe, address: str, page: bytes, charset: str | None) -> list[Link]:
    """Return what a list page leads to, in its order, each address once."""
    soup = _soup(recipe, page, charset)
    wanted = {AddressKind.ARTICLE, AddressKind.FILE}
    found = [
        (anchor, link)
        for anchor, link in _anchors(recipe, soup, recipe.follow.links, address, charset)
        if link.kind in wanted
    ]
    found += [
        (anchor, link)
        for anchor, link in _anchors(recipe, soup, recipe.follow.pages, address, charset)
        if link.kind not in wanted
    ]
    links = [_with_teaser(recipe, anchor, link) for anchor, link in found]
    if recipe.follow.discover:
        links += _named_feeds(recipe, soup, address)
    for one in recipe.follow.json:
        for script in soup.select(one.embedded) if one.embedded else ():
            try:
                links += json_links(recipe, one, script.get_text(), address, is_inside=True)
            except ValueError:  # a script beside the page's own words: the page is followed without it
                continue
    return _once(links)


def article_links(recipe: Recipe, address: str, page: bytes, charset: str | None) -> list[Link]:
    """Return the files that an article's own part links to, in its order."""
    if not _may_have_files(recipe, address, page, charset):
        return []
    soup = _soup(recipe, page, charset)
    roots = soup.select(recipe.selectors.article) if recipe.selectors.article else []
    links = (link for root in roots or [soup] for _, link in _anchors(recipe, root, ("a[href]",), address, charset))
    return _once(link for link in links if link.kind is AddressKind.FILE)


def feed_links(recipe: Recipe, data: bytes, address: str = "") -> list[Link]:
    """Return what a feed leads to, ValueError where it is none.

    It is a sitemap, a sitemap of sitemaps, a robots.txt that names some, an RSS or an Atom feed, or a list in JSON
    where the recipe says so of its address.
    """
    if (one := recipe.json_list(address)) is not None:
        return json_links(recipe, one, data, address)
    if address.endswith("/robots.txt"):
        named = (recipe.address(found.decode("utf-8", "replace"), address) for found in _SITEMAP.findall(data))
        return _once(Link(one, AddressKind.FEED) for one in named if one)
    if data[:2] == b"\x1f\x8b":
        try:
            data = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, _MOST_BYTES_OF_FEED)
        except zlib.error as error:
            raise ValueError(f"not a gzip file: {error}") from error
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not XML: {error}") from error
    if root is None:
        raise ValueError("not XML")
    return _once(_feed_items(recipe, root))


def json_links(
    recipe: Recipe, one: JsonList, data: bytes | str, address: str, *, is_inside: bool = False
) -> list[Link]:
    """Return what a list in JSON leads to: its items, and its next page; ValueError where it is no JSON.

    ``is_inside`` says that the payload stands in the page at ``address``.
    """
    items, further = one.read(data, None if is_inside else address)
    links = []
    for item in items:
        target = recipe.address(item.address, address)
        if target is None or target == address:
            continue
        kind = recipe.kind(target)
        payload = recipe.address(one.lists.replace("{}", target.rstrip("/"))) if one.lists else None
        if kind is AddressKind.LIST and payload:
            links.append(Link(payload, AddressKind.FEED, item.title, item.stamp))
        elif kind is not None and kind is not AddressKind.FEED:
            links.append(Link(target, kind, item.title, item.stamp))
        elif recipe.follow.listed and kind is None:
            links.append(Link(target, AddressKind.ARTICLE, item.title, item.stamp))
    if further and (target := recipe.address(further, address)) and target != address:
        links.append(Link(target, AddressKind.FEED))
    return _once(links)


def _named_feeds(recipe: Recipe, soup: BeautifulSoup, base: str) -> list[Link]:
    """Return the feeds that a page names in its head, without those of comments, which every article has."""
    found = (recipe.address(str(one.get("href") or ""), base) for one in soup.select(_FEEDS))
    return [Link(one, AddressKind.FEED) for one in found if one and "comments" not in one]


def _feed_items(recipe: Recipe, root: etree._Element) -> Iterator[Link]:
    for entry in root.iter("{*}sitemap", "{*}url", "{*}item", "{*}entry"):
        name = etree.QName(entry).localname
        target = _text(entry, "loc" if name in ("sitemap", "url") else "link")
        if target is None and (element := entry.find("{*}link")) is not None:
            target = element.get("href")
        address = recipe.address(target) if target else None
        if address is None:
            continue
        kind = AddressKind.FEED if name == "sitemap" else recipe.kind(address)
        if kind is None and name in ("item", "entry") and recipe.follow.listed:
            kind = AddressKind.ARTICLE
        if kind is not None:
            stamp = _text(entry, "pubDate") or _text(entry, "published")
            yield Link(address, kind, _text(entry, "title"), stamp, _text(entry, "lastmod"))


def _text(entry: etree._Element, name: str) -> str | None:
    element = entry.find(f"{{*}}{name}")
    return " ".join((element.text or "").split()) or None if element is not None else None


def _soup(recipe: Recipe, page: bytes, charset: str | None) -> BeautifulSoup:
    return BeautifulSoup(page, "lxml", from_encoding=recipe.encoding or charset)


def _may_have_files(recipe: Recipe, base: str, page: bytes, charset: str | None) -> bool:
    """Say whether any link of a page, wherever it stands, leads to a file: most articles have none.

    lxml alone tells this in a fifth of the time that BeautifulSoup needs for the page.
    """
    try:
        parser = etree.HTMLParser(encoding=recipe.encoding or encoding_of(page) or charset)
        root = etree.fromstring(page, parser)
    except (etree.XMLSyntaxError, LookupError):
        return True
    if root is None:
        return True
    if bases := root.xpath("//base/@href"):
        base = recipe.address(bases[0], base) or base
    targets = set(root.xpath("//a/@href"))
    addresses = (recipe.address(target, base) for target in targets)
    return any(address and recipe.kind(address) is AddressKind.FILE for address in addresses)


def _anchors(
    recipe: Recipe, root: Tag, selectors: tuple[str, ...], base: str, charset: str | None
) -> Iterator[tuple[Tag, Link]]:
    head = root.find_parent("html") or root
    if isinstance(head, Tag) and (element := head.select_one("base[href]")):
        base = recipe.address(str(element["href"]), base) or base
    for anchor in root.select(", ".join(selectors)):
        target = anchor.get("href")
        if not isinstance(target, str) or not target.strip() or target.startswith("#"):
            continue
        try:
            address = recipe.address(target, base, recipe.encoding or charset or "utf-8")
        except LookupError:  # a page may name an encoding that nobody knows
            address = recipe.address(target, base)
        if address and address != base and (kind := recipe.kind(address)):
            yield anchor, Link(address, kind, " ".join(anchor.get_text(" ").split()) or None)


def _with_teaser(recipe: Recipe, anchor: Tag, link: Link) -> Link:
    """Add the stamp of the teaser that the link stands in."""
    follow = recipe.follow
    if not (follow.item and follow.stamp):
        return link
    teaser = soupsieve.compile(follow.item)
    for parent in anchor.parents:
        if isinstance(parent, Tag) and teaser.match(parent):
            stamp = parent.select_one(follow.stamp)
            text = " ".join(stamp.get_text(" ").split()) if stamp else ""
            return Link(link.address, link.kind, link.title, text or None)
    return link


def _once(links: Iterable[Link]) -> list[Link]:
    """Keep the first link to each address; a picture's link before the title's has no words, so those are joined."""
    kept: dict[str, Link] = {}
    for link in links:
        first = kept.get(link.address)
        if first is None:
            kept[link.address] = link
        else:
            title, stamp = first.title or link.title, first.stamp or link.stamp
            kept[link.address] = Link(first.address, first.kind, title, stamp, first.modified or link.modified)
    return list(kept.values())
