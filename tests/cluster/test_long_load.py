"""Hundreds of people for half an hour, then all of them logging in at once."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.cluster.outcome import assert_nothing_is_lost, report_visits
from tests.cluster.sites import people_at_work
from tests.support.db.cluster import Cluster
from tests.support.db.roles import APPLICATION, as_role
from tests.support.mail.peers import ScriptedPeer
from tests.support.titulaires.people import Person

pytestmark = pytest.mark.faults
PEOPLE, SECONDS = 200, 1800
# Each page is read for this long: a journey takes about a minute.
READING_SECONDS = 3
FLOOD = 500
# A page refuses at once what it cannot do soon.
REFUSED = {429, 503}
CALM_SECONDS = 10
# Of the programs together, from the fifth minute on.
MOST_GROWTH = 1.5


async def test_half_an_hour_of_people_then_a_flood_of_logins(
    server: Cluster, peer: ScriptedPeer
) -> None:
    site = as_role(server.url("compte"), APPLICATION)
    administrator_url = server.url("compte")
    async with people_at_work(
        site, administrator_url, peer, people=PEOPLE, reading_seconds=READING_SECONDS
    ) as traffic:
        machines = traffic.machines
        began = time.monotonic()
        await traffic.last(300)
        early = machines.memory()
        await traffic.last(SECONDS - 300)
        ended = time.monotonic()
        assert machines.memory() < MOST_GROWTH * early

        async def log_in(person: Person) -> int:
            client = machines.client()
            page = await client.get("/connexion")
            fields = {"nir": person.nir, "password": person.password}
            status = (await client.submit(page, fields)).status
            await client.http.aclose()
            return status

        crowd = (traffic.served * (FLOOD // len(traffic.served) + 1))[:FLOOD]
        statuses = await asyncio.gather(*(log_in(person) for person in crowd))
        assert set(statuses) <= {200, *REFUSED}
        assert statuses.count(200) > 0
        calm = await traffic.answered(time.monotonic())
        assert calm.ended - calm.began < CALM_SECONDS
        await traffic.stop()
        await assert_nothing_is_lost(server, traffic)
        report_visits(f"{PEOPLE} people for {SECONDS // 60} minutes", traffic.visits(began, ended))
        report_visits(
            f"{FLOOD} logins at once, {statuses.count(200)} at the first try",
            traffic.visits(ended, calm.began),
        )
