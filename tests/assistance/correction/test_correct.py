"""`account correct`: names, civilité and NIR, as they are on the document that was shown."""

from __future__ import annotations

import pytest

from tests.assistance.correction.correcting import REASON, correct
from tests.support.db.rows import value
from tests.support.desks.agents import InventedAgent, add
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import events_of, identity_of, open_account
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime
from web.settings import Settings


async def test_names_are_corrected_and_the_history_has_no_value(
    client: Client, settings: Settings, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    account_id = await open_account(runtime, person)
    done = await correct(
        settings, person.nir, first_name="Zoë\n", birth_name="Serin-Duval", usual_name=""
    )
    assert done == 0
    identity = await identity_of(runtime, account_id)
    assert (identity.first_name, identity.birth_name) == ("Zoë", "Serin-Duval")
    [event] = await events_of(runtime, "identity_corrected")
    assert event == f"identity_corrected: prénom, nom de naissance\u00a0: {REASON}"
    await outbox.deliver()
    mail = outbox.to(person.email)[-1]
    assert mail.subject == "Vos informations personnelles sont corrigées"
    for part in (mail.text, mail.html):
        assert REASON in part
        assert "Serin-Duval" not in part
    await log_in(client, person)
    assert "Informations personnelles corrigées" in (await client.get("/espace/historique")).text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"first_name": ""}, "Prénom\u00a0: Saisissez au moins une lettre."),
        ({"birth_name": "Serin2"}, "Nom de naissance\u00a0: Saisissez seulement des lettres"),
        ({"civility": "mademoiselle"}, "Saisissez madame ou monsieur."),
        ({"civility": "Monsieur"}, "ne s’accordent pas"),
        ({"nir": "2850599990"}, "Ce n’est pas un numéro définitif (13\u00a0chiffres"),
        ({"civility": "Madame"}, "Le compte a déjà ces informations"),
    ],
)
async def test_a_wrong_value_is_refused_and_nothing_changes(
    settings: Settings,
    runtime: Runtime,
    capsys: pytest.CaptureFixture[str],
    typed: dict[str, str],
    sentence: str,
) -> None:
    person = Person()
    account_id = await open_account(runtime, person)
    before = await identity_of(runtime, account_id)
    assert await correct(settings, person.nir, **typed) == 1
    error = capsys.readouterr().err
    assert sentence in error
    assert "ien n’a été fait" in error
    assert await identity_of(runtime, account_id) == before
    assert await value(runtime, "SELECT count(*) FROM mail") == 0


async def test_an_agent_has_no_name_to_correct(
    settings: Settings, runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    agent = await add(runtime, InventedAgent())
    assert await correct(settings, agent.email, first_name="Ana") == 1
    assert "invite-professional --name" in capsys.readouterr().err
