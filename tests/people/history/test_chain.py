"""The history is append-only and tamper-evident."""

from __future__ import annotations

import asyncio
from uuid import UUID

import asyncpg
import pytest

from web.core.cli.check import check_all
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.people.history.check import check_histories
from web.people.history.events import EVENT_GROUPS, EVENT_LABELS, EventKind, record_event
from web.people.history.queries import count_broken_histories
from web.settings import Settings


@pytest.fixture
def database_url(owner_url: str) -> str:
    """The database as a superuser."""
    return owner_url


async def _person(connection: Connection, number: int = 1) -> UUID:
    found: UUID = await connection.fetchval(
        "INSERT INTO person (nir_digest) VALUES ($1) RETURNING id", bytes([number])
    )
    return found


async def _broken_after(runtime: Runtime, alteration: str) -> int:
    """The problems found by the check after a superuser altered rows."""
    async with runtime.db.transaction() as connection:
        for number in (1, 2):
            person_id = await _person(connection, number)
            for hours in range(4):
                await record_event(
                    connection, person_id, EventKind.DIF_CORRECTED, detail=f"{hours} h"
                )
        assert await check_histories(connection) == []
        await connection.execute("ALTER TABLE event DISABLE TRIGGER USER")
        await connection.execute(alteration)
        await connection.execute("ALTER TABLE event ENABLE TRIGGER USER")
        return await count_broken_histories(connection)


FIRST_PERSON = "(SELECT person_id FROM event ORDER BY id LIMIT 1)"


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'login'",
        "actor = 'service'",
        "actor_name = 'Autre'",
        "device = 'Firefox sur Mac'",
        "detail = '12 h'",
        "occurred_at = occurred_at - interval '1 microsecond'",
        "id = gen_random_uuid()",
        "position = 20",
        "hash = sha256('x')",
    ],
)
async def test_a_changed_event_shows(runtime: Runtime, change: str) -> None:
    alteration = f"UPDATE event SET {change} WHERE person_id = {FIRST_PERSON} AND position = 2"
    assert await _broken_after(runtime, alteration) == 1


@pytest.mark.parametrize("positions", ["1", "3", "4", "3, 4", "1, 2, 3, 4"])
async def test_missing_events_show_wherever_they_were(runtime: Runtime, positions: str) -> None:
    alteration = f"DELETE FROM event WHERE person_id = {FIRST_PERSON} AND position IN ({positions})"
    assert await _broken_after(runtime, alteration) == 1


async def test_events_in_another_order_show(runtime: Runtime) -> None:
    alteration = f"""
        UPDATE event SET position = CASE position WHEN 2 THEN 30 ELSE 2 END
        WHERE person_id = {FIRST_PERSON} AND position IN (2, 3)
    """
    assert await _broken_after(runtime, alteration) == 1


async def test_an_event_given_to_another_person_shows_on_both(runtime: Runtime) -> None:
    alteration = f"""
        UPDATE event SET position = 5, person_id = (
            SELECT person_id FROM event WHERE person_id <> {FIRST_PERSON} LIMIT 1)
        WHERE person_id = {FIRST_PERSON} AND position = 4
    """
    assert await _broken_after(runtime, alteration) == 2


async def test_an_added_event_shows(runtime: Runtime) -> None:
    alteration = f"""
        INSERT INTO event (person_id, position, kind, actor, hash)
        VALUES ({FIRST_PERSON}, 5, 'login', 'titulaire', sha256('x'))
    """
    assert await _broken_after(runtime, alteration) == 1


async def test_the_check_says_how_many_histories_were_altered(runtime: Runtime) -> None:
    assert await _broken_after(runtime, "DELETE FROM event WHERE position = 1") == 2
    (sentence,) = await check_histories(runtime.db)
    assert "2 historiques modifiés" in sentence


@pytest.mark.parametrize(
    "statement",
    ["UPDATE event SET detail = ''", "DELETE FROM event", "TRUNCATE event"],
)
async def test_the_database_refuses_to_alter_the_history(runtime: Runtime, statement: str) -> None:
    async with runtime.db.connection() as connection:
        await record_event(connection, await _person(connection), EventKind.LOGIN)
        with pytest.raises(asyncpg.RaiseError, match="event only grows"):
            await connection.execute(statement)
        assert await connection.fetchval("SELECT count(*) FROM event") == 1


async def test_simultaneous_events_of_one_person_make_one_chain(runtime: Runtime) -> None:
    person_id = await _person(runtime.db)

    async def write() -> None:
        async with runtime.db.transaction() as connection:
            for _ in range(3):
                await record_event(connection, person_id, EventKind.LOGIN)

    await asyncio.gather(*(write() for _ in range(20)))

    async with runtime.db.connection() as connection:
        rows = await connection.fetch("SELECT position FROM event ORDER BY position")
        assert [row["position"] for row in rows] == list(range(1, 61))
        assert await count_broken_histories(connection) == 0


async def test_an_event_waits_for_the_hours_of_its_person_without_deadlock(
    runtime: Runtime,
) -> None:
    person_id = await _person(runtime.db)

    async def declare() -> None:
        async with runtime.db.transaction() as connection:
            await connection.execute("SELECT FROM person WHERE id = $1 FOR UPDATE", person_id)
            await record_event(connection, person_id, EventKind.DIF_DECLARED)

    async def write() -> None:
        async with runtime.db.transaction() as connection:
            await record_event(connection, person_id, EventKind.LOGIN)

    await asyncio.gather(*(action() for _ in range(15) for action in (declare, write)))

    async with runtime.db.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM event") == 30
        assert await count_broken_histories(connection) == 0


async def _record_and_fail(connection: Connection, person_id: UUID) -> None:
    async with connection.transaction():
        await record_event(connection, person_id, EventKind.LOGIN)
        raise ZeroDivisionError


async def test_an_event_whose_action_failed_leaves_no_trace(runtime: Runtime) -> None:
    async with runtime.db.connection() as connection:
        person_id = await _person(connection)
        with pytest.raises(ZeroDivisionError):
            await _record_and_fail(connection, person_id)
        await record_event(connection, person_id, EventKind.LOGOUT)
        kinds = await connection.fetch("SELECT kind FROM event")
        assert [row["kind"] for row in kinds] == ["logout"]
        assert await count_broken_histories(connection) == 0


def test_every_kind_of_event_has_its_words_and_its_group() -> None:
    assert set(EVENT_LABELS) == set(EventKind)
    assert {group for group, _ in EVENT_LABELS.values()} == set(EVENT_GROUPS)


async def test_the_check_command_looks_at_the_histories(
    runtime: Runtime, settings: Settings
) -> None:
    await _broken_after(runtime, "DELETE FROM event WHERE position = 2")
    problems = await check_all(settings, [check_histories])
    assert [p for p in problems if "historique" in p] == [
        "2 historiques modifiés hors du programme\u00a0: les empreintes ne s’enchaînent plus."
    ]
