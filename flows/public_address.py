"""Which addresses a crawler may connect to: those of the public internet, in whatever form they are written.

``::ffff:10.0.0.1``, ``2002:a00:1::`` (6to4) and ``64:ff9b::a00:1`` (NAT64) all lead to ``10.0.0.1`` and are
as private.
"""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")
#: Not told apart by ``is_global``: local NAT64 (RFC 8215), IPv4-compatible, 6to4 relays, Azure's metadata host.
_NOT_OURS = (
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("::/96"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("168.63.129.16/32"),
)


def is_public(address: str) -> bool:
    """Say whether an address lies in the public internet; ValueError where it is none.

    >>> is_public("93.184.215.14"), is_public("::ffff:169.254.169.254"), is_public("100.64.0.1")
    (True, False, False)
    """
    return _is_public(ip_address(address.partition("%")[0]))


def literal_address(host: str) -> str | None:
    """Return the address that a host is written as, also in decimal, octal and hex; None for a name.

    >>> literal_address("0x7f.1"), literal_address("2130706433"), literal_address("kubrat.bg")
    ('127.0.0.1', '127.0.0.1', None)
    """
    try:
        return str(ip_address(host.strip("[]").partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _of_nat64(address)
        if inner is not None:
            return _is_public(inner)
        if address.is_site_local:
            return False
    if any(address in network for network in _NOT_OURS if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _of_nat64(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
