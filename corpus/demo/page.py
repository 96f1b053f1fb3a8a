"""What the demonstration's templates may use: a page, the items on it, their tails; and how a site shows its news."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from markupsafe import Markup

from corpus.demo import FOLDER
from corpus.demo.content import Attachment, Listing, SiteContent, Words
from corpus.demo.news import News, address_of
from corpus.demo.typesetting import typeset


@dataclass(frozen=True, slots=True)
class Teaser:
    """An item as a list, a feed or a tail shows it."""

    title: str
    link: str
    stamp: str
    published: date
    teaser: str = ""
    views: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """An item as its page shows it."""

    title: str
    body: Markup
    stamp: str
    updated: str
    number: int
    views: int
    source: str
    attachment: Attachment | None
    size: str
    print: str
    tail: tuple[Teaser, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What a template may use: ``kind`` is item, list, year, print or plain."""

    kind: str
    title: str
    items: tuple[Item | Teaser, ...] = ()
    body: Markup = field(default_factory=Markup)
    pages: tuple[tuple[int, str, bool], ...] = ()
    portlet: str = ""


@dataclass(frozen=True, slots=True)
class Showing:
    """A site's way of showing its news: stamps, links, tails."""

    site: SiteContent
    news: Sequence[News]
    words: Words

    def item(self, place: int) -> Item:
        """Show the item at this place among the news, with its neighbours and foreign titles as tail."""
        site, words, item = self.site, self.words, self.news[place]
        size = ""
        if item.attachment:
            path = FOLDER / "sites" / site.site / f"{item.attachment.document}.pdf"
            size = f"{path.stat().st_size // 1024} KB"
        return Item(
            title=item.title,
            body=Markup(typeset(item.pieces, site.hand)),
            stamp="" if item.restamped else words.stamp(site.stamp, item.published),
            updated=self._updated(item),
            number=item.number,
            views=item.views,
            source=item.source,
            attachment=item.attachment,
            size=size,
            print=address_of(site, site.print, item, words) if site.print else "",
            tail=tuple(self._tail(place)),
        )

    def _tail(self, place: int) -> list[Teaser]:
        item = self.news[place]
        around = (self.news[place - 1], self.news[(place + 1) % len(self.news)])
        near = [self.teaser(one, self.site.lists[0], item.address) for one in around]
        turn = place % max(len(self.site.tails), 1)
        titles = self.site.tails[turn:] + self.site.tails[:turn]
        return near + [Teaser(one, f"http://novini.test/{digest(one, 6)}", "", item.published) for one in titles]

    def _updated(self, item: News) -> str:
        if self.site.changed:
            return self.words.stamp(self.site.changed, item.published, 9)
        return self.words.stamp(self.site.updated, item.updated) if self.site.updated and item.updated else ""

    def teaser(self, item: News, listing: Listing, here: str) -> Teaser:
        """Show an item in a list, a feed or a tail that stands at ``here``."""
        link = self.link(item.address, here) + listing.suffix
        stamp = self.words.stamp(self.site.stamp, item.published)
        return Teaser(item.title, link, stamp, item.published, item.teaser, item.views)

    def link(self, address: str, here: str) -> str:
        """Write an address as the page at ``here`` writes it: with a session, or with the portal's state."""
        if "PHPSESSID" in self.site.drop:
            mark = "&" if "?" in address else "?"
            return f"{address}{mark}PHPSESSID={digest(here, 26)}&sid={digest(address + here, 8)}"
        if self.site.cut:
            return f"{address.rstrip('/')}{self.site.cut}p/z0/04_{digest(here + address, 40)}/"
        return address


def digest(text: str, length: int) -> str:
    """Return some letters and figures that are always the same for a text."""
    return sha256(text.encode()).hexdigest()[:length]
