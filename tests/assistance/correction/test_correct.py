"""`account correct`: names, civilité and NIR, as they are on the document that was shown."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from tests.support.db.rows import run, value
from tests.support.desks.agents import InventedAgent, add
from tests.support.http.client import Client
from tests.support.logins.kinds import TITULAIRE, Account
from tests.support.logins.second_factor import enter_code, protect, unused_code
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import events_of, identity_of, open_account
from tests.support.titulaires.journey import log_in, register_and_log_in
from tests.support.titulaires.people import Person
from tests.support.training.feeding import EMPLOYERS, feed
from web.assistance.command import Asked, run_act
from web.assistance.correction.service import correct_to
from web.core.runtime import Runtime
from web.people.history.check import check_histories
from web.settings import Settings

REASON = "Carte d’identité vérifiée"


async def correct(settings: Settings, identifier: str, **typed: str) -> int:
    return await run_act(settings, Asked(identifier, REASON), correct_to(typed))


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


async def test_with_the_right_number_the_person_finds_its_hours(
    client: Client, settings: Settings, outbox: Outbox, runtime: Runtime
) -> None:
    wrong, right = Person(email="zoe@exemple.fr"), Person()
    await register_and_log_in(client, wrong, outbox)
    await feed(runtime, [(right.nir, 2015, EMPLOYERS[0], "1607", 1607)])
    await feed(runtime, [(wrong.nir, 2015, EMPLOYERS[0], "160", 1607)])
    assert await correct(settings, wrong.nir, nir=right.nir) == 0
    assert (await client.get("/espace")).url.startswith("/connexion")
    moved = Person(nir=right.nir, email=wrong.email)
    assert "24 h" in (await log_in(client, moved)).text
    text = (await client.get("/espace/historique")).text
    assert "Informations personnelles corrigées" in text
    assert REASON in text
    async with runtime.db.connection() as connection:
        assert await check_histories(connection) == []
    await outbox.deliver()
    subjects = [mail.subject for mail in outbox.to(wrong.email)]
    assert "Vos informations personnelles sont corrigées" in subjects
    assert "Votre compte formation est fermé" not in subjects
    await client.submit(await client.get("/espace"), action="/deconnexion")
    assert (await log_in(client, wrong)).status == 422


async def test_the_second_factor_follows_and_the_recovery_codes_end(
    client: Client, settings: Settings, runtime: Runtime
) -> None:
    wrong, right = Person(), Person()
    account_id = await open_account(runtime, wrong)
    earlier = Account(TITULAIRE, wrong.nir, wrong.email, account_id)
    secret = await protect(runtime, earlier)
    assert await correct(settings, wrong.nir, nir=right.nir) == 0
    new_id = await value(runtime, "SELECT id FROM account")
    account = Account(TITULAIRE, right.nir, wrong.email, new_id)
    page = await account.log_in(client)
    code = await unused_code(runtime, new_id, secret)
    assert (await enter_code(client, page, code)).url == "/espace"
    assert await value(runtime, "SELECT count(*) FROM recovery_code") == 0


async def test_a_number_that_has_an_account_is_refused(
    settings: Settings, runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, other = Person(), Person()
    account_id = await open_account(runtime, wrong)
    await open_account(runtime, other)
    assert await correct(settings, wrong.nir, nir=other.nir) == 1
    assert "Un compte existe déjà avec ce numéro" in capsys.readouterr().err
    assert (await identity_of(runtime, account_id)).nir == wrong.nir


async def test_an_account_with_a_draft_keeps_its_number(
    settings: Settings, runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, right = Person(), Person()
    account_id = await open_account(runtime, wrong)
    await run(
        runtime,
        "INSERT INTO dossier (id, person_id, number) SELECT $1, person_id, 'D-1' FROM account",
        uuid4(),
    )
    assert await correct(settings, wrong.nir, nir=right.nir) == 1
    assert "dossiers en cours" in capsys.readouterr().err
    assert await value(runtime, "SELECT id FROM account") == account_id


async def test_two_corrections_at_once_to_one_number_give_one_account(
    settings: Settings, runtime: Runtime
) -> None:
    right, people = Person(), [Person(), Person()]
    for person in people:
        await open_account(runtime, person)
    outcomes = await asyncio.gather(
        *(correct(settings, person.nir, nir=right.nir) for person in people)
    )
    assert sorted(outcomes) == [0, 1]
    assert await value(runtime, "SELECT count(*) FROM account") == 2
