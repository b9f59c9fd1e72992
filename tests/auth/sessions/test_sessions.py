"""The open sessions of both kinds of account: listed, and ended one by one or all the others."""

from __future__ import annotations

import re
from uuid import uuid4

from starlette.applications import Starlette

from tests.support.db.rows import column, run, value
from tests.support.http.client import Client
from tests.support.logins.kinds import TITULAIRE, Account, Kind
from web.core.runtime import Runtime

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)


def buttons(kind: Kind) -> re.Pattern[str]:
    """The address of the button that ends a session."""
    return re.compile(rf'action="({kind.sessions}/[0-9a-f-]+/fermer)"')


async def details(runtime: Runtime, event: str) -> list[str]:
    """The details of the events of this name in a titulaire's history."""
    return await column(runtime, "SELECT detail FROM event WHERE kind = $1", event)


async def test_open_sessions_are_listed_with_their_device(
    client: Client, elsewhere: Client, kind: Kind, account: Account, runtime: Runtime
) -> None:
    client.http.headers["User-Agent"] = FIREFOX
    await account.log_in(client)
    page = await client.get(kind.sessions)
    assert "Firefox sur Linux cette connexion" in page.text
    assert "Aucune autre connexion n’est ouverte." in page.text
    assert not buttons(kind).search(page.html)

    elsewhere.http.headers["User-Agent"] = IPHONE
    await account.log_in(elsewhere)
    page = await client.get(kind.sessions)
    assert "Safari sur iPhone" in page.text
    assert len(buttons(kind).findall(page.html)) == 1
    assert page.text.count("Fermer cette connexion") == 1
    assert "Safari sur iPhone cette connexion" in (await elsewhere.get(kind.sessions)).text
    kept = await value(runtime, "SELECT string_agg(session::text, ' ') FROM session")
    assert "Mozilla" not in kept
    for address in ("203.0.113", "198.51.100"):
        assert address not in kept


async def test_one_session_is_ended(
    app: Starlette,
    client: Client,
    elsewhere: Client,
    kind: Kind,
    account: Account,
    runtime: Runtime,
) -> None:
    await account.log_in(client)
    async with Client(app) as third:
        elsewhere.http.headers["User-Agent"] = IPHONE
        await account.log_in(elsewhere)
        await account.log_in(third)
        page = await client.get(kind.sessions)
        iphone = page.html.index("Safari sur iPhone")
        found = buttons(kind).search(page.html, iphone)
        assert found
        page = await client.submit(page, action=found[1])
        assert "La connexion est fermée." in page.text
        assert "Safari sur iPhone" not in page.text
        again = await client.post(found[1], page.values(f"{kind.sessions}/fermer-les-autres"))
        assert "La connexion est fermée." in again.text
        assert (await elsewhere.get(kind.inside, follow=False)).status == 303
        assert (await third.get(kind.inside, follow=False)).status == 200
    told = ["Safari sur iPhone"] if kind is TITULAIRE else []
    assert await details(runtime, "session_ended") == told


async def test_all_the_others_are_ended_at_once(
    app: Starlette,
    client: Client,
    elsewhere: Client,
    kind: Kind,
    account: Account,
    runtime: Runtime,
) -> None:
    await account.log_in(client)
    others = f"{kind.sessions}/fermer-les-autres"
    async with Client(app) as third:
        await account.log_in(elsewhere)
        await account.log_in(third)
        page = await client.submit(await client.get(kind.sessions), action=others)
        assert "Vos autres connexions sont fermées." in page.text
        assert (await elsewhere.get(kind.inside, follow=False)).status == 303
        assert (await third.get(kind.inside, follow=False)).status == 303
    assert (await client.get(kind.inside, follow=False)).status == 200
    assert await value(runtime, "SELECT count(*) FROM session") == 1
    told = ["2"] if kind is TITULAIRE else []
    assert await details(runtime, "other_sessions_ended") == told


async def test_another_accounts_session_is_neither_shown_nor_ended(
    client: Client, elsewhere: Client, kind: Kind, account: Account, runtime: Runtime
) -> None:
    await account.log_in(client)
    mine = await value(runtime, "SELECT id FROM session")
    await (await kind.open(runtime)).log_in(elsewhere)
    page = await elsewhere.get(kind.sessions)
    assert str(mine) not in page.html
    fields = page.values(kind.logout)
    await elsewhere.post(f"{kind.sessions}/{mine}/fermer", fields)
    await elsewhere.post(f"{kind.sessions}/fermer-les-autres", fields)
    assert (await client.get(kind.inside, follow=False)).status == 200


async def test_sessions_that_can_no_longer_be_used_are_not_shown(
    app: Starlette, client: Client, kind: Kind, account: Account, runtime: Runtime
) -> None:
    await account.log_in(client)
    for name, age in (("last_seen_at", "31 minutes"), ("created_at", "12 hours")):
        async with Client(app) as other:
            await account.log_in(other)
            await run(
                runtime,
                f"UPDATE session SET {name} = {name} - interval '{age}' "
                "WHERE created_at = (SELECT max(created_at) FROM session)",
            )
            assert not buttons(kind).search((await client.get(kind.sessions)).html)


async def test_the_pages_of_sessions_need_a_session(
    client: Client, kind: Kind, account: Account, runtime: Runtime
) -> None:
    ends = (f"{kind.sessions}/fermer-les-autres", f"{kind.sessions}/{uuid4()}/fermer")
    posts = (kind.change, *ends)
    pages = [kind.change, kind.sessions]
    if kind is TITULAIRE:
        pages.append("/espace/historique")
    fields = (await client.get(kind.login)).values()
    for path in pages:
        assert (await client.get(path, follow=False)).location.startswith(f"{kind.login}?")
    for path in posts:
        answer = await client.post(path, fields, follow=False)
        assert answer.location.startswith(f"{kind.login}?")

    await account.log_in(client)
    fields = (await client.get(kind.change)).values(kind.change)
    await run(runtime, "UPDATE session SET last_seen_at = last_seen_at - interval '31 minutes'")
    for path in pages:
        assert (await client.get(path, follow=False)).location.startswith(f"{kind.login}?")
    for path in posts:
        answer = await client.post(path, fields, follow=False)
        assert answer.location.startswith(f"{kind.login}?")
    assert (await client.get(f"{kind.sessions}/rien/fermer")).status == 404
