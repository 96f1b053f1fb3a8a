"""A list that a site gives as JSON: ``/wp-json/wp/v2/posts``, the payload of a page that a browser puts together.

``[{"link": "https://mezdra.bg/novini/7/", "title": {"rendered": "Нов мост"}, "date": "2021-06-22T10:00:00"}]`` is a
list of one item. Where in it address, title and day stand is told by JMESPath expressions of the recipe, or its family.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from flows.addresses import readable_address
from flows.flat_json import unflatten

_TAG = re.compile(r"<[^<>]*>")
_MOST_BYTES, _MOST_ITEMS = 50_000_000, 20_000


@dataclass(frozen=True, slots=True)
class JsonItem:
    """One item: its address as it is written, and what the list calls it."""

    address: str
    title: str | None = None
    stamp: str | None = None


@dataclass(frozen=True, slots=True)
class JsonList:
    """How a site's lists in JSON are read.

    ``patterns`` say which addresses are such lists, ``start`` are those to begin with, ``embedded`` is CSS for scripts
    of HTML pages that hold such a payload. ``items`` leads to the items; without it every object of the payload that
    has an ``address`` and a ``title`` is one. ``to`` makes an address of what ``address`` gives (``/novini/{}``).
    ``next`` leads to the address of the next page; ``page`` is the parameter to count up while a page has ``full``
    items. ``lists`` makes of the address of a list page that of its payload (``{}/_payload.json``).
    """

    name: str
    address: ParsedResult
    patterns: tuple[re.Pattern[str], ...] = ()
    start: tuple[str, ...] = ()
    embedded: str | None = None
    items: ParsedResult | None = None
    title: ParsedResult | None = None
    stamp: ParsedResult | None = None
    to: str = "{}"
    next: ParsedResult | None = None
    page: str | None = None
    full: int = 0
    lists: str | None = None
    #: Whether the family supposes the list, so that a site without it is well.
    supposed: bool = field(default=False, compare=False)

    def is_at(self, address: str) -> bool:
        """Say whether an address is such a list."""
        return address in self.start or any(one.search(readable_address(address)) for one in self.patterns)

    def read(self, data: bytes | str, address: str | None = None) -> tuple[list[JsonItem], str | None]:
        """Return the items of a payload and the address of the next page, None where there is none.

        ``address`` is the payload's own, None for one inside a page. Raises ValueError for what is no JSON.
        """
        if len(data) > _MOST_BYTES:
            raise ValueError(f"larger than {_MOST_BYTES:,} bytes")
        try:
            payload = unflatten(json.loads(data))
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        except ValueError as error:
            raise ValueError(f"not JSON: {error}") from error
        items = []
        for one in self._objects(payload):
            if (item := self._item(one)) is not None:
                items.append(item)
            if len(items) > _MOST_ITEMS:
                raise ValueError(f"more than {_MOST_ITEMS:,} items")
        return items, self._next(payload, len(items), address) if address else None

    def _objects(self, payload: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON
        if self.items is None:
            yield from _every_object(payload)
            return
        found = _search(self.items, payload)
        if isinstance(found, list):
            yield from found

    def _item(self, one: Any) -> JsonItem | None:  # noqa: ANN401
        target = _search(self.address, one)
        if isinstance(target, int) and not isinstance(target, bool):
            target = str(target)
        if not isinstance(target, str) or not target.strip():
            return None
        title = _words(_search(self.title, one)) if self.title else None
        if self.items is None and not title:
            return None
        stamp = _words(_search(self.stamp, one)) if self.stamp else None
        is_whole = target.startswith(("http://", "https://", "/"))
        return JsonItem(target if is_whole else self.to.replace("{}", target), title, stamp)

    def _next(self, payload: Any, count: int, address: str) -> str | None:  # noqa: ANN401
        if self.next is not None:
            found = _search(self.next, payload)
            return found if isinstance(found, str) and found else None
        if self.page is None or not count or count < self.full:
            return None
        parts = urlsplit(address)
        values = dict(parse_qsl(parts.query, keep_blank_values=True))
        try:
            values[self.page] = str(int(values.get(self.page) or 1) + 1)
        except ValueError:
            return None
        return parts._replace(query=urlencode(values, safe=",:/")).geturl()


def expression(text: str) -> ParsedResult:
    """Compile a JMESPath expression; ValueError, in one line, for what is none."""
    try:
        return jmespath.compile(text)
    except JMESPathError as error:
        raise ValueError(" ".join(str(error).split())) from error


def _search(path: ParsedResult, value: Any) -> Any:  # noqa: ANN401 - any JSON
    try:
        return path.search(value)
    except JMESPathError:  # a function met a value of another type
        return None


def _words(value: Any) -> str | None:  # noqa: ANN401
    """Return a text without the markup that systems put into titles; a number (a time in some unit) is no text."""
    if not isinstance(value, str):
        return None
    return " ".join(unescape(_TAG.sub(" ", value)).split()) or None


def _every_object(payload: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """Yield every object inside, outer ones first; a payload may refer to itself."""
    seen: set[int] = set()
    queue = [payload]
    while queue:
        one = queue.pop(0) if len(queue) < 64 else queue.pop()
        if not isinstance(one, dict | list) or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, dict):
            yield one
        queue += one.values() if isinstance(one, dict) else one
