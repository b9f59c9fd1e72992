"""Where a request comes from, for limits; a forged X-Forwarded-For changes nothing."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from starlette.requests import HTTPConnection

from web.core.networks import Address, ClientAddress, counted, read_address
from web.core.observations import Problem

# Where a proxy of ours may stand; a stranger's request cannot come from there.
_INSIDE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7")
_Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]


@dataclass(frozen=True)
class Seen:
    """The address that a request counts as, and the problem in its headers, if any."""

    address: ClientAddress
    problem: Problem | None = None


def client_address(request: HTTPConnection, trusted_proxies: Sequence[str]) -> ClientAddress:
    """The address to count against: the nearest one that no trusted proxy vouches for."""
    return see(request, trusted_proxies).address


def see(request: HTTPConnection, trusted_proxies: Sequence[str]) -> Seen:
    """The same, with what an operator should know.

    What cannot be read counts by who wrote it: a stranger's address is not guessed.
    """
    networks = _networks(tuple(trusted_proxies))
    # Some proxies add a line of their own below the one the client forged.
    lines = ",".join(request.headers.getlist("x-forwarded-for"))
    forwarded = [part for part in lines.split(",") if part.strip()]
    address = read_address(request.client.host if request.client else "")
    if forwarded and address and not _within(address, networks) and _is_inside(address):
        return Seen(counted(address), Problem.untrusted(str(address)))
    while forwarded and address and _within(address, networks):
        said = forwarded.pop()
        found = read_address(said)
        if found is None:
            return Seen(counted(address), Problem.unread(said.strip()))
        address = found
    return Seen(counted(address))


@cache
def _networks(texts: tuple[str, ...]) -> _Networks:
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)


def _is_inside(address: Address) -> bool:
    return _within(address, _networks(_INSIDE))


def _within(address: Address, networks: _Networks) -> bool:
    return any(address in network for network in networks)
