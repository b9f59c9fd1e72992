"""`account reset-second-factor`: help for a titulaire who lost the application and the codes."""

from __future__ import annotations

import pytest

from tests.support.db.rows import value
from tests.support.http.client import Client
from tests.support.logins.kinds import AGENT, TITULAIRE
from tests.support.logins.second_factor import log_in, protect
from tests.support.mail.outbox import Outbox
from web.auth.two_factor.lost.command import run_titulaire_reset
from web.core.runtime import Runtime
from web.settings import Settings


async def test_the_operator_removes_a_lost_second_factor(
    client: Client,
    runtime: Runtime,
    settings: Settings,
    outbox: Outbox,
    capsys: pytest.CaptureFixture[str],
) -> None:
    account = await TITULAIRE.open(runtime)
    secret = await protect(runtime, account)
    await log_in(client, runtime, account, secret)
    assert await run_titulaire_reset(settings, account.email) == 0
    assert "sont supprimés" in capsys.readouterr().out
    assert (await client.get("/espace", follow=False)).location.startswith("/connexion?")
    assert (await account.log_in(client)).url == "/espace"
    assert await value(runtime, "SELECT count(*) FROM recovery_code") == 0
    text = (await client.get("/espace/historique")).text
    assert "Code de connexion retiré par le service : appareil perdu" in text
    await outbox.deliver()
    subject = "Le code de connexion de votre compte est retiré"
    [mail] = [one for one in outbox.to(account.email) if one.subject == subject]
    assert "Le service a retiré le code de connexion de votre compte formation" in mail.text
    assert await run_titulaire_reset(settings, account.email) == 0
    assert "rien n’a changé" in capsys.readouterr().out


async def test_the_command_for_titulaires_does_nothing_for_agents(
    runtime: Runtime, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    agent = await AGENT.open(runtime)
    await protect(runtime, agent)
    for address in (agent.email, "personne@exemple.fr", "zoe"):
        assert await run_titulaire_reset(settings, address) == 1
    output = capsys.readouterr().err
    assert output.count("Aucun compte de titulaire n’existe avec cette adresse.") == 2
    assert await value(runtime, "SELECT totp_secret FROM login") is not None
