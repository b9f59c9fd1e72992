"""The client address used by rate limits cannot be forged."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from web.core.http.browser.client_address import InspectedClient, client_address, inspect_client
from web.core.http.browser.networks import ClientAddress
from web.core.ops.observations import LONGEST_SHAPE, Problem, ProblemKind

PROXY, OTHER_PROXY, PERSON, FORGED = "10.0.0.1", "10.0.0.2", "198.51.100.9", "192.0.2.66"
OURS = ("10.0.0.0/8", "fd00::/8")


def request_from(peer: str | None, *forwarded: str) -> Request:
    """A request from `peer` with these X-Forwarded-For lines, in order."""
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
        # A proxy that appends its own line below the forged one.
        (FORGED, PERSON),
        (f"{FORGED}, {OTHER_PROXY}", PERSON, OTHER_PROXY),
        (f"not an address, {PERSON}",),
    ],
)
def test_behind_trusted_proxies_the_nearest_stranger_counts(lines: tuple[str, ...]) -> None:
    """15.3.4: anything before the last address seen by our proxies can be forged."""
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
    """6.3.1: otherwise all of them would share one /64."""
    assert client_address(request_from(f"::ffff:{PERSON}"), ()) == PERSON
    assert client_address(request_from(f"::ffff:{PROXY}", f"::ffff:{PERSON}"), OURS) == PERSON


def test_a_link_local_zone_is_no_way_to_many_addresses() -> None:
    first = client_address(request_from("fe80::1%eth0"), ())
    assert first == client_address(request_from("fe80::1%eth1"), ()) == "fe80::/64"


@pytest.mark.parametrize(
    "said",
    [
        f"{PERSON}:51234",
        f'"{PERSON}"',
        f'"{PERSON}:51234"',
        f" {PERSON} ",
        f"[::ffff:{PERSON}]:443",
        f"::ffff:{PERSON}",
        f"64:ff9b::{PERSON}",
        "64:ff9b::c633:6409",
        f"[64:ff9b::{PERSON}]:80",
    ],
)
def test_an_ipv4_address_is_read_however_a_gateway_writes_it(said: str) -> None:
    """6.3.1: an unparsed address would put everyone in one bucket."""
    assert client_address(request_from(PROXY, said), OURS) == PERSON
    assert client_address(request_from(PROXY, FORGED, said), OURS) == PERSON
    assert client_address(request_from(PROXY, f"{FORGED}, {said}, {OTHER_PROXY}:9"), OURS) == PERSON


@pytest.mark.parametrize(
    "said",
    [
        "2001:db8:1:2::1",
        "[2001:db8:1:2::1]",
        "[2001:db8:1:2::1]:443",
        '"[2001:db8:1:2::1]:443"',
        "2001:DB8:1:2::1%eth0",
        "[2001:db8:1:2::1%25eth0]:443",
        "2001:db8:1:2:3:4:5:6:443",
    ],
)
def test_an_ipv6_address_is_read_however_a_gateway_writes_it(said: str) -> None:
    """6.3.1."""
    assert client_address(request_from(PROXY, said), OURS) == "2001:db8:1:2::/64"


def test_two_people_behind_one_nat64_are_counted_apart() -> None:
    """6.3.1: otherwise the whole IPv4 Internet would share one /64."""
    first = client_address(request_from("64:ff9b::198.51.100.9"), ())
    assert client_address(request_from("64:ff9b::198.51.100.10"), ()) != first


NONSENSE = [
    "unknown",
    "_hidden",
    "999.1.1.1",
    "\x00",
    "é" * 4000,
    PERSON * 9,
    f"{PERSON}:port",
    f"{PERSON}:1:2",
    "[",
    "[]",
    "]:1[",
    f"[{PERSON}",
    '"',
    "1:2:3:4:5:6:7:8:9:10",
]


@pytest.mark.parametrize("said", NONSENSE)
def test_nonsense_from_a_trusted_proxy_counts_by_that_proxy(said: str) -> None:
    seen = inspect_client(request_from(PROXY, FORGED, said), OURS)
    assert seen.address == PROXY
    assert seen.problem is not None
    assert seen.problem.kind is ProblemKind.UNREAD
    assert inspect_client(request_from(PROXY, said, OTHER_PROXY), OURS).address == OTHER_PROXY


@pytest.mark.parametrize("said", NONSENSE)
def test_a_forged_address_is_not_a_problem_of_the_proxy(said: str) -> None:
    """15.3.4: outsiders cannot make `check` report a problem."""
    assert inspect_client(request_from(PROXY, f"{said}, {PERSON}"), OURS) == InspectedClient(
        ClientAddress(PERSON)
    )
    assert inspect_client(request_from(FORGED, said), OURS) == InspectedClient(
        ClientAddress(FORGED)
    )


@pytest.mark.parametrize("said", [PERSON, "198.51.100.9:8x", "\x1b[2J", "é", 'a"<b>'])
def test_the_recorded_shape_of_an_address_identifies_nobody(said: str) -> None:
    """16.2.5."""
    detail = Problem.unread(said).detail
    assert PERSON not in detail
    assert detail.isascii()
    assert detail.isprintable()
    assert len(Problem.unread(said * 100).detail) <= LONGEST_SHAPE


def test_a_proxy_of_ours_that_was_not_named_is_seen() -> None:
    seen = inspect_client(request_from("192.168.1.4", PERSON), ())
    assert seen.address == "192.168.1.4"
    assert seen.problem == Problem.untrusted("192.168.1.4")
    assert inspect_client(request_from("192.168.1.4"), ()).problem is None


@pytest.mark.parametrize(
    ("peer", "wider"),
    [
        (PERSON, ["198.51.100.0/24"]),
        ("2001:db8:1:2ff::1", ["2001:db8:1::/48", "2001:db8:1:200::/56"]),
        ("64:ff9b::198.51.100.9", ["198.51.100.0/24"]),
        (None, []),
    ],
)
def test_the_networks_around_an_address(peer: str | None, wider: list[str]) -> None:
    address = client_address(request_from(peer), ())
    assert [network.text for network in address.wider] == wider


def test_a_peer_without_an_address_is_counted_too() -> None:
    assert client_address(request_from(None), ()) == "unknown"
