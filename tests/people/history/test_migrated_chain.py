"""Histories from before events named their account still verify."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import asyncpg

from web.core.db import migrations
from web.people.history.check import check_histories

EVENT = "INSERT INTO event (person_id, kind, actor) VALUES ($1, $2, 'titulaire')"


async def _person(connection: asyncpg.Connection, *kinds: str, has_account: bool = True) -> UUID:
    person_id: UUID = await connection.fetchval(
        "INSERT INTO person (nir_digest) VALUES ($1) RETURNING id", uuid4().bytes
    )
    if has_account:
        await connection.execute(
            """
            INSERT INTO account (id, person_id, email_digest, identity, password_hash,
                                 terms_version, terms_accepted_at)
            VALUES ($1, $2, $3, 'box', 'hash', '1', now())
            """,
            uuid4(),
            person_id,
            uuid4().bytes,
        )
    for kind in kinds:
        await connection.execute(EVENT, person_id, kind)
    return person_id


async def _fill(url: str) -> UUID:
    connection = await asyncpg.connect(url)
    first = await _person(connection, "account_activated", "login", "logout")
    await _person(connection, "account_activated", "account_closed", has_account=False)
    await _person(connection, "account_activated", "account_closed", "account_activated")
    await _person(connection)
    await _person(connection, has_account=False)
    await connection.close()
    return first


async def _check(url: str, *statements: tuple[str, UUID]) -> list[str]:
    connection = await asyncpg.connect(url)
    for sql, person_id in statements:
        await connection.execute(sql, person_id)
    problems = await check_histories(connection)
    await connection.close()
    return problems


def test_histories_of_before_verify_and_go_on(earlier_url: str) -> None:
    first = asyncio.run(_fill(earlier_url))
    migrations.upgrade(earlier_url)
    assert asyncio.run(_check(earlier_url)) == []
    login = "INSERT INTO event (person_id, kind, actor) VALUES ($1, 'login', 'titulaire')"
    assert asyncio.run(_check(earlier_url, (login, first))) == []


def test_an_account_of_before_given_to_another_person_shows(earlier_url: str) -> None:
    first = asyncio.run(_fill(earlier_url))
    migrations.upgrade(earlier_url)
    move = """
        WITH other AS (INSERT INTO person (nir_digest) VALUES ('x') RETURNING id)
        UPDATE account SET person_id = other.id FROM other WHERE person_id = $1
    """
    assert asyncio.run(_check(earlier_url, (move, first))) == [
        "2 historiques ne correspondent plus au compte ou au numéro de la personne."
    ]
