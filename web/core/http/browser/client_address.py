"""The client's address as rate limits count it; a forged X-Forwarded-For has no effect."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from starlette.requests import HTTPConnection

from web.core.http.browser.networks import Address, ClientAddress, counted, read_address
from web.core.ops.observations import Problem

# Private and loopback ranges, from which only our own proxies can connect.
_INSIDE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7")
_Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]


@dataclass(frozen=True)
class InspectedClient:
    """The address that a request counts against, and the problem in its headers, if any."""

    address: ClientAddress
    problem: Problem | None = None


def client_address(request: HTTPConnection, trusted_proxies: Sequence[str]) -> ClientAddress:
    """Return the address to count against: the first hop, from ours, that is no trusted proxy."""
    return inspect_client(request, trusted_proxies).address


def inspect_client(request: HTTPConnection, trusted_proxies: Sequence[str]) -> InspectedClient:
    """Return the address to count against, and the proxy misconfiguration that the headers show.

    An unreadable entry counts against the proxy that wrote it: the client's address is not guessed.
    """
    networks = _networks(tuple(trusted_proxies))
    # Some proxies add their own header below the one forged by the client.
    lines = ",".join(request.headers.getlist("x-forwarded-for"))
    forwarded = [part for part in lines.split(",") if part.strip()]
    address = read_address(request.client.host if request.client else "")
    if forwarded and address and not _within(address, networks) and _is_inside(address):
        return InspectedClient(counted(address), Problem.untrusted(str(address)))
    while forwarded and address and _within(address, networks):
        written = forwarded.pop()
        found = read_address(written)
        if found is None:
            return InspectedClient(counted(address), Problem.unread(written.strip()))
        address = found
    return InspectedClient(counted(address))


@cache
def _networks(texts: tuple[str, ...]) -> _Networks:
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)


def _is_inside(address: Address) -> bool:
    return _within(address, _networks(_INSIDE))


def _within(address: Address, networks: _Networks) -> bool:
    return any(address in network for network in networks)
