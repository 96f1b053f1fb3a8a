"""Make the pages of the demonstration: ``python -m corpus.demo.build`` writes ``sites/`` and ``manifest.json``.

The same sources give the same bytes. What ``corpus.demo.build_pdf`` made is left where it is and entered.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from corpus.demo import DOCUMENTS, FOLDER
from corpus.demo.announcement import read_announcements, read_body
from corpus.demo.content import Listing, SiteContent, Words, read_contents
from corpus.demo.news import News, address_of, site_news
from corpus.demo.page import Item, Page, Teaser
from corpus.demo.typesetting import typeset

HTML, XML, TEXT, PDF = "text/html", "application/xml", "text/plain", "application/pdf"


class Builder:
    """Writes one site and remembers what stands at which address."""

    def __init__(self, site: SiteContent, news: Sequence[News], words: Words, sites: Path) -> None:
        self._site, self._news, self._words = site, news, words
        self._folder = sites / site.site
        self._folder.mkdir(parents=True, exist_ok=True)
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
            keep_trailing_newline=True,
        )
        self._entries: dict[str, dict[str, Any]] = {}
        self._here = ""

    def build(self) -> dict[str, Any]:
        """Write the site's files and return its part of the manifest."""
        site = self._site
        newest = self._news[-1].published
        if site.year:
            self._write_years()
        else:
            for place, item in enumerate(self._news):
                self._write_item(place, item)
        for number, listing in enumerate(site.lists, 1):
            self._write_list(listing, f"list-{number}", newest)
        for number, plain in enumerate(site.plains, 1):
            body = Markup(typeset(read_body(plain.text), site.hand))
            self._write_page(plain.path, f"page-{number}", Page("plain", plain.title, body=body), newest, "plain")
        hidden = Page("plain", self._words.demo, body=Markup("<p>9 999 999 лв.</p>"))
        self._write_page(site.forbidden, "forbidden", hidden, newest, "forbidden")
        if "/" not in self._entries:
            self._entries["/"] = {"role": "redirect", "status": 301, "location": site.lists[0].path}
        self._write_feeds(newest)
        return {
            "host": site.host,
            "validators": list(site.validators),
            "drop": list(site.drop),
            "cut": site.cut,
            "entries": dict(sorted(self._entries.items())),
        }

    def _write_item(self, place: int, item: News) -> None:
        site = self._site
        answers = [self._answer(item)]
        stem = f"item-{item.number:x}" if site.first else f"item-{place + 1}"
        shown = self._item(place, item)
        page = Page("item", item.title, (shown,), portlet=_digest(item.address, 24))
        self._write_page(item.address, stem, page, item.published, "item", answers)
        if site.print:
            printed = Page("print", item.title, (shown,))
            address = address_of(site, site.print, item, self._words)
            self._write_page(address, f"{stem}-print", printed, item.published, "print", answers)
        if site.short:
            short = address_of(site, site.short, item, self._words)
            self._entries[short] = {"role": "redirect", "status": 301, "location": item.address}
        if item.attachment:
            file = f"{site.site}/{item.attachment.document}.pdf"
            told: dict[str, Any] = {
                "document": item.document,
                "published": item.published.isoformat(),
                "stamped": False,
            }
            if code := item.attachment.code:
                told |= {"letterhead": code, "beside": [["project_id", code]]}
            self._enter(item.attachment.path, file, PDF, item.published, "file", [told])

    def _write_years(self) -> None:
        for address in sorted({item.address for item in self._news}):
            items = [(place, item) for place, item in enumerate(self._news) if item.address == address][::-1]
            year = items[0][1].published.year
            shown = tuple(self._item(place, item) for place, item in items)
            answers = [self._answer(item) for _, item in items]
            page = Page("year", f"{self._site.lists[0].title} {year}", shown)
            self._write_page(address, f"year-{year}", page, items[0][1].published, "item", answers)

    def _write_list(self, listing: Listing, stem: str, newest: date) -> None:
        site = self._site
        news = [one for one in reversed(self._news) if listing.pick == "all" or one.document]
        if site.year:
            news = list({one.address: one for one in news}.values())
        size = site.per_page
        addresses = [listing.path]
        for place in range(1, -(-len(news) // size)):
            addresses.append(listing.page.format(page=place + 1, start=place * size, first=place * size + 1))
        for number, address in enumerate(addresses, 1):
            self._here = address
            shown = tuple(self._teaser(one, listing) for one in news[(number - 1) * size : number * size])
            pages = tuple((one, self._link(to) + listing.suffix, to == address) for one, to in enumerate(addresses, 1))
            self._write_page(
                address, f"{stem}-{number}", Page("list", listing.title, shown, pages=pages), newest, "list"
            )

    def _write_feeds(self, newest: date) -> None:
        site = self._site
        articles = sorted({one.address: one.published for one in self._news}.items())
        rules = "".join(f"Disallow: {one}\n" for one in site.disallow)
        robots = f"User-agent: *\n{rules}"
        if site.sitemap:
            robots += f"\nSitemap: {site.origin}{site.sitemap}\n"
            listed = [(f"{site.origin}{address}", day.isoformat()) for address, day in articles]
            if site.feed:  # WordPress: an index of sitemaps
                part = site.sitemap.replace(".xml", "-posts-post-1.xml")
                index = self._render("sitemap-index.xml", parts=[f"{site.origin}{part}"])
                self._save("sitemap-index.xml", index, site.sitemap, XML, newest, "sitemap")
                self._save("sitemap.xml", self._render("sitemap.xml", pages=listed), part, XML, newest, "sitemap")
            else:
                self._save(
                    "sitemap.xml", self._render("sitemap.xml", pages=listed), site.sitemap, XML, newest, "sitemap"
                )
        self._save("robots.txt", robots, "/robots.txt", TEXT, newest, "robots")
        if site.feed:
            latest = [self._teaser(one, site.lists[0]) for one in list(reversed(self._news))[:10]]
            feed = self._render("feed.xml", site=site, items=latest, words=self._words)
            self._save("feed.xml", feed, site.feed, "application/rss+xml", newest, "feed")

    def _item(self, place: int, item: News) -> Item:
        site = self._site
        self._here = item.address
        around = (self._news[place - 1], self._news[(place + 1) % len(self._news)])
        near = [self._teaser(one, site.lists[0]) for one in around if one is not item]
        away = [
            Teaser(title, f"http://novini.test/{_digest(title, 6)}", "", item.published, "", 0)
            for title in (
                site.tails[place % len(site.tails) :] + site.tails[: place % len(site.tails)] if site.tails else ()
            )
        ]
        size = ""
        if item.attachment:
            path = FOLDER / "sites" / site.site / f"{item.attachment.document}.pdf"
            size = f"{path.stat().st_size // 1024} KB"
        return Item(
            title=item.title,
            body=Markup(typeset(item.pieces, site.hand)),
            stamp="" if item.restamped else self._words.stamp(site.stamp, item.published, 8 + place % 9),
            updated=self._updated(item),
            number=item.number,
            views=item.views,
            source=item.source,
            attachment=item.attachment,
            size=size,
            print=address_of(site, site.print, item, self._words) if site.print else "",
            tail=tuple(near + away),
        )

    def _updated(self, item: News) -> str:
        if self._site.changed:
            return self._words.stamp(self._site.changed, item.published, 9)
        return self._words.stamp(self._site.updated, item.updated) if self._site.updated and item.updated else ""

    def _answer(self, item: News) -> dict[str, Any]:
        """Say what gold a page has: whether its stamp dates it, and what other days the site prints beside it."""
        answer: dict[str, Any] = {
            "document": None if item.attachment and item.attachment.instead else item.document,
            "published": item.published.isoformat(),
            "stamped": not item.restamped,
        }
        if item.source:
            answer["republished"] = True
        if self._site.changed:
            answer["beside"] = [["date", day.isoformat()] for day in (item.published, self._site.valid)]
        return answer

    def _teaser(self, item: News, listing: Listing) -> Teaser:
        stamp = self._words.stamp(self._site.stamp, item.published, 8)
        return Teaser(
            item.title, self._link(item.address) + listing.suffix, stamp, item.published, item.teaser, item.views
        )

    def _link(self, address: str) -> str:
        """Write an address as the site's pages write it: with a session, or with the portal's state."""
        if "PHPSESSID" in self._site.drop:
            mark = "&" if "?" in address else "?"
            return f"{address}{mark}PHPSESSID={_digest(self._here, 26)}&sid={_digest(address + self._here, 8)}"
        if self._site.cut:
            return f"{address.rstrip('/')}{self._site.cut}p/z0/04_{_digest(self._here + address, 40)}/"
        return address

    def _write_page(
        self, address: str, stem: str, page: Page, day: date, role: str, answers: Iterable[dict[str, Any]] = ()
    ) -> None:
        self._here = address
        text = self._render(f"{self._site.site}.html", page=page, site=self._site, words=self._words, link=self._link)
        self._save(f"{stem}.html", text, address, HTML, day, role, answers)

    def _render(self, template: str, **values: object) -> str:
        return self._templates.get_template(template).render(**values)

    def _save(
        self,
        name: str,
        text: str,
        address: str,
        type_: str,
        day: date,
        role: str,
        answers: Iterable[dict[str, Any]] = (),
    ) -> None:
        encoding = self._site.encoding if type_ == HTML else "utf-8"
        (self._folder / name).write_bytes(text.encode(encoding, "xmlcharrefreplace"))
        charset = f"; charset={encoding}" if type_ != HTML or self._site.header_charset else ""
        self._enter(address, f"{self._site.site}/{name}", type_ + charset, day, role, answers)

    def _enter(
        self, address: str, file: str, type_: str, day: date, role: str, answers: Iterable[dict[str, Any]] = ()
    ) -> None:
        if address in self._entries:
            raise ValueError(f"{self._site.site}: two pages at {address}")
        entry: dict[str, Any] = {"role": role, "file": file, "type": type_, "modified": day.isoformat()}
        if told := list(answers):
            entry["answers"] = told
        self._entries[address] = entry


def _digest(text: str, length: int) -> str:
    return sha256(text.encode()).hexdigest()[:length]


def build(target: Path = FOLDER, documents: Path = DOCUMENTS) -> int:
    """Write ``sites/`` and ``manifest.json`` into the target folder; return the number of addresses."""
    words, contents, announcements = Words.read(), read_contents(), read_announcements(documents)
    names = {site.site: site.name for site in contents}
    manifest = {}
    for site in contents:
        folder = target / "sites" / site.site
        for old in folder.glob("*"):
            if old.suffix != ".pdf":
                old.unlink()
        news = site_news(site, announcements, names, words, documents)
        manifest[site.site] = Builder(site, news, words, target / "sites").build()
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (target / "manifest.json").write_text(text + "\n", "utf-8", newline="\n")
    return sum(len(one["entries"]) for one in manifest.values())


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    build()
