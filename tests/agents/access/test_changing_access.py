"""The withdrawal of colleagues, and the role given to them and removed."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import count, run, until_someone_waits, value
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
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from web.core.runtime import Runtime

BLOCK = "UPDATE login SET blocked_at = now() WHERE id = $1"
ROLE = "SELECT is_manager FROM professional WHERE id = $1"
LAST = "Vous êtes la dernière personne qui gère les accès de votre organisation."


async def test_a_withdrawn_colleague_is_logged_out_at_once_and_informed(
    desk: Client,
    app: Starlette,
    runtime: Runtime,
    manager: InventedAgent,
    colleague: InventedAgent,
    outbox: Outbox,
) -> None:
    async with Client(app) as other:
        await log_in_agent(other, colleague)
        page = await desk.get(one(colleague.id, "retirer"))
        assert "ses connexions sont fermées" in page.text
        page = await desk.submit(page, action=one(colleague.id, "retirer"))
        assert page.url == ACCESS
        assert "L’accès est retiré." in page.text
        assert list(rows_of(page)) == [manager.email]
        assert (await other.get("/employeur", follow=False)).status == 303
        assert (await enter_password(other, colleague)).status == 422
    await outbox.deliver()
    assert outbox.to(colleague.email)[-1].subject == (
        "Votre accès à l’espace professionnel est retiré"
    )
    assert "Verrerie Duval" in outbox.to(colleague.email)[-1].html
    events = await access_events(runtime, manager.id)
    assert events == "colleague_withdrawn by or of another"


async def test_the_role_is_given_and_removed_and_both_histories_record_it(
    desk: Client,
    app: Starlette,
    runtime: Runtime,
    manager: InventedAgent,
    colleague: InventedAgent,
    outbox: Outbox,
) -> None:
    page = await change_access(desk, colleague.id, "confier")
    assert "La gestion des accès est confiée." in page.text
    assert rows_of(page)[colleague.email].endswith("oui")
    async with Client(app) as other:
        await log_in_agent(other, colleague)
        assert (await other.get(ACCESS)).status == 200
        page = await change_access(desk, colleague.id, "reprendre")
        assert "La gestion des accès est retirée." in page.text
        assert (await other.get(ACCESS)).status == 403
    assert await access_events(runtime, colleague.id) == (
        "manager_given by or of another, manager_removed by or of another"
    )
    assert await access_events(runtime, manager.id) == (
        "colleague_manager_given by or of another, colleague_manager_removed by or of another"
    )
    await outbox.deliver()
    subjects = [mail.subject for mail in outbox.to(colleague.email)]
    assert [subject for subject in subjects if "gérez" in subject] == [
        "Vous gérez les accès de votre organisation",
        "Vous ne gérez plus les accès de votre organisation",
    ]


async def test_someone_without_a_password_yet_cannot_get_the_role(
    desk: Client, runtime: Runtime
) -> None:
    await invite_colleague(desk, "dora@verrerie.example")
    dora = await value(runtime, "SELECT id FROM professional WHERE NOT is_manager")
    assert "n’a pas encore choisi son mot de passe" in (await desk.get(one(dora, "confier"))).text
    tokens = (await desk.get(INVITE)).values(INVITE)
    assert (await desk.post(one(dora, "confier"), tokens)).status == 404
    assert not await value(runtime, "SELECT is_manager FROM professional WHERE id = $1", dora)


@pytest.mark.parametrize("act", ["retirer", "reprendre"])
async def test_the_last_manager_stays(
    desk: Client, runtime: Runtime, manager: InventedAgent, colleague: InventedAgent, act: str
) -> None:
    page = await desk.get(one(manager.id, act))
    assert LAST in page.text
    tokens = (await desk.get(INVITE)).values(INVITE)
    refused = await desk.post(one(manager.id, act), tokens)
    assert refused.status == 409
    assert LAST in refused.text
    # Someone who cannot log in yet is no other manager.
    await run(runtime, "UPDATE professional SET is_manager = true")
    await run(runtime, "UPDATE login SET password_hash = NULL WHERE id = $1", colleague.id)
    assert LAST in (await desk.get(one(manager.id, act))).text


async def test_a_manager_leaves_once_there_is_another(
    desk: Client, runtime: Runtime, manager: InventedAgent, colleague: InventedAgent
) -> None:
    await change_access(desk, colleague.id, "confier")
    page = await change_access(desk, manager.id, "retirer")
    assert page.url.startswith("/professionnels")
    assert "Votre accès est retiré, et votre session est fermée." in page.text
    assert (await desk.get(ACCESS, follow=False)).status == 303
    assert await count(runtime, "professional") == 1


async def test_a_manager_who_no_longer_manages_keeps_their_own_access(
    desk: Client, runtime: Runtime, manager: InventedAgent, colleague: InventedAgent
) -> None:
    await change_access(desk, colleague.id, "confier")
    page = await change_access(desk, manager.id, "reprendre")
    assert page.url == "/professionnels/compte"
    assert "Vous ne gérez plus les accès" in page.text
    assert (await desk.get(ACCESS)).status == 403


async def test_two_managers_who_withdraw_one_another_leave_one(
    desk: Client,
    app: Starlette,
    runtime: Runtime,
    manager: InventedAgent,
    colleague: InventedAgent,
) -> None:
    await change_access(desk, colleague.id, "confier")
    async with Client(app) as other:
        await log_in_agent(other, colleague)
        mine, theirs = one(colleague.id, "retirer"), one(manager.id, "retirer")
        pages = [await desk.get(mine), await other.get(theirs)]
        await asyncio.gather(
            desk.submit(pages[0], action=mine, follow=False),
            other.submit(pages[1], action=theirs, follow=False),
        )
    assert await value(runtime, "SELECT count(*) FROM professional WHERE is_manager") == 1


@pytest.mark.parametrize("act", ["retirer", "confier"])
async def test_a_manager_who_lost_the_role_meanwhile_does_nothing_more(
    desk: Client, runtime: Runtime, manager: InventedAgent, colleague: InventedAgent, act: str
) -> None:
    path = one(colleague.id, act)
    page = await desk.get(path)
    async with runtime.db.transaction() as other:
        await other.execute("SELECT FROM organisation FOR UPDATE")
        acting = asyncio.create_task(desk.submit(page, action=path))
        await until_someone_waits(runtime)
        await other.execute("UPDATE professional SET is_manager = false WHERE id = $1", manager.id)
    assert (await acting).status == 403
    assert await count(runtime, "professional") == 2


@pytest.mark.parametrize("act", ["retirer", "confier"])
async def test_an_old_session_gives_the_password_first(
    desk: Client, runtime: Runtime, manager: InventedAgent, colleague: InventedAgent, act: str
) -> None:
    await age_password(runtime)
    refused = await change_access(desk, colleague.id, act)
    assert refused.status == 422
    assert "Saisissez votre mot de passe actuel." in refused.error_of("password")
    path = one(colleague.id, act)
    for _ in range(10):
        refused = await desk.submit(refused, {"password": "Mauvais-123-passe"}, action=path)
        assert refused.status == 422
    refused = await desk.submit(refused, {"password": manager.password}, action=path)
    assert refused.status == 429
    assert await count(runtime, "professional") == 2
    assert await access_events(runtime, colleague.id) == ""


async def test_a_withdrawal_pressed_twice_gets_the_same_answer(
    desk: Client, colleague: InventedAgent, manager: InventedAgent, runtime: Runtime
) -> None:
    path = one(colleague.id, "retirer")
    first, second = await desk.press_twice(await desk.get(path), action=path)
    assert (first.location, second.location) == (ACCESS, ACCESS)
    assert await count(runtime, "mail") == 1


@pytest.mark.parametrize("act", ["retirer", "confier", "reprendre"])
async def test_the_access_of_a_colleague_whom_the_service_blocked_is_not_changed(
    desk: Client, runtime: Runtime, manager: InventedAgent, colleague: InventedAgent, act: str
) -> None:
    """Withdrawn and invited afresh, they would be blocked no longer."""
    path = one(colleague.id, act)
    if act == "reprendre":
        await change_access(desk, colleague.id, "confier")
    page = await desk.get(path)
    before = await value(runtime, ROLE, colleague.id)
    await run(runtime, BLOCK, colleague.id)
    refused = await desk.submit(page, action=path)
    assert refused.status == 409
    for answer in (refused, await desk.get(path), await desk.get(one(colleague.id))):
        assert "Le service a bloqué cet accès." in answer.text
        assert path not in answer.html
        assert 'href="/contact"' in answer.html
    assert await value(runtime, ROLE, colleague.id) == before
    assert rows_of(await desk.get(ACCESS))[colleague.email].startswith("bloqué par le service")


async def test_a_blocked_manager_is_no_other_manager(
    desk: Client, runtime: Runtime, manager: InventedAgent, colleague: InventedAgent
) -> None:
    await change_access(desk, colleague.id, "confier")
    path = one(manager.id, "retirer")
    page = await desk.get(path)
    assert LAST not in page.text
    await run(runtime, BLOCK, colleague.id)
    refused = await desk.submit(page, action=path)
    assert refused.status == 409
    assert LAST in refused.text
    assert await count(runtime, "professional") == 2
