"""The tables inside a recipe: what is followed, lists in JSON, selectors, limits, pace and backfill."""

from dataclasses import fields

import soupsieve
from jmespath.parser import ParsedResult

from extractors.css import Selectors
from flows.json_list import JsonList, expression
from flows.recipe import Follow, Limits
from flows.strict_toml import StrictTable


def read_follow(table: StrictTable, lists: StrictTable) -> tuple[Follow, frozenset[str]]:
    """Return what is followed, and the addresses that only the family's preset names."""
    follow = Follow(
        lists=table.take_patterns("lists"),
        articles=table.take_patterns("articles"),
        files=table.take_patterns("files"),
        links=_css(table, "links") or ("a[href]",),
        pages=_css(table, "pages") or ("a[href]",),
        sitemaps=table.take_texts("sitemaps"),
        feeds=table.take_texts("feeds"),
        item=_one_css(table, "item"),
        stamp=_one_css(table, "stamp"),
        json=tuple(_json_list(lists, name) for name in lists.names()),
        discover=table.take("discover", bool, False),
        listed=not table.own("articles"),
    )
    table.finish()
    lists.finish()
    supposed = {address for key in ("sitemaps", "feeds") if not table.own(key) for address in table.take_texts(key)}
    return follow, frozenset(supposed)


def read_selectors(table: StrictTable) -> Selectors:
    """Read the selectors; which there are, the readers' own class says."""
    values = {field.name: _one_css(table, field.name) for field in fields(Selectors)}
    table.finish()
    return Selectors(**values)


def read_limits(limits: StrictTable, pace: StrictTable, backfill: StrictTable, *, loopback: bool) -> Limits:
    """Read limits, pace and those of a backfill; only this machine may be asked quicker than is polite."""
    default = Limits()
    result = Limits(
        requests=int(limits.take_number("requests", default.requests, 1, 1_000_000)),
        seconds=limits.take_number("seconds", default.seconds, 1, 86_400),
        bytes=int(limits.take_number("bytes", default.bytes, 1_000, 500_000_000)),
        # A municipality's server is small and not ours: a request in two seconds is the quickest that is polite.
        delay=pace.take_number("delay", 0 if loopback else default.delay, 0 if loopback else default.delay, 3600),
        timeout=limits.take_number("timeout", default.timeout, 0.1, 600),
        connect=limits.take_number("connect", default.connect, 0.1, 600),
        silence=limits.take_number("silence", default.silence, 0.1, 600),
        # The demonstration is asked for everything in every run, unless it says otherwise.
        revisit=pace.take_number("revisit", 0 if loopback else default.revisit, 0, 366),
        longest=pace.take_number("longest", default.longest, 0, 3660),
        backfill_requests=int(backfill.take_number("requests", default.backfill_requests, 1, 1_000_000)),
        backfill_seconds=backfill.take_number("seconds", default.backfill_seconds, 1, 604_800),
    )
    for one in (limits, pace, backfill):
        one.finish()
    return result


def _json_list(lists: StrictTable, name: str) -> JsonList:
    table = lists.take_table(name)
    address = _expression(table, "address")
    if address is None:
        raise table.error("address", "is missing; a JMESPath expression is needed")
    found = JsonList(
        name=name,
        address=address,
        patterns=table.take_patterns("patterns"),
        start=table.take_texts("start"),
        embedded=_one_css(table, "embedded"),
        items=_expression(table, "items"),
        title=_expression(table, "title"),
        stamp=_expression(table, "stamp"),
        to=table.take("to", str, "{}"),
        next=_expression(table, "next"),
        page=table.take("page", str, "") or None,
        full=int(table.take_number("full", 0, 0, 10_000)),
        lists=table.take("lists", str, "") or None,
        supposed=not lists.own(name),
    )
    if "{}" not in found.to:
        raise table.error("to", f"{found.to!r} has no place {{}} for what `address` gives")
    if found.items is None and found.title is None:
        raise table.error("title", "is missing; without `items` it says which objects are items")
    table.finish()
    return found


def _expression(table: StrictTable, key: str) -> ParsedResult | None:
    text = table.take(key, str, "")
    if not text:
        return None
    try:
        return expression(text)
    except ValueError as error:
        raise table.error(key, f"{text!r} is no JMESPath expression: {error}") from error


def _css(table: StrictTable, key: str) -> tuple[str, ...]:
    texts = table.take_texts(key)
    for text in texts:
        _check_css(table, key, text)
    return texts


def _one_css(table: StrictTable, key: str) -> str | None:
    text = table.take(key, str, "")
    if text:
        _check_css(table, key, text)
    return text or None


def _check_css(table: StrictTable, key: str, text: str) -> None:
    try:
        soupsieve.compile(text)
    except soupsieve.SelectorSyntaxError as error:
        raise table.error(key, f"{text!r} is no CSS selector: {str(error).splitlines()[0]}") from error
