"""The withdrawal of an agent: the account is closed at once, and the address is free again."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import run, value
from tests.support.desks.agents import OTHER_SIRET, InventedAgent, enter_password, log_in_agent
from tests.support.desks.invitations import NEW, ask, invite, link_to
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.text.spaces import plain
from web.agents.invitations.command import run_withdrawal
from web.core.runtime import Runtime
from web.settings import Settings


async def test_a_withdrawn_agent_is_logged_out_at_once_and_their_links_are_void(
    app: Starlette,
    client: Client,
    outbox: Outbox,
    settings: Settings,
    organisme: InventedAgent,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await log_in_agent(client, organisme)
    async with Client(app) as other:
        await ask(other, organisme.email)
        link = await link_to(outbox, organisme.email)
        assert await run_withdrawal(settings, organisme.email) == 0
        output = plain(capsys.readouterr().out)
        assert f"de « {organisme.organisation} » : ses sessions sont fermées" in output
        page = await client.get("/organisme", follow=False)
        assert page.location.startswith("/professionnels?")
        assert (await enter_password(other, organisme)).status == 422
        assert (await other.get(link)).status == 404
        await ask(other, organisme.email)
    outbox.peer.received.clear()
    await outbox.deliver()
    [mail] = outbox.peer.received
    assert mail.subject == "Votre accès à l’espace professionnel est retiré"


async def test_a_withdrawn_address_is_invited_by_another_organisation(
    client: Client, outbox: Outbox, settings: Settings, runtime: Runtime, organisme: InventedAgent
) -> None:
    moved = {"kind": "employer", "siret": OTHER_SIRET, "name": "Verrerie", "email": organisme.email}
    assert await invite(settings, **moved) == 1
    assert await run_withdrawal(settings, organisme.email) == 0
    assert await invite(settings, **moved) == 0
    path = await link_to(outbox, organisme.email)
    page = await client.submit(await client.get(path), NEW)
    assert "Votre mot de passe est enregistré." in page.text
    assert await value(runtime, "SELECT count(*) FROM professional") == 1


async def test_withdrawing_an_unknown_address_is_reported(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run_withdrawal(settings, "personne@exemple.fr") == 1
    output = capsys.readouterr().err
    assert output == "Aucun compte d’agent n’existe avec cette adresse. Rien n’a été fait.\n"


async def test_a_blocked_agent_is_not_withdrawn(
    settings: Settings,
    runtime: Runtime,
    organisme: InventedAgent,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await run(runtime, "UPDATE login SET blocked_at = now() WHERE id = $1", organisme.id)
    assert await run_withdrawal(settings, organisme.email) == 1
    error = capsys.readouterr().err
    assert "est bloqué" in error
    assert "`account unblock`" in error
    assert "`account close`" in error
    assert await value(runtime, "SELECT count(*) FROM professional") == 1
