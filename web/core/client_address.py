"""Where a request comes from, for limits; a forged X-Forwarded-For changes nothing."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.requests import Request

IPV6_SUBSCRIBER_BITS = 64


def client_address(request: Request, trusted_proxies: Sequence[str]) -> str:
    """The address to count against: the nearest one that no trusted proxy vouches for.

    An IPv6 subscriber holds a /64 at least, so that is what counts.
    """
    networks = [ipaddress.ip_network(proxy, strict=False) for proxy in trusted_proxies]
    address = request.client.host if request.client else ""
    # Some proxies add a line of their own below the one the client forged.
    lines = ",".join(request.headers.getlist("x-forwarded-for"))
    forwarded = [part.strip() for part in lines.split(",") if part.strip()]
    while forwarded and _within(address, networks):
        address = forwarded.pop()
    return _subscriber(address)


def _within(text: str, networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    address = _parse(text)
    return address is not None and any(address in network for network in networks)


def _subscriber(text: str) -> str:
    address = _parse(text)
    if address is None:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, IPV6_SUBSCRIBER_BITS), strict=False))
    return str(address)


def _parse(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    # A socket that listens on both families names IPv4 clients ::ffff:a.b.c.d, all in one /64.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
