"""A spider that asks for single pages, one after the other, each with its redirects inside of the site."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from flows.addresses import canonical_address
from flows.fetch_failure import reason_of
from flows.ledger import content_type
from flows.politeness import RefusedError
from flows.signs import Fetched

Tell = Callable[[dict[str, Any]], None]

_HOPS = 5


class GetSpider(Spider):
    """What its subclasses ask for in ``look`` goes through robots.txt, pace and guards as in any crawl."""

    name = "get"

    def __init__(self, hosts: tuple[str, ...], tell: Tell, **options: Any) -> None:  # noqa: ANN401 - Scrapy's own
        super().__init__(**options)
        self.hosts, self.tell = hosts, tell

    async def look(self) -> None:
        """Ask for what is wanted."""
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Request]:
        """Look, and leave nothing to be asked afterwards."""
        await self.look()
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    async def get(self, address: str) -> tuple[Fetched | None, str | None]:
        """Fetch a page, following its redirects inside of the site; return it, or why there is none."""
        for _ in range(_HOPS + 1):
            try:
                response = await self.crawler.engine.download_async(Request(address, callback=NO_CALLBACK))
            except RefusedError as error:
                return None, str(error).removeprefix(f"{address}: ")
            # Whatever goes wrong on the way is one thing that could not be had.
            except Exception as error:  # noqa: BLE001
                return None, reason_of(error)
            self.tell({"what": "asked", "address": address, "status": response.status})
            if response.status not in (301, 302, 303, 307, 308):
                return _fetched(address, response)
            target = canonical_address((response.headers.get("Location") or b"").decode("latin-1"), address)
            if target is None or urlsplit(target).hostname not in self.hosts:
                return None, f"sends on to {target or 'nowhere'}, which is another site"
            address = target
            await asyncio.sleep(0)
        return None, f"sends on more than {_HOPS} times"


def _fetched(address: str, response: Response) -> tuple[Fetched | None, str | None]:
    if response.status not in (200, 203):
        return None, f"the server answers {response.status}"
    if not response.body:
        return None, "the server sends an empty page"
    lines = tuple(
        f"{name.decode('latin-1')}: {value.decode('latin-1')}"
        for name, values in response.headers.items()
        for value in values
    )
    media_type, charset = content_type((response.headers.get("Content-Type") or b"").decode("latin-1"))
    return Fetched(address, response.status, response.body, lines, charset, media_type), None
