"""Moving an account or its NIR, and thus its history, to another person is found by `check`."""

from __future__ import annotations

from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.support.db.rows import as_owner, run, value
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import register_and_log_in
from tests.support.titulaires.people import PASSWORD, Person
from tests.support.training.dossiers import person_of
from web.core.runtime import Runtime
from web.jobs import clear
from web.people.history.check import check_histories
from web.people.history.events import EventKind, record_event
from web.people.history.seals import SealCheck, seal_histories
from web.settings import Settings

ONE_MOVED = ["1 historique ne correspond plus au compte ou au numéro de la personne."]
TWO_MOVED = ["2 historiques ne correspondent plus au compte ou au numéro de la personne."]
MOVE = "UPDATE account SET person_id = $2 WHERE id = $1"


async def checked(runtime: Runtime) -> list[str]:
    return await check_histories(runtime.db)


async def nobody(runtime: Runtime) -> UUID:
    """A new person without an account."""
    sql = "INSERT INTO person (nir_digest) VALUES ($1) RETURNING id"
    found: UUID = await value(runtime, sql, uuid4().bytes)
    return found


@pytest.fixture
async def account_id(client: Client, outbox: Outbox, runtime: Runtime) -> UUID:
    """The account of someone who registered; its history verifies."""
    await register_and_log_in(client, Person(), outbox)
    found: UUID = await value(runtime, "SELECT id FROM account")
    assert await checked(runtime) == []
    return found


async def test_an_account_given_to_another_person_shows(runtime: Runtime, account_id: UUID) -> None:
    await run(runtime, MOVE, account_id, await nobody(runtime))
    assert await checked(runtime) == TWO_MOVED


async def test_it_still_shows_once_the_other_person_has_a_history_of_their_own(
    runtime: Runtime, account_id: UUID
) -> None:
    """Appending false events is possible: both histories then name the same account."""
    person_id, other = await person_of(runtime, account_id), await nobody(runtime)
    await run(runtime, MOVE, account_id, other)
    async with runtime.db.transaction() as connection:
        await record_event(connection, person_id, EventKind.ACCOUNT_CLOSED)
        await record_event(connection, other, EventKind.ACCOUNT_ACTIVATED)
    assert await checked(runtime) == TWO_MOVED


async def test_an_account_deleted_and_put_back_elsewhere_by_the_program_s_role_shows(
    runtime: Runtime, account_id: UUID
) -> None:
    other = await nobody(runtime)
    async with runtime.db.transaction() as connection:
        await connection.execute("CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT * FROM account")
        await connection.execute("UPDATE kept SET person_id = $1", other)
        await connection.execute("DELETE FROM account")
        await connection.execute(
            "WITH login AS (INSERT INTO login (id, kind) SELECT id, 'titulaire' FROM kept) "
            "INSERT INTO account SELECT * FROM kept"
        )
    assert await checked(runtime) == TWO_MOVED


async def test_an_account_that_vanished_without_being_closed_shows(
    runtime: Runtime, account_id: UUID
) -> None:
    await runtime.db.execute("DELETE FROM account")
    assert await checked(runtime) == ONE_MOVED


async def test_another_account_in_the_place_of_one_shows(
    runtime: Runtime, account_id: UUID
) -> None:
    async with as_owner(runtime) as connection:
        await connection.execute("ALTER TABLE session DROP CONSTRAINT session_login")
        await connection.execute("ALTER TABLE account DROP CONSTRAINT account_login")
        await connection.execute("UPDATE account SET id = gen_random_uuid()")
    assert await checked(runtime) == ONE_MOVED


async def test_nirs_exchanged_between_two_people_show(runtime: Runtime, account_id: UUID) -> None:
    other = await nobody(runtime)
    person_id = await person_of(runtime, account_id)
    digest = await value(runtime, "SELECT nir_digest FROM person WHERE id = $1", person_id)
    await run(runtime, "UPDATE person SET nir_digest = 'aside' WHERE id = $1", person_id)
    await run(runtime, "UPDATE person SET nir_digest = $2 WHERE id = $1", other, digest)
    assert await checked(runtime) == ONE_MOVED


async def test_the_owner_of_each_event_is_part_of_the_chain(
    runtime: Runtime, account_id: UUID
) -> None:
    async with as_owner(runtime) as connection:
        await connection.execute("ALTER TABLE event DISABLE TRIGGER USER")
        await connection.execute("UPDATE event SET account_id = NULL, nir_digest = NULL")
    assert await checked(runtime) == [
        "1 historique modifié hors du programme\u00a0: les empreintes ne s’enchaînent plus."
    ]


async def test_the_database_ignores_the_owner_of_an_event_given_by_the_program(
    runtime: Runtime, account_id: UUID
) -> None:
    person_id = await person_of(runtime, account_id)
    noted = await value(
        runtime,
        "INSERT INTO event (person_id, kind, actor, account_id, nir_digest) "
        "VALUES ($1, 'login', 'titulaire', $2, 'forged') RETURNING account_id",
        person_id,
        uuid4(),
    )
    assert noted == account_id
    assert await checked(runtime) == []


async def test_closing_and_registering_again_are_in_order(
    client: Client, outbox: Outbox, runtime: Runtime, account_id: UUID
) -> None:
    closing = "/espace/informations/fermeture"
    await client.submit(await client.get(closing), {"password": PASSWORD}, action=closing)
    assert await value(runtime, "SELECT count(*) FROM account") == 0
    assert await checked(runtime) == []
    await register_and_log_in(client, Person(), outbox)
    assert await checked(runtime) == []


async def test_a_seal_takes_the_number_that_follows_and_no_other(
    runtime: Runtime, account_id: UUID
) -> None:
    await seal_histories(runtime)
    person_id = await person_of(runtime, account_id)
    seal = "INSERT INTO history_seal (number, person_id, position, seal) VALUES ($1, $2, 1, 'x')"
    for number in (2**63 - 1, 3, 1, 0, -1):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await value(runtime, f"{seal} RETURNING number", number, person_id)
    assert await SealCheck(runtime.hasher)(runtime.db) == []


async def test_a_number_forged_by_the_owner_shows_and_does_not_stop_the_worker(
    runtime: Runtime, settings: Settings, account_id: UUID
) -> None:
    mail_id = await value(runtime, "UPDATE mail SET status = 'queued', sent_at = NULL RETURNING id")
    await run(runtime, "DELETE FROM pgqueuer")
    async with as_owner(runtime) as connection:
        await connection.execute("ALTER TABLE history_seal DISABLE TRIGGER USER")
        await connection.execute(
            "INSERT INTO history_seal (number, person_id, position, seal) "
            "SELECT 9223372036854775807, id, 1, 'x' FROM person"
        )
        await connection.execute("ALTER TABLE history_seal ENABLE TRIGGER USER")

    await clear(runtime)

    payload = await value(runtime, "SELECT payload FROM pgqueuer")
    assert UUID(bytes=payload) == mail_id
    sentences = await SealCheck(runtime.hasher)(runtime.db)
    assert any(sentence.startswith("Il manque") for sentence in sentences)
