"""The reader of web pages: bytes to a document with the article as its body and the site's chrome after it.

A page gives one document; a year page gives one for each item, by the recipe's ``items`` or else by its date lines.
Without selectors the page is parsed once, by lxml; with them BeautifulSoup first marks what they choose.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from lxml import etree

from extractors.canonical import canonical
from extractors.composition import Piece, compose, row_piece
from extractors.css import Selectors, select
from extractors.errors import DamagedDocument, EmptyDocument, OversizedDocument
from extractors.read_html_charset import decode, mend_letters
from extractors.read_html_dates import find_published, is_bare
from extractors.read_html_furniture import find_furniture
from extractors.read_html_items import item_head, split_items
from extractors.read_html_lines import fold, furniture_words, is_furniture_class, is_site_name
from extractors.read_html_walk import RawBlock, Walked, walk
from extractors.stamps import Stamp, read_stamp
from models.document import BlockKind, Document, Zone

#: More than this is no announcement; in bytes.
MAX_HTML = 16 * 1024 * 1024

_TITLE_GAP = re.compile(r"\s+(?:[|–—«»·•]|-|::|/)\s+")


def read_html(
    data: bytes,
    *,
    content_type: str | None = None,
    address: str | None = None,
    fetched: datetime | None = None,
    selectors: Selectors | None = None,
) -> list[Document]:
    """Read a page; ``UnreadableDocument`` if it is too large, in no known encoding or without any text."""
    if len(data) > MAX_HTML:
        raise OversizedDocument(f"the page has {len(data):,} bytes, more than the {MAX_HTML:,} that are read")
    html = decode(data, content_type)
    if "\x00" in html:
        html = html.replace("\x00", "")
    if not selectors:
        documents = _read_page(html, address=address, fetched=fetched, may_split=True)
        if not documents:
            raise EmptyDocument("the page has no text")
        return documents
    pieces, missed = select(html, selectors)
    lost = "; ".join(f"nothing on the page matches the recipe's selector „{name}“" for name in missed) or None
    items = selectors.items is not None and "items" not in missed
    found: list[Document] = []
    for number, piece in enumerate(pieces, 1):
        found += _read_page(
            piece.html,
            address=None if items else address,
            fetched=fetched,
            title=piece.title,
            stamp=piece.stamp,
            part=f"item-{number}" if items else None,
            incomplete=lost,
        )
    if not found:
        raise EmptyDocument("the page has no text")
    return found


def _read_page(
    html: str,
    *,
    address: str | None = None,
    fetched: datetime | None = None,
    title: str | None = None,
    stamp: str | None = None,
    part: str | None = None,
    incomplete: str | None = None,
    may_split: bool = False,
) -> list[Document]:
    root, cut = _parse(html)
    if root is None:
        return []
    page = walk(root, is_furniture_class, furniture_words()["roles"])
    _mend(page.blocks)
    if not page.blocks:
        if cut:
            raise DamagedDocument(cut)
        return []
    named = _head_titles(root)
    furniture = find_furniture(page, named[0] if named else None)
    if not part:
        _keep_something(page, furniture)
    items = split_items(page.blocks, furniture) if may_split else []
    if items:
        return [_item(page.blocks, item, number, cut, fetched) for number, item in enumerate(items, 1)]
    place = _title_block(page.blocks, furniture, title, named)
    published = find_published(
        root, html, page.blocks, furniture, title=place, selected=stamp, address=address, fetched=fetched
    )
    if published is not None and published.block is not None:
        furniture.discard(published.block)  # the day at the article is part of what the page says
    if title is None:
        title = page.blocks[place].text if place is not None else (named[0] if named else None)
    incomplete = "; ".join(filter(None, (incomplete, cut))) or None
    return [_document(_pieces(page.blocks, furniture), title, published.stamp if published else None, part, incomplete)]


def _item(
    blocks: Sequence[RawBlock], item: Sequence[int], number: int, cut: str | None, fetched: datetime | None
) -> Document:
    day, title = item_head(blocks, item)
    pieces = _pieces([blocks[one] for one in item], set())
    return _document(pieces, title, read_stamp(day, fetched=fetched), f"item-{number}", cut)


def _document(
    pieces: Sequence[Piece], title: str | None, stamp: Stamp | None, part: str | None, incomplete: str | None
) -> Document:
    composed = compose(pieces)
    return Document(
        mend_letters(composed.text),
        "text/html",
        composed.blocks,
        mend_letters(canonical(" ".join(title.split()))) or None if title else None,
        stamp.date if stamp else None,
        part=part,
        incomplete=incomplete,
        derived=stamp.derived if stamp else False,
    )


def _parse(html: str) -> tuple[etree._Element | None, str | None]:
    """Parse a page, and say what the parser could not take in."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(html.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise DamagedDocument(f"the page cannot be parsed: {error.msg}") from error
    deep = any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log.filter_from_fatals())
    return root, "the page nests its tags deeper than is read: what follows is left out" if deep else None


