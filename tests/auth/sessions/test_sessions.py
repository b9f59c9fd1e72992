"""« Mes connexions »: the open sessions, ending one or all the others."""

from __future__ import annotations

import re
from uuid import uuid4

from starlette.applications import Starlette

from tests.support.db.rows import run
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import log_in, register_and_log_in
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime

URL = "/espace/connexions"
OTHERS = f"{URL}/fermer-les-autres"
END = re.compile(rf'action="({URL}/[0-9a-f-]+/fermer)"')
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)


async def test_open_sessions_are_listed_with_their_device(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    client.http.headers["User-Agent"] = FIREFOX
    await register_and_log_in(client, person, outbox)
    page = await client.get(URL)
    assert "Firefox sur Linux cette connexion" in page.text
    assert "Aucune autre connexion n’est ouverte." in page.text
    assert not END.search(page.html)

    async with Client(app) as phone:
        phone.http.headers["User-Agent"] = IPHONE
        await log_in(phone, person)
        page = await client.get(URL)
        assert "Safari sur iPhone" in page.text
        assert len(END.findall(page.html)) == 1
        assert "Safari sur iPhone cette connexion" in (await phone.get(URL)).text
    kept = await runtime.db.fetchval("SELECT string_agg(session::text, ' ') FROM session")
    assert "Mozilla" not in kept
    assert "203.0.113" not in kept


async def test_one_session_is_ended(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    await register_and_log_in(client, person, outbox)
    async with Client(app) as elsewhere, Client(app) as third:
        elsewhere.http.headers["User-Agent"] = IPHONE
        await log_in(elsewhere, person)
        await log_in(third, person)
        page = await client.get(URL)
        iphone = page.html.index("Safari sur iPhone")
        found = END.search(page.html, iphone)
        assert found
        page = await client.submit(page, action=found[1])
        assert "La connexion est fermée." in page.text
        assert "Safari sur iPhone" not in page.text
        again = await client.post(found[1], page.values(OTHERS))
        assert "La connexion est fermée." in again.text
        assert (await elsewhere.get("/espace", follow=False)).status == 303
        assert (await third.get("/espace", follow=False)).status == 200
    rows = await runtime.db.fetch("SELECT detail FROM event WHERE kind = 'session_ended'")
    assert [row["detail"] for row in rows] == ["Safari sur iPhone"]


async def test_all_the_others_are_ended_at_once(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    await register_and_log_in(client, person, outbox)
    async with Client(app) as second, Client(app) as third:
        await log_in(second, person)
        await log_in(third, person)
        page = await client.submit(await client.get(URL), action=OTHERS)
        assert "Vos autres connexions sont fermées." in page.text
        assert (await second.get("/espace", follow=False)).status == 303
        assert (await third.get("/espace", follow=False)).status == 303
    assert (await client.get("/espace", follow=False)).status == 200
    rows = await runtime.db.fetch("SELECT detail FROM event WHERE kind LIKE 'other%'")
    assert [row["detail"] for row in rows] == ["2"]


async def test_another_accounts_session_is_neither_shown_nor_ended(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    await register_and_log_in(client, Person(), outbox)
    async with Client(app) as stranger:
        await register_and_log_in(stranger, Person(), outbox)
        mine = await runtime.db.fetchval("SELECT id FROM session ORDER BY created_at LIMIT 1")
        page = await stranger.get("/espace/heures")
        assert str(mine) not in (await stranger.get(URL)).html
        fields = page.values("/espace/heures")
        await stranger.post(f"{URL}/{mine}/fermer", fields)
        await stranger.post(OTHERS, fields)
    assert (await client.get("/espace", follow=False)).status == 200


async def test_sessions_that_can_no_longer_be_used_are_not_shown(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    await register_and_log_in(client, person, outbox)
    for column, age in (("last_seen_at", "30 minutes"), ("created_at", "12 hours")):
        async with Client(app) as elsewhere:
            await log_in(elsewhere, person)
            await run(
                runtime,
                f"UPDATE session SET {column} = {column} - interval '{age}' "
                "WHERE created_at = (SELECT max(created_at) FROM session)",
            )
            assert not END.search((await client.get(URL)).html)


async def test_the_door_is_closed_to_whoever_is_not_logged_in(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    posts = ("/espace/mot-de-passe", OTHERS, f"{URL}/{uuid4()}/fermer")
    pages = ("/espace/mot-de-passe", URL, "/espace/historique")
    fields = (await client.get("/connexion")).values()
    for path in pages:
        assert (await client.get(path, follow=False)).location.startswith("/connexion")
    for path in posts:
        answer = await client.post(path, fields, follow=False)
        assert answer.location.startswith("/connexion")

    await register_and_log_in(client, Person(), outbox)
    fields = (await client.get("/espace/mot-de-passe")).values("/espace/mot-de-passe")
    await runtime.db.execute(
        "UPDATE session SET last_seen_at = last_seen_at - interval '30 minutes'"
    )
    for path in pages:
        assert (await client.get(path, follow=False)).location.startswith("/connexion")
    for path in posts:
        answer = await client.post(path, fields, follow=False)
        assert answer.location.startswith("/connexion")
    assert (await client.get(f"{URL}/rien/fermer")).status == 404
