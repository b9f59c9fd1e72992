"""Recovery of the second factor: recovery codes, another device, the administrator."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from starlette.applications import Starlette

from tests.agents.set_up import ACCOUNT, SET_UP, set_up
from tests.support.db.rows import run
from tests.support.desks.agents import (
    InventedAgent,
    code_of,
    enter_password,
    log_in_agent,
)
from tests.support.http.client import Client
from tests.support.logins.second_factor import code_for
from tests.support.mail.outbox import Outbox
from web.agents.invitations.command import run_reset
from web.auth.sessions.login_queries import MOST_INCOMPLETE
from web.core.runtime import Runtime
from web.settings import Settings


async def test_many_uses_of_one_recovery_code_pass_once(
    app: Starlette, client: Client, newcomer: InventedAgent, runtime: Runtime
) -> None:
    await enter_password(client, newcomer)
    _, codes = await set_up(client, runtime, newcomer)
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(Client(app)) for _ in range(MOST_INCOMPLETE)]
        pages = [await enter_password(one, newcomer) for one in clients]
        answers = await asyncio.gather(
            *(
                one.submit(page, {"password_code": codes[0]}, follow=False)
                for one, page in zip(clients, pages, strict=True)
            )
        )
    assert [answer.status for answer in answers].count(303) == 1


async def test_an_organisme_s_agent_can_replace_the_second_factor_but_not_remove_it(
    client: Client, elsewhere: Client, organisme: InventedAgent, runtime: Runtime, outbox: Outbox
) -> None:
    await log_in_agent(client, organisme)
    assert (await client.get(f"{SET_UP}/retirer")).status == 403
    form = await client.get(f"{ACCOUNT}/mot-de-passe")
    values = {**form.values(f"{ACCOUNT}/mot-de-passe"), "password_current": organisme.password}
    assert (await client.post(f"{SET_UP}/retirer", values)).status == 403
    earlier = organisme.secret
    assert earlier
    await set_up(client, runtime, organisme)
    page = await enter_password(elsewhere, organisme)
    await run(runtime, "UPDATE login SET totp_last_step = 0")
    code = await code_for(runtime, earlier)
    assert (await elsewhere.submit(page, {"password_code": code})).status == 422
    page = await elsewhere.submit(page, {"password_code": await code_of(elsewhere, organisme)})
    assert page.url == "/organisme"
    await outbox.deliver()
    [notice] = [mail for mail in outbox.to(organisme.email) if "code de connexion" in mail.subject]
    assert notice.subject == "L’application de votre code de connexion a été remplacée"


async def test_the_administrator_removes_a_lost_second_factor(
    client: Client,
    organisme: InventedAgent,
    settings: Settings,
    outbox: Outbox,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await log_in_agent(client, organisme)
    assert await run_reset(settings, organisme.email) == 0
    assert "sont supprimés" in capsys.readouterr().out
    assert (await client.get(ACCOUNT, follow=False)).location.startswith("/professionnels?")
    assert (await enter_password(client, organisme)).url == SET_UP
    await outbox.deliver()
    assert "Le service a retiré le code de connexion" in outbox.to(organisme.email)[-1].text
    assert await run_reset(settings, organisme.email) == 0
    assert "rien n’a changé" in capsys.readouterr().out
    assert await run_reset(settings, "personne@exemple.fr") == 1
    output = capsys.readouterr().err
    assert output == "Aucun compte d’agent n’existe avec cette adresse. Rien n’a été fait.\n"
