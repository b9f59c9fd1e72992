"""Many logins at once, from a process of their own: the visitors' times do not include its work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import httpx

from tests.support.http.client import Page
from tests.support.programs.processes import RemoteClient

# After those of the people at work: limits count by address.
FIRST_ADDRESS = 40_000


class HurriedClient(RemoteClient):
    """A browser that does not audit its pages, which costs more than the site's own work."""

    def _audited(self, response: httpx.Response) -> Page:
        return Page(response)


async def log_in_at_once(ports: Sequence[int], people: Sequence[tuple[str, str]]) -> list[int]:
    """Log everyone in at once, alternating between the servers; return the statuses.

    `people` are NIR and password.
    """
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return await loop.run_in_executor(process, _run, ports, people)


def _run(ports: Sequence[int], people: Sequence[tuple[str, str]]) -> list[int]:
    return asyncio.run(_log_everyone_in(ports, people))


async def _log_everyone_in(ports: Sequence[int], people: Sequence[tuple[str, str]]) -> list[int]:
    clients = [
        HurriedClient(f"http://127.0.0.1:{ports[number % len(ports)]}", FIRST_ADDRESS + number)
        for number in range(len(people))
    ]
    statuses = await asyncio.gather(*map(_log_in, clients, people))
    for client in clients:
        await client.http.aclose()
    return statuses


async def _log_in(client: RemoteClient, person: tuple[str, str]) -> int:
    page = await client.get("/connexion")
    nir, password = person
    return (await client.submit(page, {"nir": nir, "password": password})).status
