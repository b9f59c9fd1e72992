"""Changing address within a network runs into the limit of that network."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import column
from tests.support.http.client import Client
from tests.support.titulaires.journey import to_identity, to_waiting
from tests.support.titulaires.people import Person
from web.agents.links import REQUESTS_PER_ADDRESS as PROFESSIONAL_REQUESTS
from web.auth.login.attempt_limits import FAILURES_PER_ADDRESS
from web.auth.titulaires.links import REQUESTS_PER_ADDRESS
from web.captcha.service import LIMITS, Kind
from web.contact.service import MESSAGES_PER_ADDRESS
from web.core.http.browser.networks import Network, counted
from web.core.rate_limit import ROOM, Limit, TooManyAttemptsError
from web.core.runtime import Runtime
from web.signup.steps.service import SUBMISSIONS_PER_ADDRESS

TEN = Limit("ten per address", 10, 3600)


async def taken(runtime: Runtime, addresses: list[str]) -> int:
    """The number of attempts allowed, one from each address."""

    async def one(address: str) -> bool:
        try:
            await runtime.limits.hit((TEN, counted(ipaddress.ip_address(address))))
        except TooManyAttemptsError:
            return False
        return True

    return sum([await one(address) for address in addresses])


@pytest.mark.parametrize(
    ("write", "bits"),
    [
        (lambda n: f"2001:db8:1:2{n:02x}::1", 56),
        (lambda n: f"2001:db8:1:{n:x}00::1", 48),
        (lambda n: f"198.51.100.{n}", 24),
    ],
)
async def test_a_network_is_let_through_in_proportion(
    runtime: Runtime, write: Callable[[int], str], bits: int
) -> None:
    """6.3.1: 256 subscribers' worth of addresses do not allow 256 times as many attempts."""
    addresses = [write(n) for n in range(1, 200)]
    assert await taken(runtime, addresses) == TEN.hits * ROOM[bits][0]
    assert await taken(runtime, ["192.0.2.1", "2001:db8:ffff::1"]) == 2


async def test_parallel_attempts_from_a_whole_network_never_pass_its_limit(
    runtime: Runtime,
) -> None:
    """6.3.1."""
    batches = [[f"198.51.100.{n}"] for n in range(60)]
    assert sum(await asyncio.gather(*(taken(runtime, batch) for batch in batches))) == 20


async def test_one_address_alone_never_meets_the_limit_of_its_network(runtime: Runtime) -> None:
    """A school behind one address can use all of its own limit."""
    assert await taken(runtime, ["198.51.100.9"] * 30) == TEN.hits
    assert await taken(runtime, ["198.51.100.10"] * 30) == TEN.hits


async def test_a_refusal_gives_back_what_the_networks_counted(runtime: Runtime) -> None:
    await taken(runtime, ["2001:db8:1:2::1"] * 30)
    assert await column(runtime, "SELECT hits FROM rate_limit") == [TEN.hits] * 3


async def test_a_burst_from_an_ipv4_network_closes_it_for_minutes(runtime: Runtime) -> None:
    await taken(runtime, [f"198.51.100.{n}" for n in range(20)])
    with pytest.raises(TooManyAttemptsError) as caught:
        await runtime.limits.hit((TEN, counted(ipaddress.ip_address("198.51.100.200"))))
    assert caught.value.retry_after <= TEN.seconds // 12


def test_the_limit_around_keeps_its_sense_for_short_windows() -> None:
    assert Limit("short", 3, 5).around(Network("198.51.100.0/24", 24)).seconds == 1


async def log_in(client: Client) -> None:
    page = await client.get("/connexion")
    await client.submit(page, {"nir": Person().nir, "password": "Faux-mot-000-passe"})


async def log_in_as_agent(client: Client) -> None:
    page = await client.get("/professionnels")
    fields = {"email": "personne@organisme.example", "password": "Faux-mot-000-passe"}
    await client.submit(page, fields, action="/professionnels")


async def forget(client: Client) -> None:
    page = await client.get("/mot-de-passe-oublie")
    await client.submit(page, {"nir": Person().nir})


async def forget_as_agent(client: Client) -> None:
    page = await client.get("/professionnels/mot-de-passe-oublie")
    await client.submit(page, {"email": "personne@organisme.example"})


async def answer_the_check(client: Client) -> None:
    await client.submit(await to_identity(client), Person().identity())


async def write(client: Client) -> None:
    typed = {"subject": "Bonjour", "message": "Une question.", "answer": "robot"}
    page = await client.get("/contact")
    await client.submit(page, {**typed, "email": "a@exemple.fr"}, action="/contact")


async def register(client: Client) -> None:
    await to_waiting(client, Person())


@pytest.mark.parametrize(
    ("act", "limit"),
    [
        (log_in, FAILURES_PER_ADDRESS),
        (log_in_as_agent, FAILURES_PER_ADDRESS),
        (forget, REQUESTS_PER_ADDRESS),
        (forget_as_agent, PROFESSIONAL_REQUESTS),
        (answer_the_check, LIMITS[Kind.CHARACTERS][1]),
        (write, MESSAGES_PER_ADDRESS),
        (register, SUBMISSIONS_PER_ADDRESS),
    ],
)
@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("203.0.113.7", [("203.0.113.0/24", 24)]),
        ("2001:db8:1:2ff::1", [("2001:db8:1::/48", 48), ("2001:db8:1:200::/56", 56)]),
    ],
)
async def test_every_limit_by_address_also_counts_its_networks(
    app: Starlette,
    runtime: Runtime,
    act: Callable[[Client], Awaitable[None]],
    limit: Limit,
    address: str,
    networks: list[tuple[str, int]],
) -> None:
    """6.3.1: features need not declare them."""
    async with Client(app, address=address) as client:
        await act(client)
    kept = await column(runtime, "SELECT bucket FROM rate_limit")
    for text, bits in networks:
        around = limit.around(Network(text, bits))
        assert runtime.hasher.digest(f"limit:{around.name}", text) in kept
