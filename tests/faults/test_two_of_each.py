"""Two servers and two workers on one database behave as one of each."""

from __future__ import annotations

import asyncio
from itertools import cycle

from tests.support.mail.peers import ScriptedPeer
from tests.support.programs.ports import free_port
from tests.support.programs.processes import Machines, volume
from tests.support.titulaires.people import Person
from tests.support.titulaires.steps import STEPS, open_step, typed


async def test_two_servers_and_two_workers_share_one_database(
    machines: Machines, peer: ScriptedPeer
) -> None:
    ports = (machines.port, free_port())
    await asyncio.gather(*(machines.serve(port) for port in ports), machines.work())
    await machines.work()

    async def register(person: Person) -> None:
        client, servers = machines.client(), cycle(ports)
        for step in STEPS:
            client.http.base_url = f"http://127.0.0.1:{next(servers)}"
            page = await open_step(client, peer, person, step)
            client.http.base_url = f"http://127.0.0.1:{next(servers)}"
            page = await client.submit(page, typed(person, step))
            assert page.status == 200, page.text
            client.http.base_url = f"http://127.0.0.1:{next(servers)}"
        assert "80 h" in (await client.get("/espace")).text

    people = [Person() for _ in range(volume(4, 200))]
    await asyncio.gather(*(register(person) for person in people))
    for person in people:
        assert len(peer.to(person.email)) == 1
