"""Only the public internet is connected to, whatever form an address is written in."""

import pytest
from twisted.internet.error import DNSLookupError

from flows.network import PrivateAddressError, checked_address
from flows.public_address import is_public, literal_address

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",  # the metadata of most clouds
    "168.63.129.16",  # Azure's
    "100.64.0.1",  # carriers' own
    "100.100.100.200",  # Alibaba's metadata
    "0.0.0.0",
    "192.0.2.1",
    "198.18.0.1",
    "192.88.99.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
    "2002:a9fe:a9fe::1",
    "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2001::1",  # Teredo
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_none_of_ours(address):
    assert not is_public(address)
    with pytest.raises(PrivateAddressError, match="leads to the private address"):
        checked_address("kubrat.bg", [address])


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"])
def test_a_public_address_is_connected_to(address):
    assert checked_address("kubrat.bg", [address]) == address


def test_one_private_address_among_public_ones_is_enough():
    with pytest.raises(PrivateAddressError):
        checked_address("kubrat.bg", ["93.184.215.14", "10.0.0.1"])


def test_of_both_kinds_that_of_the_old_internet_is_taken():
    assert checked_address("kubrat.bg", ["2606:2800:21f::1", "93.184.215.14"]) == "93.184.215.14"


def test_a_name_without_an_address_leads_nowhere():
    with pytest.raises(DNSLookupError):
        checked_address("kubrat.bg", [])


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "017700000001", "0177.0.0.1", "0x7f000001", "0x7f.1", "127.1", "0X7F.0.0.0x1"]
)
def test_a_number_is_an_address_in_whatever_base(host):
    assert literal_address(host) == "127.0.0.1"


@pytest.mark.parametrize("host", ["kubrat.bg", "127.0.0.1.bg", "община.бг", "a" * 300])
def test_a_name_is_no_address(host):
    assert literal_address(host) is None


def test_an_ipv6_address_may_stand_in_brackets():
    assert literal_address("[::1]") == "::1"
