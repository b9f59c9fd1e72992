"""Seals detect changes that a superuser of the database makes without the key."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from tests.support.db.rows import column, run, value
from tests.support.text.spaces import plain
from web.core.crypto.vault import Hasher
from web.core.runtime import Runtime
from web.jobs import clear
from web.people.history import seals as history_seals
from web.people.history.events import EventKind, record_event
from web.people.history.queries import count_broken_histories
from web.people.history.seals import Findings, SealCheck, find_problems, seal_histories
from web.settings import Settings


@pytest.fixture
def database_url(owner_url: str) -> str:
    """The database as a superuser."""
    return owner_url


# The attack of a superuser: change events, then recompute the hash chain.
REWRITE = """
    DO $$
    DECLARE
        e event;
        previous bytea;
    BEGIN
        ALTER TABLE event DISABLE TRIGGER USER;
        UPDATE event SET detail = '999 h' WHERE position = 2 AND person_id = (
            SELECT person_id FROM event ORDER BY id LIMIT 1);
        FOR e IN SELECT * FROM event ORDER BY person_id, position LOOP
            IF e.position = 1 THEN previous := ''; END IF;
            UPDATE event SET hash = event_hash(previous, e) WHERE id = e.id
                RETURNING hash INTO previous;
            UPDATE event_head SET hash = previous
                WHERE person_id = e.person_id AND position = e.position;
        END LOOP;
        ALTER TABLE event ENABLE TRIGGER USER;
    END $$
"""
UNLOCKED = """
    ALTER TABLE history_seal DISABLE TRIGGER USER;
    {};
    ALTER TABLE history_seal ENABLE TRIGGER USER;
"""


async def act(runtime: Runtime, person_id: UUID, times: int = 3) -> None:
    """Record some events of a person."""
    async with runtime.db.transaction() as connection:
        for hours in range(times):
            await record_event(connection, person_id, EventKind.DIF_CORRECTED, detail=f"{hours} h")


@pytest.fixture
async def people(runtime: Runtime) -> list[UUID]:
    """Three people with two batches of events each, sealed after each batch."""
    found = []
    for number in range(3):
        sql = "INSERT INTO person (nir_digest) VALUES ($1) RETURNING id"
        found.append(await value(runtime, sql, bytes([number])))
    for _ in range(2):
        for person_id in found:
            await act(runtime, person_id)
        await seal_histories(runtime)
    return found


async def findings(runtime: Runtime, known: str = "") -> Findings:
    return await find_problems(runtime.db, runtime.hasher, known)


async def test_histories_as_they_were_sealed_are_in_order(
    runtime: Runtime, people: list[UUID]
) -> None:
    found = await findings(runtime)
    assert (found.rewritten, found.missing, found.late) == (set(), 0, 0)
    assert found.newest.startswith("6-")
    assert await column(runtime, "SELECT position FROM history_seal ORDER BY number") == [
        3, 3, 3, 6, 6, 6,
    ]  # fmt: skip


async def test_a_history_that_did_not_grow_is_not_sealed_again(
    runtime: Runtime, people: list[UUID]
) -> None:
    await seal_histories(runtime)
    assert await value(runtime, "SELECT count(*) FROM history_seal") == 6


async def test_a_history_rewritten_with_its_whole_chain_shows(
    runtime: Runtime, people: list[UUID]
) -> None:
    await run(runtime, REWRITE)
    assert await count_broken_histories(runtime.db) == 0, "the chain alone does not tell"
    assert len((await findings(runtime)).rewritten) == 1
    await act(runtime, people[0])
    await seal_histories(runtime)
    assert len((await findings(runtime)).rewritten) == 1, "a later seal heals nothing"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE history_seal SET position = 2 WHERE number = 2",
        "UPDATE history_seal SET seal = sha256(seal) WHERE number = 3",
        "UPDATE history_seal SET person_id = (SELECT person_id FROM history_seal WHERE number = 1)"
        " WHERE number = 2",
        "DELETE FROM history_seal WHERE number = 2",
        "DELETE FROM history_seal WHERE number < 4",
    ],
)
async def test_a_seal_changed_or_taken_out_shows(
    runtime: Runtime, people: list[UUID], change: str
) -> None:
    await run(runtime, UNLOCKED.format(change))
    found = await findings(runtime)
    assert found.rewritten or found.missing


async def test_the_newest_seals_taken_away_show_to_who_kept_the_name_of_one(
    runtime: Runtime, people: list[UUID]
) -> None:
    known = (await findings(runtime)).newest
    assert (await findings(runtime, known)).has_known
    await run(runtime, UNLOCKED.format("DELETE FROM history_seal WHERE number > 3"))
    await run(runtime, "UPDATE event_head SET sealed = 3")
    await run(runtime, REWRITE.replace("position = 2", "position = 5"))
    await seal_histories(runtime)
    found = await findings(runtime, known)
    assert (found.rewritten, found.missing) == (set(), 0)
    assert not found.has_known


async def test_another_key_finds_nothing_in_order(runtime: Runtime, people: list[UUID]) -> None:
    found = await find_problems(runtime.db, Hasher("another secret of thirty-two characters"))
    assert found.rewritten == set(people)


async def test_a_history_nobody_sealed_for_an_hour_shows(
    runtime: Runtime, people: list[UUID]
) -> None:
    await run(
        runtime,
        "INSERT INTO event (person_id, kind, actor, occurred_at) "
        "VALUES ($1, 'login', 'titulaire', now() - interval '61 minutes')",
        people[0],
    )
    assert (await findings(runtime)).late == 1
    # Even if its head claims to be sealed.
    await run(runtime, "UPDATE event_head SET sealed = 1000")
    assert (await findings(runtime)).late == 1


async def test_the_database_refuses_to_alter_the_seals(
    runtime: Runtime, people: list[UUID]
) -> None:
    import asyncpg

    for statement in ("UPDATE history_seal SET position = 1", "DELETE FROM history_seal"):
        with pytest.raises(asyncpg.RaiseError, match="history_seal only grows"):
            await run(runtime, statement)


async def test_workers_that_seal_at_once_number_each_seal_once(
    runtime: Runtime, people: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_seals, "BATCH", 1)
    for person_id in people:
        await act(runtime, person_id)
    await asyncio.gather(*(seal_histories(runtime) for _ in range(4)))
    await seal_histories(runtime)
    found = await findings(runtime)
    assert (found.rewritten, found.missing, found.newest.partition("-")[0]) == (set(), 0, "9")


async def test_the_worker_seals_and_check_tells(
    runtime: Runtime, settings: Settings, people: list[UUID]
) -> None:
    await act(runtime, people[0])
    await clear(runtime)
    async with runtime.db.connection() as connection:
        check = SealCheck(runtime.hasher)
        assert await check(connection) == []
        assert check.newest.startswith("7-")
        lost = SealCheck(runtime.hasher, "7-0000000000000000")
        (sentence,) = await lost(connection)
        assert "Le sceau 7-0000000000000000 est introuvable" in sentence
    await run(runtime, REWRITE)
    (sentence,) = await check(runtime.db)
    expected = "1 historique ne correspond plus aux sceaux : il y a eu réécriture."
    assert plain(sentence) == expected
