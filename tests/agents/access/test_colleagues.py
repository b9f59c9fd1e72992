"""« Accès de votre organisation »: who opens it, what it lists, and the role given by commands."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import corrupt, run, value
from tests.support.desks import agents
from tests.support.desks.access import ACCESS, INVITE, access_events, one, rows_of
from tests.support.desks.agents import InventedAgent, log_in_agent, organisme_agent
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.text.spaces import plain
from web.agents.invitations.command import Options, run_invitation, run_role
from web.core.clock import Clock
from web.core.runtime import Runtime
from web.filters import french_date
from web.settings import Settings

MENU = "Accès de votre organisation"


async def test_only_managers_have_it_in_their_menu_and_may_open_it(
    desk: Client, app: Starlette, colleague: InventedAgent
) -> None:
    assert f'href="{ACCESS}"' in (await desk.get("/employeur")).html
    async with Client(app) as other:
        await log_in_agent(other, colleague)
        assert MENU not in (await other.get("/employeur")).text
        for path in (ACCESS, INVITE, one(colleague.id), one(colleague.id, "retirer")):
            page = await other.get(path)
            assert page.status == 403
            assert "Aller à mon espace" in page.text


async def test_the_login_leads_back_to_it(client: Client, manager: InventedAgent) -> None:
    page = await client.get(ACCESS)
    fields = {"email": manager.email, "password": manager.password}
    assert (await client.submit(page, fields)).url == ACCESS


async def test_a_manager_of_an_organisme_logs_in_with_a_code_first(
    client: Client, runtime: Runtime
) -> None:
    agent = organisme_agent()
    agent.is_manager = True
    await agents.add(runtime, agent)
    await log_in_agent(client, agent)
    page = await client.get(ACCESS)
    assert (page.status, rows_of(page)) == (200, {agent.email: rows_of(page)[agent.email]})


async def test_it_lists_the_colleagues_with_their_state_and_nobody_else(
    desk: Client,
    app: Starlette,
    runtime: Runtime,
    manager: InventedAgent,
    colleague: InventedAgent,
    outsider: InventedAgent,
    settings: Settings,
) -> None:
    await run_invitation(
        settings, Options("employer", manager.siret, manager.organisation, "dora@verrerie.example")
    )
    async with Client(app) as other:
        await log_in_agent(other, outsider)
    await run(
        runtime,
        "UPDATE professional_event SET occurred_at = '2026-01-31T23:30Z' WHERE kind = 'login'",
    )
    page = await desk.get(ACCESS)
    today = plain(french_date(Clock().today()))
    assert rows_of(page) == {
        "alice@verrerie.example": "ouvert, 1er février 2026, oui",
        "bruno@verrerie.example": "ouvert, aucune depuis un an, non",
        "dora@verrerie.example": f"invitation envoyée le {today}, jamais, non",
    }
    assert "alice@verrerie.example (vous)" in page.text


async def test_an_address_that_cannot_be_decrypted_spoils_its_own_line_only(
    desk: Client, runtime: Runtime, colleague: InventedAgent
) -> None:
    await corrupt(runtime, "professional.email", f"id = '{colleague.id}'")
    rows = rows_of(await desk.get(ACCESS))
    assert set(rows) == {"alice@verrerie.example", "Adresse illisible"}


async def test_ids_of_another_organisation_are_not_found(
    desk: Client, outsider: InventedAgent, runtime: Runtime
) -> None:
    """8.2.2."""
    tokens = (await desk.get(INVITE)).values(INVITE)
    for act in ("", "retirer", "confier", "reprendre"):
        assert (await desk.get(one(outsider.id, act))).status == 404
    for act in ("renvoyer", "retirer", "confier", "reprendre"):
        assert (await desk.post(one(outsider.id, act), tokens)).status == 404
    assert await value(runtime, "SELECT count(*) FROM professional") == 2
    assert await access_events(runtime, outsider.id) == ""


async def test_an_operator_makes_an_agent_a_manager_and_the_reverse(
    client: Client,
    settings: Settings,
    runtime: Runtime,
    outbox: Outbox,
    employer: InventedAgent,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await log_in_agent(client, employer)
    assert (await client.get(ACCESS)).status == 403
    assert await run_role(settings, employer.email, is_manager=True) == 0
    output = plain(capsys.readouterr().out)
    assert f"{employer.email} gère désormais les accès de « Verrerie Duval »." in output
    assert (await client.get(ACCESS)).status == 200
    assert await run_role(settings, employer.email, is_manager=True) == 0
    assert await run_role(settings, employer.email, is_manager=False) == 0
    assert (await client.get(ACCESS)).status == 403
    assert await access_events(runtime, employer.id) == "manager_given, manager_removed"
    await outbox.deliver()
    subjects = [mail.subject for mail in outbox.to(employer.email)]
    assert [subject for subject in subjects if "gérez" in subject] == [
        "Vous gérez les accès de votre organisation",
        "Vous ne gérez plus les accès de votre organisation",
    ]


async def test_an_invited_manager_is_one_from_the_start(
    settings: Settings, runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    options = Options("employer", agents.EMPLOYER_SIRET, "Verrerie", "dora@exemple.fr", True)
    assert await run_invitation(settings, options) == 0
    output = plain(capsys.readouterr().out)
    assert output.endswith("dora@exemple.fr gère les accès de cette organisation.\n")
    assert await value(runtime, "SELECT is_manager FROM professional")


async def test_the_role_of_an_unknown_address_is_reported(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run_role(settings, "personne@exemple.fr", is_manager=True) == 1
    assert "Aucun compte d’agent n’existe avec cette adresse." in capsys.readouterr().err


async def test_a_blocked_agent_can_lose_the_role_and_not_get_it(
    settings: Settings,
    runtime: Runtime,
    manager: InventedAgent,
    colleague: InventedAgent,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await run(runtime, "UPDATE login SET blocked_at = now()")
    assert await run_role(settings, colleague.email, is_manager=True) == 1
    assert "est bloqué" in capsys.readouterr().err
    assert await run_role(settings, manager.email, is_manager=False) == 0
    assert not await value(runtime, "SELECT bool_or(is_manager) FROM professional")


async def test_the_account_page_says_whom_to_ask(
    desk: Client, app: Starlette, colleague: InventedAgent
) -> None:
    assert "Vous gérez les accès" in (await desk.get("/professionnels/compte")).text
    async with Client(app) as other:
        await log_in_agent(other, colleague)
        page = await other.get("/professionnels/compte")
        assert "Adressez-vous à la personne qui gère les accès" in page.text
