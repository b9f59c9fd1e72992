"""Whose attempts are counted: nobody chooses their own address."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from web.core.client_address import client_address

PROXY, OTHER_PROXY, PERSON, FORGED = "10.0.0.1", "10.0.0.2", "198.51.100.9", "192.0.2.66"
OURS = ("10.0.0.0/8", "fd00::/8")


def request_from(peer: str | None, *forwarded: str) -> Request:
    """A request of `peer` with these X-Forwarded-For lines, in order."""
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    client = (peer, 4321) if peer is not None else None
    return Request({"type": "http", "headers": headers, "client": client})


@pytest.mark.parametrize(
    "lines", [(FORGED,), (f"{FORGED}, {PROXY}",), (FORGED, PERSON), ("",), (",,,",)]
)
def test_without_trusted_proxies_a_forged_header_changes_nothing(lines: tuple[str, ...]) -> None:
    """15.3.4."""
    assert client_address(request_from(PERSON, *lines), ()) == PERSON


@pytest.mark.parametrize("lines", [(PERSON,), (f"{PROXY}, {PERSON}",)])
def test_a_peer_that_is_no_proxy_of_ours_is_not_believed(lines: tuple[str, ...]) -> None:
    """15.3.4."""
    assert client_address(request_from(FORGED, *lines), OURS) == FORGED


@pytest.mark.parametrize(
    "lines",
    [
        (PERSON,),
        (f"{FORGED}, {PERSON}",),
        (f"{FORGED},{PERSON}, {OTHER_PROXY}",),
        (f"{FORGED}, {OTHER_PROXY}, {PERSON}",),
        # A proxy that adds a line of its own below the forged one.
        (FORGED, PERSON),
        (f"{FORGED}, {OTHER_PROXY}", PERSON, OTHER_PROXY),
        (f"not an address, {PERSON}",),
    ],
)
def test_behind_trusted_proxies_the_nearest_stranger_counts(lines: tuple[str, ...]) -> None:
    """15.3.4: what stands before the last address that our proxies saw was written by anyone."""
    assert client_address(request_from(PROXY, *lines), OURS) == PERSON


def test_a_proxy_that_says_nothing_counts_itself() -> None:
    assert client_address(request_from(PROXY), OURS) == PROXY


def test_only_trusted_proxies_all_the_way_counts_the_farthest() -> None:
    assert client_address(request_from(PROXY, f"10.9.9.9, {OTHER_PROXY}"), OURS) == "10.9.9.9"


@pytest.mark.parametrize("peer", ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"])
def test_an_ipv6_subscriber_counts_once_whatever_its_addresses(peer: str) -> None:
    """6.3.1: a /64 holds more addresses than any limit."""
    assert client_address(request_from(peer), ()) == "2001:db8:1:2::/64"


def test_two_ipv6_subscribers_are_counted_apart() -> None:
    first = client_address(request_from("2001:db8:1:2::1"), ())
    assert client_address(request_from("2001:db8:1:3::1"), ()) != first


def test_ipv4_clients_of_an_ipv6_socket_are_counted_apart_and_as_themselves() -> None:
    """6.3.1: all of them would share one /64."""
    assert client_address(request_from(f"::ffff:{PERSON}"), ()) == PERSON
    assert client_address(request_from(f"::ffff:{PROXY}", f"::ffff:{PERSON}"), OURS) == PERSON


def test_a_link_local_zone_is_no_way_to_many_addresses() -> None:
    first = client_address(request_from("fe80::1%eth0"), ())
    assert first == client_address(request_from("fe80::1%eth1"), ()) == "fe80::/64"


@pytest.mark.parametrize(
    "said", ["unknown", "_hidden", "999.1.1.1", "\x00", "é" * 4000, PERSON * 9]
)
def test_nonsense_from_a_trusted_proxy_is_one_subject(said: str) -> None:
    assert client_address(request_from(PROXY, said), OURS) == "unknown"


def test_a_peer_without_an_address_is_counted_too() -> None:
    assert client_address(request_from(None), ()) == "unknown"
