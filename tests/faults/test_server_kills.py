"""kill -9 of the server and of the worker: people resume from the last acknowledged step."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import httpx
import pytest

from tests.support.mail.peers import ScriptedPeer
from tests.support.programs.processes import FULL, Machines, volume
from tests.support.titulaires.journey import log_in, to_validation
from tests.support.titulaires.people import Person
from tests.support.titulaires.steps import STEPS, link_to, open_step, typed

# With few runs, kill the worker only at these points: before the mail and after it.
AROUND_THE_MAIL = ("validation", "activation")


@pytest.mark.parametrize("first", volume([1], [0, 1]))
async def test_a_person_can_continue_although_the_processes_are_killed_between_any_two_steps(
    machines: Machines, peer: ScriptedPeer, first: int
) -> None:
    """Alternately with the next page open but not submitted, and with only the answer received."""
    server, worker = await asyncio.gather(machines.serve(), machines.work())

    async def die(*, with_worker: bool) -> None:
        nonlocal server, worker
        if with_worker:
            await asyncio.gather(server.kill(), worker.kill())
            server, worker = await asyncio.gather(machines.serve(), machines.work())
        else:
            await server.kill()
            server = await machines.serve()
        await machines.delays_pass()

    for _ in range(volume(1, 50)):
        person, client = Person(), machines.client()
        for number, step in enumerate(STEPS, first):
            is_open = number % 2 == 1
            page = await open_step(client, peer, person, step) if is_open else None
            await die(with_worker=FULL or step in AROUND_THE_MAIL)
            page = page or await open_step(client, peer, person, step)
            page = await client.submit(page, typed(person, step))
            assert page.status == 200, page.text
            assert not page.title.startswith("Erreur"), page.text
        await die(with_worker=FULL)
        assert "80 h" in (await client.get("/espace")).text
        assert len({one.message_id for one in peer.to(person.email)}) == 1


@pytest.mark.parametrize("step", ["validation", "activation"])
async def test_a_form_whose_answer_was_lost_is_sent_again_and_counts_once(
    machines: Machines, peer: ScriptedPeer, step: str
) -> None:
    """kill -9 during the server's work: it is unknown whether the request was carried out."""
    server, worker = await asyncio.gather(machines.serve(), machines.work())
    for number in range(volume(1, 100)):
        person, client = Person(), machines.client()
        page = await to_validation(client, person)
        if step == "activation":
            await client.submit(page)
            page = await client.get(await link_to(peer, person))
        sent = asyncio.create_task(client.submit(page))
        # Early or late in the work, varying from one person to the next.
        await asyncio.sleep((number + 1) % 10 * 0.005)
        await server.kill()
        with suppress(httpx.TransportError):
            await sent
        server = await machines.serve()
        answer = await client.submit(page)
        assert answer.status == 200, answer.text

        link = await link_to(peer, person)
        assert len({one.message_id for one in peer.to(person.email)}) == 1
        if step == "validation":
            await client.submit(await client.get(link))
        assert "Synthèse de votre compte" in (await log_in(client, person)).text
        assert await machines.sql("SELECT count(*) FROM account") == number + 1
    assert worker.is_running
    assert await machines.sql("SELECT count(*) FROM mail WHERE status = 'sent'") == number + 1
