"""Accounts closed before closed ones were remembered: restored by the service only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from web.core.db import migrations

EARLIER_ACCOUNT = """
    INSERT INTO account (id, person_id, email_digest, identity, password_hash, terms_version,
                         terms_accepted_at, created_at)
    VALUES (gen_random_uuid(), $1, $2, 'i', 'p', '1', now(), clock_timestamp())
"""
ACCOUNT = """
    WITH added AS (
        INSERT INTO account (id, person_id, email_digest, identity, terms_version,
                             terms_accepted_at, created_at)
        VALUES (gen_random_uuid(), $1, $2, 'i', '1', now(), clock_timestamp()) RETURNING id
    )
    INSERT INTO login (id, kind) SELECT id, 'titulaire' FROM added
"""
EVENT = "INSERT INTO event (person_id, kind, actor) VALUES ($1, $2, 'titulaire')"
PERSON = "INSERT INTO person (nir_digest) VALUES ($1) RETURNING id"


@pytest.fixture
async def earlier(earlier_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the earlier database."""
    connection = await asyncpg.connect(earlier_url)
    yield connection
    await connection.close()


async def test_accounts_reopened_before_the_rule_keep_seeing_and_later_ones_do_not(
    earlier: asyncpg.Connection, earlier_url: str
) -> None:
    back, gone = [await earlier.fetchval(PERSON, digest) for digest in (b"back", b"gone")]
    for person_id in (back, gone):
        for kind in ("account_activated", "dossier_created", "account_closed"):
            await earlier.execute(EVENT, person_id, kind)
    await earlier.execute(EARLIER_ACCOUNT, back, b"b")
    await earlier.execute(EVENT, back, "account_activated")
    await earlier.close()

    await asyncio.to_thread(migrations.upgrade, earlier_url)
    later = await asyncpg.connect(earlier_url)
    await later.execute(ACCOUNT, gone, b"g")
    await later.execute(EVENT, gone, "account_activated")
    seen = "SELECT count(*) FROM seen_event WHERE person_id = $1"
    assert await later.fetchval(seen, back) == 4
    assert await later.fetchval(seen, gone) == 1
    proofs = "SELECT count(*) FROM former_account WHERE names_digest IS NULL AND email IS NULL"
    assert await later.fetchval(proofs) == 2
    await later.close()
