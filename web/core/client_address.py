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
    forwarded = [
        part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part
    ]
    while forwarded and _within(address, networks):
        address = forwarded.pop()
    return _subscriber(address)


def _within(text: str, networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return any(address in network for network in networks)


def _subscriber(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, IPV6_SUBSCRIBER_BITS), strict=False))
    return str(address)
