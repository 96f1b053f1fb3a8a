"""Why a site shows less than it did: moved, behind a login or a firewall, redesigned, emptied, or its pages are gone.

„follow.links matches nothing on https://kubrat.bg/bg/news/ (87 links there)“ is what a person needs to mend a recipe.
Only what was archived is looked at; nothing is fetched.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

from flows.failures import Failure
from flows.links import feed_links, list_links
from flows.recipe import AddressKind, Recipe
from flows.refusals import LOGIN, refused

#: What addresses of login pages have in them, on whatever system.
_LOGIN_ADDRESS = re.compile(r"(?i)(?<![a-z])(log-?in|sign-?in|auth(?:enticate)?|sso|vhod)(?![a-z])")
_SENT_ON = re.compile(r"sends on to (\S+?)(?:,|$)")
_WANTED = (AddressKind.ARTICLE, AddressKind.FILE)


@dataclass(frozen=True, slots=True)
class Page:
    """An address as a run saw it: ``body`` what came now, ``before`` what the last good run saw, None for neither."""

    address: str
    status: int | None = None
    error: str | None = None
    body: bytes | None = None
    before: bytes | None = None
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What sort of failure it is, where it shows, and what to do."""

    failure: Failure
    said: str
    do: str


def diagnose(
    recipe: Recipe, leading: Sequence[Page], failed: Sequence[Page], shown: int, known: int
) -> Diagnosis | None:
    """Say why ``shown`` announcements came where ``known`` were; None where the pages do not tell.

    ``leading`` are the pages that lead to announcements (start pages, feeds), ``failed`` those that gave nothing.
    """
    for page in (*leading, *failed):
        if found := _sent_away(recipe, page):
            return found
    for page in (*leading, *failed):
        if (what := refused(page.error or "")) is not None:
            said = f"{page.address}: the server sends {what} in its place"
            return _login(recipe, said) if what == LOGIN else _refused(recipe, page, said)
    for page in leading:
        if page.body is not None and not _leads_on(recipe, page, page.body) and asks_for_password(page):
            return _login(recipe, f"{page.address} asks for a password")
    if len(failed) * 2 > max(known - shown, 0) > 0:
        first = failed[0]
        gone = "1 address gave" if len(failed) == 1 else f"{len(failed)} addresses gave"
        said = f"{gone} nothing, as {first.address} ({first.error})"
        return Diagnosis(Failure.UNREACHABLE, said, f"Try {first.address} in a browser; the next harvest asks again")
    for page in leading:
        if page.error is None and page.body is not None and not _leads_on(recipe, page, page.body):
            return _leads_nowhere(recipe, page, page.body)
    return None


def asks_for_password(page: Page) -> bool:
    """Say whether a page has a field for a password that the page before it had not."""
    return _has_password(page.body) and not _has_password(page.before)


def _login(recipe: Recipe, said: str) -> Diagnosis:
    do = f'Look there in a browser; if the site is closed for good, set status = "paused" in {recipe.name}.toml'
    return Diagnosis(Failure.LOGIN, said, do)


def _refused(recipe: Recipe, page: Page, said: str) -> Diagnosis:
    do = (
        f"Look at {page.address} in a browser; ask the site's people to let otchet in, or set status = "
        f'"paused" in {recipe.name}.toml and take pages in by hand (otchet import)'
    )
    return Diagnosis(Failure.REFUSED, said, do)


def _sent_away(recipe: Recipe, page: Page) -> Diagnosis | None:
    """Tell a page that only sends on, to another host or to a login."""
    if page.error is None or page.status is None or not 300 <= page.status < 400:
        return None
    match = _SENT_ON.search(page.error)
    target = urljoin(page.address, match[1]) if match else ""
    said = f"{page.address} {page.error}"
    if _LOGIN_ADDRESS.search(urlsplit(target).path):
        return _login(recipe, said)
    host = urlsplit(target).hostname
    if host and host not in recipe.hosts:
        do = f"Look whether the site has moved to {host}; then mend hosts and start in {recipe.name}.toml"
        return Diagnosis(Failure.MOVED, said, do)
    return None


def _leads_on(recipe: Recipe, page: Page, body: bytes) -> bool:
    """Say whether a page leads to an announcement or to a further list."""
    if recipe.kind(page.address) is AddressKind.FEED:
        try:
            return bool(feed_links(recipe, body))
        except ValueError:
            return False
    return any(link.kind in _WANTED for link in list_links(recipe, page.address, body, page.charset))


def _leads_nowhere(recipe: Recipe, page: Page, body: bytes) -> Diagnosis:
    """Tell a list that lost its items from one whose links are other ones."""
    if recipe.kind(page.address) is AddressKind.FEED:
        said = f"{page.address} has no item that the recipe follows"
        return Diagnosis(Failure.REDESIGNED, said, _mend(recipe, page, "follow.feeds and follow.articles"))
    soup = BeautifulSoup(body, "lxml", from_encoding=recipe.encoding or page.charset)
    links = _targets(recipe, page, soup)
    count = f"{len(links)} links there" if len(links) != 1 else "1 link there"
    wanted = [one for one in links if recipe.kind(one) in _WANTED]
    if wanted:
        how = "misses those" if soup.select(", ".join(recipe.follow.links)) else "matches nothing"
        said = f"selector follow.links {how} on {page.address} ({count}, {len(wanted)} of them to announcements)"
        return Diagnosis(Failure.REDESIGNED, said, _mend(recipe, page, "follow.links"))
    before = BeautifulSoup(page.before or b"<html></html>", "lxml", from_encoding=recipe.encoding or page.charset)
    if fresh := links - _targets(recipe, page, before):
        said = f"follow.articles matches no address on {page.address} ({count}, as {min(fresh)})"
        return Diagnosis(Failure.REDESIGNED, said, _mend(recipe, page, "follow.articles"))
    said = f"{page.address} has no link to an announcement and none that is new"
    return Diagnosis(Failure.EMPTIED, said, f"Look at {page.address} in a browser")


def _mend(recipe: Recipe, page: Page, what: str) -> str:
    return f"Look at {page.address}, mend {what} in {recipe.name}.toml (otchet sites check), and harvest again"


def _targets(recipe: Recipe, page: Page, soup: BeautifulSoup) -> set[str]:
    found = (recipe.address(str(anchor["href"]), page.address) for anchor in soup.select("a[href]"))
    return {address for address in found if address}


def _has_password(body: bytes | None) -> bool:
    if body is None or b"<" not in body[:4096]:
        return False
    return BeautifulSoup(body, "lxml").select_one('input[type="password" i]') is not None
