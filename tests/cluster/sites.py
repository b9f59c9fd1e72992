"""Two web servers and two workers on a database, and their people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.cluster.traffic import Traffic
from tests.support.db.cluster import ask
from tests.support.mail.peers import ScriptedPeer
from tests.support.programs.ports import free_port
from tests.support.programs.processes import Machines
from tests.support.titulaires.people import synthetic_siret

PEOPLE = 3
ORGANISME = "INSERT INTO organisation (kind, siret, name) VALUES ('organisme', $1, $2) RETURNING id"


@asynccontextmanager
async def people_at_work(
    database_url: str,
    administrator_url: str,
    peer: ScriptedPeer,
    *,
    people: int = PEOPLE,
    reading_seconds: float = 0,
) -> AsyncIterator[Traffic]:
    """People at work; `administrator_url` leads to the primary, before it is lost."""
    machines = Machines(database_url, peer.port)
    machines.administrator_url = administrator_url
    try:
        ports = (machines.port, free_port())
        for port in ports:
            await machines.serve(port)
        for _ in range(2):
            await machines.work()
        organisme_id = await ask(administrator_url, ORGANISME, synthetic_siret(), "Fongecif")
        traffic = Traffic(machines, ports, peer, organisme_id, people, reading_seconds)
        try:
            await traffic.start()
            yield traffic
        finally:
            await traffic.abandon()
    finally:
        # The server that this connection leads to may be frozen.
        machines.cut_off()
        await machines.clean_up()
