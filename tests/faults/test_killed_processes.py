"""A killed server process leaves no unfinished work and no stale metrics."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress

import httpx

from tests.support.programs.ports import free_port
from tests.support.programs.processes import VERIFY_TLS, Machines, until
from tests.support.titulaires.people import Person

# Seconds of hashing, so that it is in progress when the process is killed.
SLOW = {"argon2_memory_kib": 65_536, "argon2_time": 40}
PENDING = re.compile(r"^argon2_pending ([0-9.]+)$", re.MULTILINE)


async def test_hashes_of_a_killed_process_are_pending_no_longer(machines: Machines) -> None:
    metrics_port = free_port()
    server = await machines.serve(metrics_bind=f"127.0.0.1:{metrics_port}", **SLOW)
    client, person = machines.client(), Person()
    page = await client.get("/connexion")
    [killed] = server.family()[1:]

    async def pending() -> float:
        async with httpx.AsyncClient(verify=VERIFY_TLS, timeout=10) as http:
            text = (await http.get(f"http://127.0.0.1:{metrics_port}/metrics")).text
        return sum(map(float, PENDING.findall(text)))

    async def is_hashing() -> bool:
        return await pending() > 0

    async def is_replaced() -> bool:
        with suppress(httpx.TransportError):
            return (await client.http.get("/sante/pret")).status_code == 200
        return False

    logging_in = asyncio.create_task(
        client.submit(page, {"nir": person.nir, "password": person.password})
    )
    await until(is_hashing, "a password being hashed")
    killed.kill()
    with suppress(httpx.TransportError):
        await logging_in
    await until(is_replaced, "another process")

    assert await pending() == 0
