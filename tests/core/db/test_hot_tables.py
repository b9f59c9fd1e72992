"""The tables written most stay small: updated in place, and purged by age without reading all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.db.rows import as_owner
from tests.support.http.client import Client
from tests.support.logins.devices import make_known
from tests.support.logins.kinds import TITULAIRE
from web.auth.sessions.titulaire import FIND_SESSION
from web.core.db.connection import Connection
from web.core.rate_limit import Limit
from web.core.runtime import Runtime
from web.people.terms import OUTDATED

UPDATES = """
    SELECT n_tup_upd AS updated, n_tup_hot_upd AS in_place
    FROM pg_stat_xact_user_tables WHERE relname = $1
"""
LIMIT = Limit("anything", 10, 900)
PURGES = (
    ("DELETE FROM session WHERE created_at < now() - interval '1 day'", "session_age"),
    ("DELETE FROM mail WHERE created_at < now() - interval '60 days'", "mail_age"),
    ("DELETE FROM rate_limit WHERE window_end < now()", "rate_limit_window"),
    ("DELETE FROM carried_out WHERE created_at < now() - interval '1 day'", "carried_out_age"),
)


async def updates(connection: Connection, table: str) -> tuple[Any, Any]:
    """The rows updated in this transaction, and those of them that wrote no index."""
    row = await connection.fetchrow(UPDATES, table)
    assert row is not None
    return row["updated"], row["in_place"]


async def test_the_last_action_of_a_session_is_written_in_place(
    client: Client, runtime: Runtime
) -> None:
    account = await TITULAIRE.open(runtime)
    await make_known(client, account)
    await account.log_in(client)
    async with runtime.db.transaction() as connection:
        digest = await connection.fetchval(
            """
            UPDATE session SET last_seen_at = last_seen_at - interval '2 minutes'
            RETURNING token_digest
            """
        )
        assert await connection.fetchrow(FIND_SESSION, digest, OUTDATED)
        assert await updates(connection, "session") == (2, 2)


async def test_attempts_are_counted_and_given_back_in_place(runtime: Runtime) -> None:
    async with runtime.db.transaction() as connection:
        for _ in range(5):
            await runtime.limits.give_back(await runtime.limits.hit((LIMIT, "a")))
        # An empty window starts over, and its end is indexed.
        updated, in_place = await updates(connection, "rate_limit")
    assert (updated, in_place) >= (9, 5)


@pytest.mark.parametrize(("purge", "index"), PURGES)
async def test_old_rows_are_found_by_their_age(runtime: Runtime, purge: str, index: str) -> None:
    async with as_owner(runtime) as connection:
        transaction = connection.transaction()
        await transaction.start()
        # A table of the tests fits in one page, which is quicker to read whole, as is any index.
        await connection.execute("SET LOCAL enable_seqscan = off")
        await connection.execute("DROP INDEX mail_subject")
        plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {purge}"))
        await transaction.rollback()
    assert index in plan