def _mend(blocks: Sequence[RawBlock]) -> None:
    """Make the texts canonical where character references and tags inside of words have left them otherwise."""
    together = "\n".join(block.text for block in blocks)
    if canonical(together) != together:
        for block in blocks:
            block.text = canonical(block.text)


def _keep_something(page: Walked, furniture: set[int]) -> None:
    """Take back the judgement on a page that is furniture throughout: its prose is its body after all."""
    blocks = page.blocks
    if len(furniture) == len(blocks):
        prose = [number for number, block in enumerate(blocks) if len(block.text) - block.linked >= 80]
        furniture.difference_update(prose)


def _pieces(blocks: Sequence[RawBlock], furniture: set[int]) -> Sequence[Piece]:
    """Give each block its zone, and a row of a table its cells."""
    pieces: list[Piece] = list(blocks)
    for number in furniture:
        pieces[number].zone = Zone.FURNITURE
    for number, block in enumerate(blocks):
        if block.row is not None:
            texts = [cell.text for cell in block.row.cells]
            pieces[number] = row_piece(block.kind, texts, block.row.headers, block.zone, block.group)
    return pieces


def _head_titles(root: etree._Element) -> list[str]:
    """Return the page's title as its head gives it, without the name of the site: og:title, then <title>."""
    found = []
    site = ""
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name")
        if name in ("og:title", "twitter:title"):
            found.append(element.get("content") or "")
        elif name == "og:site_name":
            site = fold(element.get("content") or "")
    for element in root.iter("title"):
        text = "".join(element.itertext()).strip()
        if text:
            found.append(text)
            break
    titles = []
    for text in found:
        parts = [part.strip() for part in _TITLE_GAP.split(" ".join(text.split()))]
        own = [part for part in parts if part and fold(part) != site and not is_site_name(part)]
        if own:
            titles.append(max(own, key=len) if len(own[0]) < 12 else own[0])
    return titles


def _title_block(
    blocks: Sequence[RawBlock], furniture: set[int], title: str | None, named: Sequence[str]
) -> int | None:
    """Return the title's block: the recipe's, a heading that the head repeats, the first of the highest level."""
    wanted = [fold(text) for text in ([title] if title else named)]
    headings = [
        number
        for number, block in enumerate(blocks)
        if block.kind is BlockKind.HEADING
        and number not in furniture
        and not is_site_name(block.text)
        and not is_bare(block.text)
    ]
    for text in wanted:
        for number in headings:
            folded = fold(blocks[number].text)
            if folded == text or (len(folded) > 12 and (folded in text or (text in folded and len(text) > 12))):
                return number
    for text in wanted:
        for number, block in enumerate(blocks[:60]):
            if number not in furniture and fold(block.text) == text:
                return number
    if title:
        return None
    return min(headings, key=lambda number: (blocks[number].level > 2, blocks[number].level, number), default=None)
