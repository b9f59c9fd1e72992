"""Revisions 0031 and 0032 on a filled database: nobody is logged out, links go on working.

Both can be undone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from web.core.db import migrations

BEFORE, LOGINS_ALONE, AFTER = "0030", "0031", "0032"
TITULAIRE, AGENT = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
FILL = f"""
    INSERT INTO person (id, nir_digest) VALUES ('{TITULAIRE}', 'nir');
    INSERT INTO account (id, person_id, email_digest, identity, password_hash, terms_version,
                         terms_accepted_at)
    VALUES ('{TITULAIRE}', '{TITULAIRE}', 'e', 'i', 'hash of one', '1', now());
    INSERT INTO organisation (id, kind, siret, name)
    VALUES ('{AGENT}', 'organisme', '13001653800011', 'Opcalys');
    INSERT INTO professional (id, organisation_id, email_digest, email, password_hash, totp_secret,
                              totp_confirmed_at, totp_last_step)
    VALUES ('{AGENT}', '{AGENT}', 'e', 'i', 'hash of two', 's', now(), 7);
    INSERT INTO professional (id, organisation_id, email_digest, email)
    VALUES (gen_random_uuid(), '{AGENT}', 'invited', 'i');
    INSERT INTO recovery_code (professional_id, code_digest) VALUES ('{AGENT}', 'c');
    INSERT INTO session (token_digest, account_id, device) VALUES ('t1', '{TITULAIRE}', 'Mac');
    INSERT INTO professional_session (token_digest, professional_id, is_complete, device)
    VALUES ('t2', '{AGENT}', true, 'iPad'), ('t3', '{AGENT}', false, 'Linux');
    INSERT INTO kept_form (account_id, content) VALUES ('{TITULAIRE}', 'k1');
    INSERT INTO professional_kept_form (professional_id, content) VALUES ('{AGENT}', 'k2');
    INSERT INTO password_reset (id, nir_digest, account_id, ended_as, device)
    VALUES ('{TITULAIRE}', 'nir', '{TITULAIRE}', 'address changed', 'Mac'),
           (gen_random_uuid(), 'another nir', NULL, NULL, '');
    INSERT INTO professional_link (id, purpose, email_digest, professional_id)
    VALUES ('{AGENT}', 'invitation', 'e', '{AGENT}');
    INSERT INTO bearer_token (token_digest, purpose, subject_id, expires_at)
    VALUES ('l1', 'password-reset', '{TITULAIRE}', now()),
           ('l2', 'professional-link', '{AGENT}', now()),
           ('l3', 'activation', '{AGENT}', now());
"""
TABLES = (
    *("account", "professional", "recovery_code", "session", "professional_session"),
    *("kept_form", "professional_kept_form", "password_reset", "professional_link"),
    *("bearer_token", "login_failure", "professional_failure"),
)
SESSIONS = """
    SELECT convert_from(token_digest, 'UTF8') AS token, kind, is_complete, device
    FROM session JOIN login ON login.id = login_id ORDER BY token
