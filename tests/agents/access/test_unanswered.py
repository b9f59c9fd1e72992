"""Invitations that nobody answered are deleted, both kinds after the same time."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.db.rows import run, value
from tests.support.desks.access import ACCESS, invite_colleague, one, rows_of
from tests.support.desks.agents import InventedAgent
from tests.support.http.client import Client
from web.agents.access.queries import note_invitation
from web.agents.invitations.queries import UNANSWERED_DAYS, lock_agent
from web.core.runtime import Runtime
from web.jobs import clear
from web.people.identity import email_digests

DORA = "dora@verrerie.example"
INVITED = "UPDATE {table} SET invited_at = now() - make_interval(days => $1, hours => $2)"


async def invited_ago(runtime: Runtime, days: int, hours: int) -> None:
    for table in ("professional", "waiting_invitation"):
        await run(runtime, INVITED.format(table=table), days, hours)


@pytest.fixture
async def invited(desk: Client, outsider: InventedAgent) -> set[str]:
    """The addresses of two invitations: a new agent's, and another organisation's agent's."""
    for email in (DORA, outsider.email):
        await invite_colleague(desk, email)
    return {DORA, outsider.email}


async def test_both_kinds_go_ninety_days_after_the_last_invitation(
    desk: Client, runtime: Runtime, manager: InventedAgent, invited: set[str]
) -> None:
    await invited_ago(runtime, UNANSWERED_DAYS, -1)
    await clear(runtime)
    page = await desk.get(ACCESS)
    assert set(rows_of(page)) == {manager.email, *invited}
    assert "effacée 90 jours après son dernier envoi" in page.text

    await invited_ago(runtime, UNANSWERED_DAYS, 1)
    await clear(runtime)
    assert set(rows_of(await desk.get(ACCESS))) == {manager.email}


async def test_those_who_answered_stay_and_so_does_the_other_organisation(
    desk: Client,
    runtime: Runtime,
    manager: InventedAgent,
    colleague: InventedAgent,
    outsider: InventedAgent,
    invited: set[str],
) -> None:
    await invited_ago(runtime, UNANSWERED_DAYS, 1)
    await clear(runtime)
    assert set(rows_of(await desk.get(ACCESS))) == {manager.email, colleague.email}
    assert await value(runtime, "SELECT count(*) FROM professional") == 3


async def test_a_blocked_agent_stays_blocked(
    desk: Client, runtime: Runtime, manager: InventedAgent
) -> None:
    await invite_colleague(desk, DORA)
    await run(runtime, "UPDATE login SET blocked_at = now() WHERE password_hash IS NULL")
    await invited_ago(runtime, UNANSWERED_DAYS, 1)
    await clear(runtime)
    assert rows_of(await desk.get(ACCESS))[DORA].startswith("bloqué")


async def test_a_page_opened_before_the_purge_finds_nobody(
    desk: Client, runtime: Runtime, invited: set[str]
) -> None:
    dora = await value(
        runtime, "SELECT p.id FROM professional p JOIN login USING (id) WHERE password_hash IS NULL"
    )
    page = await desk.get(one(dora, "retirer"))
    await invited_ago(runtime, UNANSWERED_DAYS, 1)
    await clear(runtime)
    assert (await desk.submit(page, action=one(dora, "retirer"))).status == 404


async def test_someone_who_is_being_invited_again_stays(
    desk: Client, runtime: Runtime, manager: InventedAgent
) -> None:
    await invite_colleague(desk, DORA)
    await invited_ago(runtime, UNANSWERED_DAYS, 1)
    async with runtime.db.transaction() as connection:
        agent = await lock_agent(connection, email_digests(runtime.hasher, DORA))
        assert agent
        await note_invitation(connection, agent.id)
        # Neither waits for the invitation nor deletes the agent.
        await asyncio.wait_for(asyncio.create_task(clear(runtime)), 5)
    await clear(runtime)
    assert DORA in rows_of(await desk.get(ACCESS))


async def test_invitations_and_purges_at_once_lose_no_invitation(
    desk: Client, runtime: Runtime, manager: InventedAgent
) -> None:
    await invite_colleague(desk, DORA)
    await invited_ago(runtime, UNANSWERED_DAYS, 1)
    await asyncio.gather(invite_colleague(desk, DORA), clear(runtime))
    assert DORA in rows_of(await desk.get(ACCESS))
