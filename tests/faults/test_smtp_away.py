"""An SMTP server that refuses, or hangs, while hundreds of people register."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from tests.support.mail.peers import ScriptedPeer
from tests.support.programs.processes import Machines, volume
from tests.support.titulaires.journey import to_waiting
from tests.support.titulaires.people import Person

AT_ONCE = 10
# Registering does not wait for mails: it takes as long as with a server that answers.
PAGE_SECONDS = volume(30, 5)


async def refuse(_: str) -> str:
    return "451 4.3.0 later"


async def hang() -> None:
    await asyncio.sleep(3600)


def refusing(peer: ScriptedPeer) -> Callable[[], None]:
    """Refuse each recipient for now; return what ends it."""
    accept, peer.on_recipient = peer.on_recipient, refuse
    return lambda: setattr(peer, "on_recipient", accept)


def hanging(peer: ScriptedPeer) -> Callable[[], None]:
    """Accept connections without a greeting; return what ends it."""
    greet, peer.before_banner = peer.before_banner, hang
    return lambda: setattr(peer, "before_banner", greet)


@pytest.mark.parametrize(
    ("go_away", "people"), [(refusing, volume(5, 500)), (hanging, volume(5, 200))]
)
async def test_people_register_as_ever_and_each_gets_one_mail_in_the_end(
    machines: Machines,
    peer: ScriptedPeer,
    go_away: Callable[[ScriptedPeer], Callable[[], None]],
    people: int,
) -> None:
    await machines.serve()
    await machines.work()
    come_back = go_away(peer)
    registered = [Person() for _ in range(people)]
    turn, longest = asyncio.Semaphore(AT_ONCE), 0.0

    async def register(person: Person) -> None:
        nonlocal longest
        async with turn:
            began = time.monotonic()
            page = await to_waiting(machines.client(), person)
            longest = max(longest, time.monotonic() - began)
        assert page.url == "/inscription/courriel"

    await asyncio.gather(*(register(person) for person in registered))
    assert longest < PAGE_SECONDS
    assert not peer.delivered
    come_back()
    peer.hang_up()
    await machines.delays_pass()
    await machines.mails_settled(seconds=180)
    assert {one.recipient for one in peer.delivered} == {person.email for person in registered}
    assert len(peer.delivered) == people
