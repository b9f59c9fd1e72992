"""Hundreds of people for half an hour, then all of them logging in at once."""

from __future__ import annotations

import time

import pytest

from tests.cluster.flood import log_in_at_once
from tests.cluster.outcome import assert_nothing_is_lost, report_times
from tests.cluster.sites import people_at_work
from tests.support.db.cluster import Cluster
from tests.support.db.roles import APPLICATION, as_role
from tests.support.mail.peers import ScriptedPeer

pytestmark = pytest.mark.faults
PEOPLE, SECONDS = 200, 1800
# Each page is read for this long: a journey takes about a minute.
READING_SECONDS = 3
FLOOD = 500
# Of visitors during the flood, so that its few seconds see many.
ARRIVAL_SECONDS = 0.05
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

        crowd = (traffic.served * (FLOOD // len(traffic.served) + 1))[:FLOOD]
        credentials = [(person.nir, person.password) for person in crowd]
        traffic.arrival_seconds = ARRIVAL_SECONDS
        statuses = await log_in_at_once(traffic.ports, credentials)
        assert set(statuses) <= {200, *REFUSED}
        assert statuses.count(200) > 0
        calm = await traffic.answered(time.monotonic())
        assert calm.ended - calm.began < CALM_SECONDS
        await traffic.stop()
        await assert_nothing_is_lost(server, traffic)
        report_times(f"{PEOPLE} people for {SECONDS // 60} minutes", traffic.visits(began, ended))
        report_times(
            f"{FLOOD} logins at once, {statuses.count(200)} at the first try",
            traffic.visits(ended, calm.began),
        )
