"""Which addresses a crawl asks and when: what is new at once, then lists, known pages that are due when all is done.

It also counts what a site shows: ``listed`` are the addresses of articles and files that lists, feeds and the pages
behind them led to, ``announcements`` those of them that are there (those that are not due yet are taken to be).
"""

from collections import deque
from collections.abc import Iterator
from itertools import chain

from flows.crawl_mode import CrawlMode, day_of
from flows.ledger import Ledger
from flows.links import Link
from flows.recipe import AddressKind, Recipe
from flows.revisits import is_due
from models.records import Address
from models.settings import SOFIA, now

ANNOUNCEMENTS = (AddressKind.ARTICLE, AddressKind.FILE)
REDIRECTS = (301, 302, 303, 307, 308)


class Frontier:
    """The addresses of one crawl; each is asked once."""

    def __init__(self, recipe: Recipe, ledger: Ledger, mode: CrawlMode) -> None:
        self._recipe, self._ledger, self._mode = recipe, ledger, mode
        self.announcements: set[str] = set()
        self.listed: set[str] = set()
        self._asked: set[str] = set()
        self._later: list[tuple[Link, int]] = []
        self._had: deque[tuple[Link, bytes]] = deque()
        self._led_to = ledger.led_to()

    def show(self, link: Link, page: str | None = None) -> None:
        """Note that a link is shown: by a list, a feed, or a page (None for the recipe) that is shown itself."""
        if link.kind in ANNOUNCEMENTS and (page is None or page in self.listed or self._leads(page)):
            self.listed.add(link.address)

    def is_there(self, address: str) -> None:
        """Count an address that gave something as an announcement, where the site shows it."""
        if address in self.listed:
            self.announcements.add(address)

    def is_for_now(self, link: Link, hops: int = 0) -> bool:
        """Say whether a link is to be asked now; put a known page that is due aside, pass by one that is not."""
        if link.address in self._asked:
            return False
        known = self._ledger.known(link.address)
        if link.kind not in ANNOUNCEMENTS:
            body = self._had_before(known)
            if body is None:
                return True
            self._asked.add(link.address)
            self._had.append((link, body))
        elif not known.seen:
            return True
        elif (self._mode.is_backfill and known.sha256 and not self._mode.revisit) or not self._is_due(known, link):
            self._pass_by(link.address)
        elif known.sha256 or known.status in REDIRECTS:
            self._asked.add(link.address)
            self._later.append((link, hops))
        else:
            return True
        return False

    def asked(self, address: str) -> None:
        """Note that an address is asked."""
        self._asked.add(address)

    def is_asked(self, address: str) -> bool:
        """Say whether an address was asked, or waits to be."""
        return address in self._asked

    def had(self) -> Iterator[tuple[Link, bytes]]:
        """Give the lists, with their content, that an earlier run of this backfill has had; what they lead to comes in.

        A list may bring others: they are given too.
        """
        while self._had:
            yield self._had.popleft()

    def left(self, *, canary: bool) -> Iterator[tuple[Link, int]]:
        """Give what is to be asked when nothing else is left, with the hops that led to it: known pages, the canary.

        One after the other, so that a canary that is due is asked once.
        """
        return chain(self._due(), self._canary() if canary else ())

    def _is_due(self, known: Address, link: Link | None = None) -> bool:
        if self._mode.revisit or is_due(known, now()):
            return True
        changed = day_of(link.modified) if link else None
        return (
            changed is not None and known.fetched_at is not None and changed > known.fetched_at.astimezone(SOFIA).date()
        )

    def _due(self) -> Iterator[tuple[Link, int]]:
        """Give the known pages to ask for: those that something led to, then the others, the longest waiting first."""
        yield from self._later
        self._later = []
        if self._mode.is_backfill:
            return
        for known in self._ledger.all_known():
            kind = self._recipe.kind(known.address)
            if (
                kind in ANNOUNCEMENTS
                and known.address not in self._asked
                and (known.sha256 or known.gone_at)
                and self._is_due(known)
            ):
                yield Link(known.address, kind), 0

    def _canary(self) -> Iterator[tuple[Link, int]]:
        """Give the recipe's canary, due or not; last, so that a list's words for it come first."""
        canary = self._recipe.canary
        if canary and canary not in self._asked and not self._mode.is_backfill:
            yield Link(canary, self._recipe.kind(canary) or AddressKind.ARTICLE), 0

    def _leads(self, page: str) -> bool:
        return self._recipe.kind(page) not in ANNOUNCEMENTS

    def _had_before(self, known: Address) -> bytes | None:
        """Return a list's content where a backfill that was stopped had it already."""
        begun = self._mode.begun
        if begun is None or not known.sha256 or known.fetched_at is None or known.fetched_at < begun:
            return None
        return self._ledger.body(known.address)

    def _pass_by(self, address: str) -> None:
        """Count what is known of a page that is not due, and of the files that it led to."""
        ways = [address]
        while ways:
            address = ways.pop()
            known = self._ledger.known(address)
            if address in self.announcements or known.gone_at:
                continue
            if known.sha256 and self._recipe.kind(address) in ANNOUNCEMENTS:
                self.announcements.add(address)
            elif known.status not in REDIRECTS:
                continue
            led_to = [one.address for one in self._led_to.get(address, ()) if one.address not in self.announcements]
            self.listed.update(one for one in led_to if self._recipe.kind(one) in ANNOUNCEMENTS)
            ways += led_to
