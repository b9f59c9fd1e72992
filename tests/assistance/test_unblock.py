"""`account unblock`: clears the failed logins of a person whom the service has identified."""

from __future__ import annotations

import pytest

from tests.support.db.rows import column, value
from tests.support.desks.agents import InventedAgent, add, enter_password
from tests.support.http.client import Client
from tests.support.logins.devices import make_known
from tests.support.logins.failed_logins import fail, in_a_row
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import Person
from web.assistance.access import run_unblock
from web.assistance.command import Asked
from web.auth.login.attempt_limits import FAILURES_BEFORE_RESET, IN_A_ROW_PER_DEVICE
from web.core.runtime import Runtime
from web.settings import Settings

SUBJECT = "Vous pouvez de nouveau vous identifier"


@pytest.mark.parametrize("by", ["number", "address"])
async def test_a_titulaire_logs_in_again_and_is_told(
    app: object,
    client: Client,
    outbox: Outbox,
    settings: Settings,
    runtime: Runtime,
    capsys: pytest.CaptureFixture[str],
    by: str,
) -> None:
    person = Person(email="zoe@exemple.fr")
    await open_account(runtime, person)
    await fail(runtime, person, FAILURES_BEFORE_RESET)
    assert (await log_in(client, person)).status == 422
    identifier = person.nir_with_key if by == "number" else person.email
    assert await run_unblock(settings, Asked(f"{identifier}\n", "Pièce  d’identité\nvérifiée")) == 0
    assert "Compte de titulaire" in capsys.readouterr().out
    assert await in_a_row(runtime, person) == 0
    assert "Synthèse" in (await log_in(client, person)).text
    history = (await client.get("/espace/historique")).text
    assert "Essais de mot de passe remis à zéro" in history
    assert "Le service" in history
    assert "Pièce d’identité vérifiée" in history
    await outbox.deliver()
    notice = next(mail for mail in outbox.to(person.email) if mail.subject == SUBJECT)
    assert "Pièce d’identité vérifiée" in notice.text
    assert "/connexion" in notice.html


async def test_a_browser_that_the_account_knows_is_free_again_too(
    client: Client, settings: Settings, runtime: Runtime
) -> None:
    person = Person()
    await open_account(runtime, person)
    await make_known(client, person)
    [device] = await column(runtime, "SELECT token_digest FROM known_device")
    for _ in range(FAILURES_BEFORE_RESET):
        await runtime.limits.hit((IN_A_ROW_PER_DEVICE, device.hex()))
    assert (await log_in(client, person)).status == 422
    assert await run_unblock(settings, Asked(person.nir, "Vérifié au guichet")) == 0
    assert "Synthèse" in (await log_in(client, person)).text


async def test_an_agent_logs_in_again_and_is_told(
    client: Client, outbox: Outbox, settings: Settings, runtime: Runtime
) -> None:
    agent = await add(runtime, InventedAgent())
    await fail(runtime, agent, FAILURES_BEFORE_RESET)
    assert (await enter_password(client, agent)).status == 422
    assert await run_unblock(settings, Asked(agent.email, "Appel de l’employeur")) == 0
    assert (await enter_password(client, agent)).url == "/employeur"
    await outbox.deliver()
    assert SUBJECT in [mail.subject for mail in outbox.to(agent.email)]


@pytest.mark.parametrize("identifier", ["", "abc", "2850599990001", "personne@exemple.fr", "a@"])
async def test_an_identifier_of_nobody_is_said(
    settings: Settings, capsys: pytest.CaptureFixture[str], identifier: str
) -> None:
    assert await run_unblock(settings, Asked(identifier, "Vérifié")) == 1
    assert (
        "Aucun compte n’existe avec ce numéro, cette adresse ou cette référence"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    "reason", ["", "  ", "x" * 201, "Appel de zoe@exemple.fr", "Appel du 06 12 34 56 78"]
)
async def test_a_reason_without_personal_data_is_needed(
    settings: Settings, runtime: Runtime, capsys: pytest.CaptureFixture[str], reason: str
) -> None:
    person = Person()
    await open_account(runtime, person)
    assert await run_unblock(settings, Asked(person.nir, reason)) == 1
    assert "--reason" in capsys.readouterr().err
    assert await value(runtime, "SELECT count(*) FROM event") == 0
