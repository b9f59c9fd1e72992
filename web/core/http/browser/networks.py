"""Parsing of client addresses as proxies write them, and the networks that rate limits use."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# An IPv6 subscriber has at least a /64, many homes a /56, a site (or a free tunnel) a /48.
SUBSCRIBER_BITS = 64
WIDER_IPV6_BITS = (48, 56)
WIDER_IPV4_BITS = 24
LONGEST_WRITTEN = 100
_WITH_PORT = re.compile(r"([0-9.]{7,15}):[0-9]{1,5}\Z")
_BRACKETED = re.compile(r"\[([^\[\]]+)\](?::[0-9]{1,5})?\Z")
# The eight groups of an IPv6 address, then what can only be a port.
_NINTH_GROUP = re.compile(r"((?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}):[0-9]{1,5}\Z")
# RFC 6052: the prefix for IPv4 addresses in an IPv6-only network.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Network:
    """A network: its prefix length in `bits`, and its CIDR notation as `text`."""

    text: str
    bits: int


class ClientAddress(str):
    """An address as rate limits count it: an IPv4 address, or the /64 of an IPv6 subscriber.

    A str, so that it is a subject like any other; it also knows the networks around it.
    """

    __slots__ = ()

    @property
    def wider(self) -> tuple[Network, ...]:
        """The surrounding networks that are counted too, widest first; empty for UNKNOWN."""
        try:
            own = ipaddress.ip_network(self)
        except ValueError:
            return ()
        widths = (WIDER_IPV4_BITS,) if own.version == 4 else WIDER_IPV6_BITS
        return tuple(Network(str(own.supernet(new_prefix=bits)), bits) for bits in widths)


UNKNOWN = ClientAddress("unknown")


def counted(address: Address | None) -> ClientAddress:
    """Return the form of an address that rate limits count; UNKNOWN for None."""
    if address is None:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv6Address):
        return ClientAddress(ipaddress.ip_network((address, SUBSCRIBER_BITS), strict=False))
    return ClientAddress(address)


def read_address(text: str) -> Address | None:
    """Parse an address as written by a socket or a proxy; None when it is invalid.

    Port, brackets, quotes and zone are optional. An IPv4 address embedded in an IPv6 one
    (::ffff:a.b.c.d, 64:ff9b::a.b.c.d) is returned as IPv4: as IPv6, all of them would count as one
    subscriber.
    """
    bare = text.strip()
    if len(bare) > LONGEST_WRITTEN:
        return None
    if len(bare) > 1 and bare[0] == bare[-1] == '"':
        bare = bare[1:-1].strip()
    for shape in (_BRACKETED, _WITH_PORT, _NINTH_GROUP):
        if found := shape.match(bare):
            bare = found[1]
            break
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return _inner(address) if isinstance(address, ipaddress.IPv6Address) else address


def _inner(address: ipaddress.IPv6Address) -> Address:
    if address in _NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address
