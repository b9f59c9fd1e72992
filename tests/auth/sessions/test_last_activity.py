"""The last activity of a session: written at most once a minute, and never counted short."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette

from tests.support.db.rows import as_owner, run, until_someone_waits, value
from tests.support.http.client import Client
from tests.support.logins.kinds import Account, Kind
from web.auth.sessions.titulaire import FIND_SESSION
from web.core.runtime import Runtime
from web.people.terms import OUTDATED

# The version of the row: it changes with each write.
VERSION = "SELECT xmin::text || ' ' || last_seen_at FROM session"
JUST_SEEN = "SELECT last_seen_at > now() - interval '30 seconds' FROM session"


async def age(runtime: Runtime, past: str) -> None:
    """Move the last activity further into the past."""
    await run(runtime, f"UPDATE session SET last_seen_at = last_seen_at - interval '{past}'")


async def test_pages_of_the_same_minute_write_nothing(
    client: Client, kind: Kind, account: Account, runtime: Runtime
) -> None:
    await account.log_in(client)
    await age(runtime, "40 seconds")
    before = await value(runtime, VERSION)
    for path in (kind.inside, kind.account, kind.extend):
        assert (await client.get(path, follow=False)).status == 200
    assert await value(runtime, VERSION) == before


async def test_a_page_a_minute_later_is_noted(
    client: Client, kind: Kind, account: Account, runtime: Runtime
) -> None:
    await account.log_in(client)
    await age(runtime, "61 seconds")
    assert not await value(runtime, JUST_SEEN)
    await client.get(kind.inside)
    assert await value(runtime, JUST_SEEN)


async def test_an_action_that_wrote_nothing_still_opens_half_an_hour(
    client: Client, kind: Kind, account: Account, runtime: Runtime
) -> None:
    await account.log_in(client)
    await age(runtime, "50 seconds")
    assert (await client.get(kind.extend, follow=False)).status == 200
    await age(runtime, "30 minutes")
    assert (await client.get(kind.inside, follow=False)).status == 200
    await age(runtime, "31 minutes")
    assert (await client.get(kind.inside, follow=False)).status == 303


async def test_a_session_that_expires_while_its_page_waits_is_not_revived(
    client: Client, kind: Kind, account: Account, runtime: Runtime
) -> None:
    await account.log_in(client)
    await age(runtime, "2 minutes")
    async with as_owner(runtime) as connection:
        async with connection.transaction():
            await connection.execute("UPDATE session SET last_seen_at = now() - interval '1 hour'")
            page = asyncio.create_task(client.get(kind.inside, follow=False))
            await until_someone_waits(runtime)
        await page
    assert not await value(runtime, JUST_SEEN)
    assert (await client.get(kind.inside, follow=False)).status == 303


async def test_two_pages_at_once_note_the_activity_and_both_are_shown(
    app: Starlette, client: Client, kind: Kind, account: Account, runtime: Runtime
) -> None:
    await account.log_in(client)
    await age(runtime, "2 minutes")
    async with Client(app) as tab:
        tab.http.cookies = client.http.cookies
        pages = await asyncio.gather(*(one.get(kind.inside, follow=False) for one in (client, tab)))
    assert [page.status for page in pages] == [200, 200]
    assert await value(runtime, JUST_SEEN)


async def test_only_the_activity_is_committed_without_waiting_for_the_disk(
    space: Client, runtime: Runtime
) -> None:
    async def setting(past: str) -> list[str]:
        await age(runtime, past)
        digest = await value(runtime, "SELECT token_digest FROM session")
        async with runtime.db.connection() as connection:
            async with connection.transaction():
                assert await connection.fetchrow(FIND_SESSION, digest, OUTDATED)
                within = await connection.fetchval("SHOW synchronous_commit")
            return [within, await connection.fetchval("SHOW synchronous_commit")]

    assert await setting("0 seconds") == ["on", "on"]
    assert await setting("2 minutes") == ["off", "on"]
