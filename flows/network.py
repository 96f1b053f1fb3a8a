"""The way to a server: a name is looked up once, checked, and kept; ``.test`` leads to this machine.

The address that was checked is the one that is connected to, however often the name's owner changes his mind. A
demonstration's ``http://kubrat.test/`` is asked for at 127.0.0.1 and the port its server got.
"""

import asyncio
import socket
from collections.abc import Sequence
from typing import Any

from scrapy.crawler import Crawler
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer

from flows.public_address import is_public, literal_address

#: Setting that maps reserved hosts to ports of this machine.
LOOPBACK_PORTS = "OTCHET_LOOPBACK_PORTS"


class PrivateAddressError(DNSLookupError):
    """A public name that leads to a private, loopback or reserved address."""


@implementer(IHostnameResolver)
class Names:
    """Twisted's resolver for the crawl: knows the names that ``lookup`` has found and checked, and no others."""

    def __init__(self, reactor: Any, loopback: frozenset[str], timeout: float) -> None:  # noqa: ANN401 - Twisted's reactor
        self._reactor, self._loopback, self._timeout = reactor, loopback, timeout
        self._found: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> "Names":  # noqa: ANN401 - Twisted's reactor
        """Make the resolver with the crawl's loopback hosts."""
        settings = crawler.settings
        return cls(reactor, frozenset(settings.getdict(LOOPBACK_PORTS)), settings.getfloat("DNS_TIMEOUT"))

    def install_on_reactor(self) -> None:
        """Become the resolver of all connections of this process."""
        self._reactor.installNameResolver(self)

    async def lookup(self, name: str) -> str:
        """Return the address of a name, the same at every call; DNSLookupError or PrivateAddressError."""
        if name not in self._found:
            self._found[name] = await self._look(name)
        return self._found[name]

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: ANN401, N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> None:
        """Give a connection the address that ``lookup`` found."""
        resolutionReceiver.resolutionBegan(self)
        if address := self._found.get(hostName):
            kind = IPv6Address if ":" in address else IPv4Address
            resolutionReceiver.addressResolved(kind("TCP", address, portNumber))
        resolutionReceiver.resolutionComplete()

    def cancel(self) -> None:
        """Nothing is under way that could be cancelled."""

    async def _look(self, name: str) -> str:
        if name in self._loopback:
            return "127.0.0.1"
        if name.endswith(".test"):
            raise DNSLookupError(f"{name}: reserved for the demonstration, which is not running")
        literal = literal_address(name)
        return checked_address(name, [literal] if literal else await self._ask(name))

    async def _ask(self, name: str) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._timeout):
                found = await loop.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        except TimeoutError as error:
            raise DNSLookupError(f"{name}: no answer in {self._timeout:g} seconds") from error
        except (OSError, UnicodeError) as error:
            raise DNSLookupError(f"{name}: {getattr(error, 'strerror', None) or error}") from error
        return [str(address[0]) for *_, address in found]


def checked_address(name: str, addresses: Sequence[str]) -> str:
    """Return the address to connect to, of IPv4 where there is one; PrivateAddressError if any of them is not public.

    One private address among public ones is enough: which of them a connection would take is the name's owner's choice.
    """
    for address in addresses:
        if not is_public(address):
            raise PrivateAddressError(f"{name} leads to the private address {address}")
    if not addresses:
        raise DNSLookupError(f"{name}: has no address")
    return next((one for one in addresses if ":" not in one), addresses[0])
