"""Make the pages of the demonstration: ``python -m corpus.demo.build`` writes ``sites/`` and ``manifest.json``.

The same sources give the same bytes. What ``corpus.demo.build_pdf`` made is left where it is and entered.
"""

import argparse
import json
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from corpus.demo import DOCUMENTS, FOLDER
from corpus.demo.announcement import read_announcements, read_body
from corpus.demo.content import Listing, SiteContent, Words, read_contents
from corpus.demo.news import News, address_of, site_news
from corpus.demo.page import Page, Showing, digest
from corpus.demo.shelf import HTML, PDF, RSS, TEXT, XML, Answers, Shelf
from corpus.demo.typesetting import typeset


class Builder:
    """Builds one site onto its shelf."""

    def __init__(self, site: SiteContent, news: Sequence[News], words: Words, sites: Path) -> None:
        self._site, self._news, self._words = site, news, words
        self._showing = Showing(site, news, words)
        self._shelf = Shelf(site, sites)
        self._newest = news[-1].published

    def build(self) -> dict[str, Any]:
        """Write the site's files and return its part of the manifest."""
        site = self._site
        if site.year:
            self._build_years()
        else:
            for place in range(len(self._news)):
                self._build_item(place)
        for number, listing in enumerate(site.lists, 1):
            self._build_list(listing, f"list-{number}")
        for number, plain in enumerate(site.plains, 1):
            body = Markup(typeset(read_body(plain.text), site.hand))
            self._save(plain.path, f"page-{number}", Page("plain", plain.title, body=body), self._newest, "plain")
        hidden = Page("plain", self._words.demo, body=Markup("<p>9 999 999 лв.</p>"))
        self._save(site.forbidden, "forbidden", hidden, self._newest, "forbidden")
        if "/" not in self._shelf.entries:
            self._shelf.redirect("/", site.lists[0].path)
        self._build_sitemap()
        if site.feed:
            self._build_feed()
        return {
            "host": site.host,
            "validators": list(site.validators),
            "drop": list(site.drop),
            "cut": site.cut,
            "entries": dict(sorted(self._shelf.entries.items())),
        }

    def _build_item(self, place: int) -> None:
        site, item, shown = self._site, self._news[place], self._showing.item(place)
        stem = f"item-{item.number:x}" if site.first else f"item-{place + 1}"
        page = Page("item", item.title, (shown,), portlet=digest(item.address, 24))
        self._save(item.address, stem, page, item.published, "item", [self._answer(item)])
        if site.print:
            printed = Page("print", item.title, (shown,))
            self._save(shown.print, f"{stem}-print", printed, item.published, "print", [self._answer(item)])
        if site.short:
            self._shelf.redirect(address_of(site, site.short, item, self._words), item.address)
        if item.attachment:
            told: dict[str, Any] = {
                "document": item.document,
                "published": item.published.isoformat(),
                "stamped": bool(item.attachment.stamp),
            }
            if code := item.attachment.code:
                told |= {"letterhead": code, "beside": [["project_id", code]]}
            name = f"{item.attachment.document}.pdf"
            self._shelf.enter(item.attachment.path, name, PDF, item.published, "file", [told])

    def _build_years(self) -> None:
        for address in sorted({item.address for item in self._news}):
            places = [place for place, item in enumerate(self._news) if item.address == address][::-1]
            day = self._news[places[0]].published
            shown = tuple(self._showing.item(place) for place in places)
            answers = [self._answer(self._news[place]) for place in places]
            page = Page("year", f"{self._site.lists[0].title} {day.year}", shown)
            self._save(address, f"year-{day.year}", page, day, "item", answers)

    def _build_list(self, listing: Listing, stem: str) -> None:
        news = [one for one in reversed(self._news) if listing.pick == "all" or one.document]
        if self._site.year:
            news = list({one.address: one for one in news}.values())
        size = self._site.per_page
        addresses = [listing.path]
        for place in range(1, -(-len(news) // size)):
            addresses.append(listing.page.format(page=place + 1, start=place * size, first=place * size + 1))
        for place, here in enumerate(addresses):
            shown = tuple(self._showing.teaser(one, listing, here) for one in news[place * size : (place + 1) * size])
            pages = tuple(
                (number, self._showing.link(to, here) + listing.suffix, to == here)
                for number, to in enumerate(addresses, 1)
            )
            page = Page("list", listing.title, shown, pages=pages)
            self._save(here, f"{stem}-{place + 1}", page, self._newest, "list")

    def _build_sitemap(self) -> None:
        """Write robots.txt, and the sitemap that it names where the site has one."""
        site, shelf = self._site, self._shelf
        robots = "User-agent: *\n" + "".join(f"Disallow: {one}\n" for one in site.disallow)
        if site.sitemap:
            robots += f"\nSitemap: {site.origin}{site.sitemap}\n"
            days = sorted({one.address: one.published for one in self._news}.items())
            pages = [(f"{site.origin}{address}", day.isoformat()) for address, day in days]
            part = site.sitemap
            if site.feed:  # WordPress: a sitemap of sitemaps
                part = site.sitemap.replace(".xml", "-posts-post-1.xml")
                index = shelf.render("sitemap-index.xml", parts=[f"{site.origin}{part}"])
                shelf.save(site.sitemap, "sitemap-index.xml", index, XML, self._newest, "sitemap")
            shelf.save(part, "sitemap.xml", shelf.render("sitemap.xml", pages=pages), XML, self._newest, "sitemap")
        shelf.save("/robots.txt", "robots.txt", robots, TEXT, self._newest, "robots")

    def _build_feed(self) -> None:
        site = self._site
        latest = [self._showing.teaser(one, site.lists[0], site.feed) for one in self._news[:-11:-1]]
        feed = self._shelf.render("feed.xml", site=site, items=latest, words=self._words)
        self._shelf.save(site.feed, "feed.xml", feed, RSS, self._newest, "feed")

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

    def _save(self, address: str, stem: str, page: Page, day: date, role: str, answers: Answers = ()) -> None:
        link = partial(self._showing.link, here=address)
        text = self._shelf.render(f"{self._site.site}.html", page=page, site=self._site, words=self._words, link=link)
        self._shelf.save(address, f"{stem}.html", text, HTML, day, role, answers)


def build(target: Path = FOLDER, documents: Path = DOCUMENTS) -> int:
    """Write ``sites/`` and ``manifest.json`` into the target folder; return the number of addresses."""
    words, contents, announcements = Words.read(), read_contents(), read_announcements(documents)
    names = {site.site: site.name for site in contents}
    manifest = {}
    for site in contents:
        for old in (target / "sites" / site.site).glob("*"):
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
