"""Invitations by an access manager: the same link, and no word about other organisations."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import column, count, run, value
from tests.support.desks.access import (
    ACCESS,
    INVITE,
    access_events,
    age_password,
    change_access,
    invite_colleague,
    one,
    rows_of,
)
from tests.support.desks.agents import InventedAgent, enter_password, log_in_agent
from tests.support.desks.invitations import NEW, link_to
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from web.agents.access.service import INVITATIONS
from web.agents.invitations.command import run_withdrawal
from web.core.runtime import Runtime
from web.settings import Settings

DORA = "dora@verrerie.example"


async def test_a_colleague_is_invited_chooses_a_password_and_enters(
    desk: Client, app: Starlette, outbox: Outbox, runtime: Runtime, manager: InventedAgent
) -> None:
    page = await invite_colleague(desk, DORA)
    assert page.url == ACCESS
    assert "Une invitation est en préparation pour cette adresse." in page.text
    assert rows_of(page)[DORA].startswith("invitation envoyée le")
    async with Client(app) as other:
        chosen = await other.submit(await other.get(await link_to(outbox, DORA)), NEW)
        assert "Votre mot de passe est enregistré." in chosen.text
        home = await other.submit(chosen, {"email": DORA, "password": NEW["password"]})
        assert home.url == "/employeur"
    assert rows_of(await desk.get(ACCESS))[DORA].startswith("ouvert")
    assert await access_events(runtime, manager.id) == "colleague_invited by or of another"
    dora = await value(runtime, "SELECT id FROM professional WHERE NOT is_manager")
    events = "invited by or of another, password_chosen"
    assert await access_events(runtime, dora) == events


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "Saisissez une adresse"), ("dora", "Saisissez une adresse courriel complète")],
)
async def test_a_bad_address_is_refused_and_kept(
    desk: Client, runtime: Runtime, typed: str, sentence: str
) -> None:
    page = await invite_colleague(desk, typed)
    assert page.status == 422
    assert sentence in page.error_of("colleague_email")
    assert page.values(INVITE)["colleague_email"] == typed
    assert await count(runtime, "mail") == 0


async def test_someone_who_has_access_is_not_invited_again(
    desk: Client, colleague: InventedAgent, runtime: Runtime
) -> None:
    page = await invite_colleague(desk, colleague.email.upper())
    assert page.status == 422
    assert "a déjà accès" in page.error_of("colleague_email")
    assert await count(runtime, "mail") == 0


async def test_an_old_session_gives_the_password_and_loses_nothing_typed(
    desk: Client, runtime: Runtime, manager: InventedAgent
) -> None:
    page = await desk.get(INVITE)
    await age_password(runtime)
    refused = await desk.submit(page, {"colleague_email": DORA}, action=INVITE)
    assert refused.status == 422
    assert list(refused.summary) == ["password"]
    assert refused.values(INVITE)["colleague_email"] == DORA
    wrong = await desk.submit(refused, {"password": "Mauvais-123-passe"}, action=INVITE)
    assert "Ce n’est pas votre mot de passe actuel" in wrong.error_of("password")
    assert await access_events(runtime, manager.id) == "password_refused"
    done = await desk.submit(wrong, {"password": manager.password}, action=INVITE)
    assert done.url == ACCESS


async def test_an_invitation_sent_again_voids_the_earlier_link(
    desk: Client, outbox: Outbox, runtime: Runtime
) -> None:
    await invite_colleague(desk, DORA)
    first = await link_to(outbox, DORA)
    await run(runtime, "UPDATE professional SET invited_at = now() - interval '9 days'")
    dora = await value(runtime, "SELECT id FROM professional WHERE NOT is_manager")
    page = await desk.submit(await desk.get(one(dora)), action=one(dora, "renvoyer"))
    assert page.url == one(dora)
    assert "Une invitation est en préparation" in page.text
    assert (await link_to(outbox, DORA)) != first
    assert (await desk.get(first)).status == 410
    ago = "SELECT invited_at > now() - interval '1 hour' FROM professional WHERE id = $1"
    assert await value(runtime, ago, dora)


async def test_five_presses_at_once_invite_once(desk: Client, runtime: Runtime) -> None:
    values = (await desk.get(INVITE)).values(INVITE) | {"colleague_email": DORA}
    answers = await asyncio.gather(*(desk.post(INVITE, values, follow=False) for _ in range(5)))
    assert {answer.location for answer in answers} == {ACCESS}
    assert await count(runtime, "mail") == 1
    assert await count(runtime, "professional") == 2


async def test_two_managers_who_invite_the_same_person_at_once_add_one_account(
    desk: Client, app: Starlette, colleague: InventedAgent, runtime: Runtime
) -> None:
    await change_access(desk, colleague.id, "confier")
    async with Client(app) as other:
        await log_in_agent(other, colleague)
        pages = await asyncio.gather(invite_colleague(desk, DORA), invite_colleague(other, DORA))
    assert [page.status for page in pages] == [200, 200]
    assert await count(runtime, "professional") == 3


async def test_an_address_of_another_organisation_gets_the_same_answer(
    desk: Client, outsider: InventedAgent, runtime: Runtime, outbox: Outbox, manager: InventedAgent
) -> None:
    """6.3.8: the list and each page are those of any invitation; the owner is told by mail."""
    unknown = await invite_colleague(desk, DORA)
    known = await invite_colleague(desk, outsider.email)
    rows = rows_of(known)
    assert rows[outsider.email] == rows[DORA] == rows_of(unknown)[DORA]
    waiting = await value(runtime, "SELECT id FROM waiting_invitation")
    dora = await value(
        runtime, "SELECT id FROM professional WHERE NOT is_manager AND id <> $1", outsider.id
    )
    for act in ("", "retirer", "confier", "reprendre"):
        texts = []
        for colleague_id, email in ((dora, DORA), (waiting, outsider.email)):
            page = await desk.get(one(colleague_id, act))
            texts.append(page.text.replace(email, "…"))
        assert texts[0] == texts[1]
    await outbox.deliver()
    [mail] = outbox.to(outsider.email)
    assert mail.subject == "Une autre organisation vous invite"
    assert "Verrerie Duval vous invite" in mail.text
    assert "/mot-de-passe/" not in mail.text
    events = await access_events(runtime, manager.id)
    assert events == ", ".join(["colleague_invited by or of another"] * 2)
    assert await access_events(runtime, outsider.id) == ""


async def test_such_an_invitation_is_sent_and_withdrawn_like_any_other(
    desk: Client, outsider: InventedAgent, runtime: Runtime, outbox: Outbox
) -> None:
    await invite_colleague(desk, outsider.email)
    await invite_colleague(desk, outsider.email)
    waiting = await value(runtime, "SELECT id FROM waiting_invitation")
    again = one(waiting, "renvoyer")
    page = await desk.submit(await desk.get(one(waiting)), action=again)
    assert "Une invitation est en préparation" in page.text
    page = await change_access(desk, waiting, "retirer")
    assert "L’accès est retiré." in page.text
    assert await count(runtime, "waiting_invitation") == 0
    await outbox.deliver()
    assert outbox.to(outsider.email) == []
    assert (await desk.get(one(waiting))).status == 404


async def test_once_the_address_is_free_the_invitation_sent_again_opens_an_account(
    desk: Client,
    outsider: InventedAgent,
    runtime: Runtime,
    outbox: Outbox,
    settings: Settings,
) -> None:
    await invite_colleague(desk, outsider.email)
    assert await run_withdrawal(settings, outsider.email) == 0
    waiting = await value(runtime, "SELECT id FROM waiting_invitation")
    await desk.submit(await desk.get(one(waiting)), action=one(waiting, "renvoyer"))
    assert await count(runtime, "waiting_invitation") == 0
    page = await desk.get(await link_to(outbox, outsider.email))
    assert "Verrerie Duval" in page.text
    assert list(rows_of(await desk.get(ACCESS))) == ["alice@verrerie.example", outsider.email]


async def test_invitations_of_a_day_are_limited(
    desk: Client, runtime: Runtime, manager: InventedAgent
) -> None:
    for _ in range(INVITATIONS.hits):
        await runtime.limits.hit((INVITATIONS, str(manager.organisation_id)))
    page = await invite_colleague(desk, DORA)
    assert page.status == 429
    assert "Votre organisation a envoyé beaucoup d’invitations" in page.text
    assert page.values(INVITE)["colleague_email"] == DORA
    assert await count(runtime, "mail") == 0


async def test_a_form_kept_at_the_end_of_the_session_is_sent_after_the_login(
    desk: Client, manager: InventedAgent, runtime: Runtime
) -> None:
    page = await desk.get(INVITE)
    await run(runtime, "UPDATE session SET last_seen_at = now() - interval '1 hour'")
    await age_password(runtime)
    login = await desk.submit(page, {"colleague_email": DORA}, action=INVITE)
    fields = {"email": manager.email, "password": manager.password}
    resumed = await desk.submit(login, fields)
    assert resumed.values(INVITE)["colleague_email"] == DORA
    assert "password" not in resumed.values(INVITE)
    done = await desk.submit(resumed, action=INVITE)
    assert rows_of(done)[DORA].startswith("invitation envoyée")


async def test_no_address_is_written_in_clear(
    desk: Client, outsider: InventedAgent, runtime: Runtime
) -> None:
    await invite_colleague(desk, DORA)
    await invite_colleague(desk, outsider.email)
    for table in ("professional", "professional_event", "waiting_invitation", "mail"):
        rows = await column(runtime, f"SELECT t::text FROM {table} t")
        assert not [row for row in rows if "dora@" in row or "claire@" in row]


async def test_an_invited_agent_cannot_enter_before_choosing_a_password(
    desk: Client, app: Starlette
) -> None:
    await invite_colleague(desk, DORA)
    async with Client(app) as other:
        assert (await enter_password(other, InventedAgent(email=DORA))).status == 422


async def test_an_old_session_gives_the_password_to_send_an_invitation_again(
    desk: Client, runtime: Runtime, manager: InventedAgent, outbox: Outbox
) -> None:
    await invite_colleague(desk, DORA)
    first = await link_to(outbox, DORA)
    dora = await value(runtime, "SELECT id FROM professional WHERE NOT is_manager")
    again = one(dora, "renvoyer")
    page = await desk.get(one(dora))
    assert "password" not in page.values(again)
    await age_password(runtime)
    refused = await desk.submit(page, action=again)
    assert refused.status == 422
    assert "Saisissez votre mot de passe actuel." in refused.error_of("password")
    assert "password" in (await desk.get(one(dora))).values(again)
    refused = await desk.submit(refused, {"password": "Mauvais-123-passe"}, action=again)
    assert "Ce n’est pas votre mot de passe actuel" in refused.error_of("password")
    assert await link_to(outbox, DORA) == first
    done = await desk.submit(refused, {"password": manager.password}, action=again)
    assert done.url == one(dora)
    assert await link_to(outbox, DORA) != first


async def test_an_invitation_that_is_not_sent_does_not_count(
    desk: Client, runtime: Runtime, manager: InventedAgent, colleague: InventedAgent
) -> None:
    subject = (INVITATIONS, str(manager.organisation_id))
    for _ in range(INVITATIONS.hits - 1):
        await runtime.limits.hit(subject)
    tokens = (await desk.get(INVITE)).values(INVITE)
    for _ in range(2):
        assert (await invite_colleague(desk, colleague.email)).status == 422
        assert (await desk.post(one(colleague.id, "renvoyer"), tokens)).url == one(colleague.id)
    assert (await invite_colleague(desk, DORA)).url == ACCESS
    assert (await invite_colleague(desk, "emile@verrerie.example")).status == 429


async def test_an_invitation_does_not_wait_for_an_agent_of_another_organisation(
    desk: Client, outsider: InventedAgent, runtime: Runtime
) -> None:
    """Two managers who invite one another each hold their own login."""
    async with runtime.db.transaction() as other:
        await other.execute("SELECT FROM login WHERE id = $1 FOR UPDATE", outsider.id)
        page = await asyncio.wait_for(invite_colleague(desk, outsider.email), 5)
    assert page.url == ACCESS
    assert await count(runtime, "waiting_invitation") == 1
