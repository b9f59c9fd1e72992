"""« Mot de passe oublié », for both kinds of account: requests, limits, several links at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import column, run, value
from tests.support.http.client import Client
from tests.support.logins.kinds import AGENT, KINDS, TITULAIRE, Kind
from tests.support.logins.password_links import NEW, STOLEN, ask, asked_link, link_in
from tests.support.mail.outbox import Outbox
from web.agents.links import REQUESTS_PER_ADDRESS as AGENTS_PER_ADDRESS
from web.auth.titulaires.links import REQUESTS_PER_ADDRESS
from web.core.mail.outgoing import MAIL_JOB, enqueue_job
from web.core.rate_limit import Limit
from web.core.runtime import Runtime

OF_EACH_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@OF_EACH_KIND
@pytest.mark.parametrize("known", [True, False])
async def test_requests_are_bounded_alike_for_known_and_unknown(
    client: Client, runtime: Runtime, kind: Kind, known: bool
) -> None:
    """2.4.1."""
    identifier = (await kind.open(runtime)).identifier if known else kind.unknown
    for _ in range(5):
        assert (await ask(client, kind, identifier)).status == 200
    page = await ask(client, kind, identifier)
    assert page.status == 429
    assert f"Trop de demandes pour {kind.named}" in page.text
    assert int(page.response.headers["retry-after"]) <= 3600


@pytest.mark.parametrize(
    ("kind", "limit"), [(TITULAIRE, REQUESTS_PER_ADDRESS), (AGENT, AGENTS_PER_ADDRESS)]
)
async def test_requests_are_bounded_by_address(
    client: Client, runtime: Runtime, kind: Kind, limit: Limit
) -> None:
    """2.4.1: a request for anybody counts."""
    assert (await ask(client, kind, (await kind.open(runtime)).identifier)).status == 200
    for _ in range(limit.hits - 1):
        await runtime.limits.hit((limit, "203.0.113.7"))
    assert (await ask(client, kind, kind.unknown)).status == 429


@OF_EACH_KIND
@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "é" * 43, "A" * 5000])
async def test_an_unknown_link_has_its_page(client: Client, kind: Kind, token: str) -> None:
    page = await client.get(f"{kind.links}/{token}")
    assert page.status == 404
    assert "Ce lien n’est pas reconnu" in page.text
    assert f'href="{kind.forgotten}"' in page.html


@OF_EACH_KIND
async def test_a_stranger_s_requests_leave_the_owner_s_link_as_it_is(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime, kind: Kind
) -> None:
    """6.1.1: repeated requests do not prevent the owner from choosing a password."""
    account = await kind.open(runtime)
    page = await client.get(await asked_link(client, account, outbox))
    async with Client(app, address="198.51.100.9") as stranger:
        for _ in range(4):
            await ask(stranger, kind, account.identifier)
            await outbox.deliver()
    assert (await client.submit(page, NEW)).url == kind.login
    assert (await replace(account, password=NEW["password"]).log_in(client)).status == 200
    assert (await client.get(kind.inside)).url == kind.inside


@OF_EACH_KIND
@pytest.mark.parametrize("chosen", [0, 1, 2])
async def test_once_a_link_has_served_the_others_open_nothing(
    client: Client, outbox: Outbox, runtime: Runtime, kind: Kind, chosen: int
) -> None:
    account = await kind.open(runtime)
    links = [await asked_link(client, account, outbox) for _ in range(3)]
    pages = [await client.get(link) for link in links]
    assert [page.status for page in pages] == [200] * 3
    assert (await client.submit(pages.pop(chosen), NEW)).url == kind.login
    others = [await client.get(link) for place, link in enumerate(links) if place != chosen]
    assert [page.status for page in others] == [410] * 2
    assert all("Votre mot de passe a changé depuis" in page.text for page in others)
    assert [(await client.submit(page, STOLEN)).status for page in pages] == [410] * 2
    assert await value(runtime, kind.events, "password_reset") == 1


@OF_EACH_KIND
async def test_an_unknown_identifier_gets_the_same_pages_and_no_mail(
    client: Client, outbox: Outbox, runtime: Runtime, kind: Kind
) -> None:
    known = await kind.open(runtime)
    answers = [
        await client.submit(
            await client.get(kind.forgotten), {kind.identifier: identifier}, follow=False
        )
        for identifier in (known.identifier, kind.unknown)
    ]
    assert [a.status for a in answers] == [303, 303]
    assert answers[0].html == answers[1].html
    headers = [dict(a.response.headers) for a in answers]
    for one in headers:
        one.pop("x-request-id", None)
    assert headers[0] == headers[1]

    await outbox.deliver()
    assert [mail.recipient for mail in outbox.peer.received] == [known.email]
    [login_id] = await column(runtime, "SELECT login_id FROM password_link")
    assert login_id is not None, "the request for nobody is forgotten"
    assert await value(runtime, "SELECT count(*) FROM mail WHERE status = 'held'") == 0


@OF_EACH_KIND
async def test_one_request_sent_five_times_makes_one_mail(
    client: Client, outbox: Outbox, runtime: Runtime, kind: Kind
) -> None:
    account = await kind.open(runtime)
    page = await client.get(kind.forgotten)
    fields = {**page.values(), kind.identifier: account.identifier}
    answers = await asyncio.gather(
        *(client.post(kind.forgotten, fields, follow=False) for _ in range(5))
    )
    assert {a.status for a in answers} == {303}
    await outbox.deliver()
    assert len(outbox.peer.received) == 1


@OF_EACH_KIND
async def test_a_mail_sent_twice_after_a_crash_carries_links_that_both_work(
    client: Client, outbox: Outbox, runtime: Runtime, kind: Kind
) -> None:
    account = await kind.open(runtime)
    first = await asked_link(client, account, outbox)
    # As after a crash between the server's 250 and the update of the status.
    await run(runtime, "UPDATE mail SET status = 'queued', sent_at = NULL")
    async with runtime.db.connection() as connection:
        mail_id = await connection.fetchval("SELECT id FROM mail")
        await enqueue_job(connection, MAIL_JOB, mail_id)
    await outbox.deliver()
    second = link_in(kind, outbox.to(account.email)[-1].text)
    assert second != first
    assert (await client.get(first)).status == 200
    assert (await client.get(second)).status == 200


@OF_EACH_KIND
async def test_two_links_pressed_at_once_choose_one_password(
    client: Client, outbox: Outbox, runtime: Runtime, kind: Kind
) -> None:
    account = await kind.open(runtime)
    pages = [await client.get(await asked_link(client, account, outbox)) for _ in range(2)]
    answers = await asyncio.gather(
        *(client.post(page.url, {**page.values(), **NEW}, follow=False) for page in pages)
    )
    assert sorted(answer.status for answer in answers) == [303, 410]
    ends = await column(runtime, "SELECT ended_as FROM password_link ORDER BY ended_as")
    assert ends == ["password changed", "used"]


@OF_EACH_KIND
async def test_requests_that_wait_together_each_send_a_link_that_works(
    client: Client, outbox: Outbox, runtime: Runtime, kind: Kind
) -> None:
    account = await kind.open(runtime)
    for _ in range(2):
        await ask(client, kind, account.identifier)
    await outbox.deliver()
    links = [link_in(kind, mail.text) for mail in outbox.peer.received]
    assert [(await client.get(link)).status for link in links] == [200, 200]


@OF_EACH_KIND
async def test_a_request_waiting_while_the_password_changes_opens_nothing(
    client: Client, outbox: Outbox, runtime: Runtime, kind: Kind
) -> None:
    account = await kind.open(runtime)
    page = await client.get(await asked_link(client, account, outbox))
    sent = len(outbox.peer.received)
    await ask(client, kind, account.identifier)
    # The worker has not processed the second request yet.
    await client.submit(page, NEW)
    await outbox.deliver()
    subjects = [mail.subject for mail in outbox.peer.received[sent:]]
    assert subjects == ["Votre mot de passe a changé"]