"""
WAITS = """
    SELECT EXISTS (SELECT FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock')
"""
LINKS = """
    SELECT l.kind, l.purpose, convert_from(identifier_digest, 'UTF8') AS digest, login_id::text,
           ended_as, device, convert_from(t.token_digest, 'UTF8') AS token
    FROM password_link l
    LEFT JOIN bearer_token t ON t.subject_id = l.id AND t.purpose = 'password-link'
    ORDER BY l.kind, digest
"""
LOGINS = """
    SELECT kind, password_hash, convert_from(totp_secret, 'UTF8') AS secret, totp_last_step AS step
    FROM login ORDER BY kind, password_hash
"""


@pytest.fixture
def url(empty_url: str) -> str:
    """A database at the revision before, with an account of each kind."""
    migrations.upgrade(empty_url, BEFORE)
    asyncio.run(_run(empty_url, FILL))
    return empty_url


async def _run(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(sql)
    await connection.close()


async def _fetch(url: str, *queries: str) -> list[list[tuple[Any, ...]]]:
    connection = await asyncpg.connect(url)
    found = [[tuple(row.values()) for row in await connection.fetch(sql)] for sql in queries]
    await connection.close()
    return found


def fetch(url: str, *queries: str) -> list[list[tuple[Any, ...]]]:
    """Return the rows of each query."""
    return asyncio.run(_fetch(url, *queries))


def rows(url: str) -> list[list[tuple[Any, ...]]]:
    """Return every row of the tables that change, whatever the order of their columns."""
    texts = (f"SELECT to_jsonb(t)::text AS row FROM {table} t ORDER BY row" for table in TABLES)
    return fetch(url, *texts)


def test_sessions_passwords_second_factors_and_kept_forms_move(url: str) -> None:
    migrations.upgrade(url, AFTER)
    sessions, logins, codes, forms = fetch(
        url,
        SESSIONS,
        LOGINS,
        "SELECT login_id::text FROM recovery_code",
        "SELECT login_id::text, convert_from(content, 'UTF8') FROM kept_form ORDER BY login_id",
    )
    assert sessions == [
        ("t1", "titulaire", True, "Mac"),
        ("t2", "agent", True, "iPad"),
        ("t3", "agent", False, "Linux"),
    ]
    assert logins == [
        ("agent", "hash of two", "s", 7),
        ("agent", None, None, 0),
        ("titulaire", "hash of one", None, 0),
    ]
    assert codes == [(AGENT,)]
    assert forms == [(TITULAIRE, "k1"), (AGENT, "k2")]


def test_links_to_choose_a_password_go_on_working(url: str) -> None:
    migrations.upgrade(url, AFTER)
    (links,) = fetch(url, LINKS)
    assert links == [
        ("agent", "invitation", "e", AGENT, None, "", "l2"),
        ("titulaire", "reset", "another nir", None, None, "", None),
        ("titulaire", "reset", "nir", TITULAIRE, "address changed", "Mac", "l1"),
    ]


def test_undone_every_row_is_what_it_was(url: str) -> None:
    asyncio.run(_run(url, "DELETE FROM professional_kept_form"))  # not given back
    before = rows(url)
    migrations.upgrade(url, AFTER)
    migrations.downgrade(url, LOGINS_ALONE)
    migrations.downgrade(url, BEFORE)
    assert rows(url) == before


@pytest.mark.parametrize("table", ["account", "professional", "login"])
def test_neither_a_login_nor_its_account_outlives_the_other(url: str, table: str) -> None:
    migrations.upgrade(url, AFTER)
    asyncio.run(_run(url, f"DELETE FROM {table}"))
    kind = {"account": "titulaire", "professional": "agent"}.get(table)
    left = [
        count
        for ((count,),) in fetch(
            url,
            "SELECT count(*) FROM login",
            "SELECT count(*) FROM session",
            "SELECT count(*) FROM account",
            "SELECT count(*) FROM professional",
        )
    ]
    expected = {"titulaire": [2, 2, 0, 2], "agent": [1, 1, 1, 0], None: [0, 0, 0, 0]}
    assert left == expected[kind]


@asynccontextmanager
async def in_flight(url: str, *statements: str) -> AsyncIterator[None]:
    """Commit these statements while the caller's migration waits for them."""
    earlier = await asyncpg.connect(url)
    watching = await asyncpg.connect(url)
    transaction = earlier.transaction()
    await transaction.start()
    for sql in statements:
        await earlier.execute(sql)
    yield
    while not await watching.fetchval(WAITS):
        await asyncio.sleep(0.01)
    await transaction.commit()
    await earlier.close()
    await watching.close()


async def migrate_meanwhile(url: str, revision: str, *statements: str) -> None:
    """Migrate while a server of the version before commits these statements."""
    async with in_flight(url, *statements):
        migrating = asyncio.create_task(asyncio.to_thread(migrations.upgrade, url, revision))
    await migrating


def test_rows_committed_while_the_logins_are_created_are_not_lost(url: str) -> None:
    """A password changed, a second factor removed, a session ended: none comes back."""
    asyncio.run(
        migrate_meanwhile(
            url,
            LOGINS_ALONE,
            "UPDATE account SET password_hash = 'new hash'",
            "UPDATE professional SET totp_secret = NULL, totp_confirmed_at = NULL",
            "DELETE FROM professional_session",
        )
    )
    logins, sessions = fetch(url, LOGINS, SESSIONS)
    assert ("titulaire", "new hash", None, 0) in logins
    assert all(secret is None for _, _, secret, _ in logins)
    assert [token for token, *_ in sessions] == ["t1"]


def test_a_link_used_while_the_links_move_stays_used(url: str) -> None:
    migrations.upgrade(url, LOGINS_ALONE)
    used = "UPDATE professional_link SET ended_as = 'used'"
    asyncio.run(migrate_meanwhile(url, AFTER, used))
    (links,) = fetch(url, LINKS)
    assert ("agent", "invitation", "e", AGENT, "used", "", "l2") in links
