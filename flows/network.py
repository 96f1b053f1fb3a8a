"""The way to a server: names are looked up once, private addresses are refused, ``.test`` leads to this machine.

A demonstration's ``http://kubrat.test/`` is asked for at 127.0.0.1 and the port its server got; the address that is
stored stays the same, whatever the port.
"""

import ipaddress
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import DNSLookupError

#: Setting that maps reserved hosts to ports of this machine.
LOOPBACK_PORTS = "OTCHET_LOOPBACK_PORTS"


class PrivateAddressError(DNSLookupError):
    """A public name that leads to a private, loopback or reserved address."""


class Resolver(CachingThreadedResolver):
    """Scrapy's cached resolver, so that the address that was checked is the one that is connected to."""

    loopback: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> "Resolver":  # noqa: ANN401 - Twisted's reactor
        """Make the resolver with the crawl's loopback hosts."""
        resolver: Resolver = super().from_crawler(crawler, reactor)
        resolver.loopback = frozenset(crawler.settings.getdict(LOOPBACK_PORTS))
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802 - Twisted's name
        """Return the address of a name, or fail with PrivateAddressError."""
        if name in self.loopback:
            return succeed("127.0.0.1")
        if name.endswith(".test"):
            return fail(DNSLookupError(f"{name}: reserved for the demonstration, which is not running"))
        found: Deferred[str] = super().getHostByName(name, timeout)
        return found.addCallback(self._check, name)

    @staticmethod
    def _check(address: str, name: str) -> str:
        if not ipaddress.ip_address(address).is_global:
            raise PrivateAddressError(f"{name} leads to the private address {address}")
        return address


class PortHandler(HTTP11DownloadHandler):
    """Scrapy's download handler, with the ports of loopback hosts put in on the wire alone."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._ports: dict[str, int] = crawler.settings.getdict(LOOPBACK_PORTS)

    async def download_request(self, request: Request) -> Response:
        """Download; the response bears the address that was asked for."""
        parts = urlsplit(request.url)
        port = self._ports.get(parts.hostname or "")
        if port is None:
            return await super().download_request(request)
        wire = request.replace(url=parts._replace(netloc=f"{parts.hostname}:{port}").geturl())
        wire.headers["Host"] = parts.netloc
        response = await super().download_request(wire)
        return response.replace(url=request.url)
