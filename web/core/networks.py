"""Network addresses: how gateways write them, and the networks that limits count them by."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# An IPv6 subscriber holds a /64 at least, many homes a /56, a site (or a tunnel, free) a /48.
SUBSCRIBER_BITS = 64
WIDER_IPV6_BITS = (48, 56)
WIDER_IPV4_BITS = 24
LONGEST_WRITTEN = 100
_WITH_PORT = re.compile(r"([0-9.]{7,15}):[0-9]{1,5}\Z")
_BRACKETED = re.compile(r"\[([^\[\]]+)\](?::[0-9]{1,5})?\Z")
# Eight groups of an address, then what can only be a port.
_NINTH_GROUP = re.compile(r"((?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}):[0-9]{1,5}\Z")
# RFC 6052: how a network without IPv4 names the IPv4 addresses outside.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Network:
    """A network of so many `bits`, written as `text`."""

    text: str
    bits: int


class ClientAddress(str):
    """An address as limits count it: an IPv4 address, or the /64 of an IPv6 subscriber.

    It is its text; whatever counts it may also ask for the networks around it.
    """

    __slots__ = ()

    @property
    def wider(self) -> tuple[Network, ...]:
        """The networks around it that are counted too, widest first; none when it is unknown."""
        try:
            own = ipaddress.ip_network(self)
        except ValueError:
            return ()
        widths = (WIDER_IPV4_BITS,) if own.version == 4 else WIDER_IPV6_BITS
        return tuple(Network(str(own.supernet(new_prefix=bits)), bits) for bits in widths)


UNKNOWN = ClientAddress("unknown")


def counted(address: Address | None) -> ClientAddress:
    """Return the form of an address that limits count."""
    if address is None:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv6Address):
        return ClientAddress(ipaddress.ip_network((address, SUBSCRIBER_BITS), strict=False))
    return ClientAddress(address)


def read_address(text: str) -> Address | None:
    """The address that a socket or a gateway means; None when it is none.

    With or without its port, brackets, quotes and zone. An IPv4 address that comes written as an
    IPv6 one (::ffff:a.b.c.d, 64:ff9b::a.b.c.d) is that IPv4 address: as IPv6 ones, all of them
    would be one subscriber.
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
