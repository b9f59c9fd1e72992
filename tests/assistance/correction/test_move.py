"""`account correct --nir`: the account moves to the person of the right number."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from tests.assistance.correction.correcting import REASON, correct
from tests.support.db.rows import count, run, until_someone_waits, value
from tests.support.http.client import Client
from tests.support.logins.kinds import TITULAIRE, Account
from tests.support.logins.second_factor import enter_code, protect, unused_code
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import events_of, identity_of, open_account
from tests.support.titulaires.journey import log_in, register_and_log_in
from tests.support.titulaires.people import Person
from tests.support.training.feeding import EMPLOYERS, feed
from web.assistance.closing import close
from web.assistance.command import Asked, run_act
from web.core.runtime import Runtime
from web.people.history.check import check_histories
from web.people.history.events import EventKind, record_event
from web.people.queries import lock_person
from web.settings import Settings

ADD_DRAFT = "INSERT INTO dossier (id, person_id, number) VALUES ($1, $2, 'D-1')"


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
    assert "Numéro de Sécurité sociale corrigé" in text
    assert REASON in text
    async with runtime.db.connection() as connection:
        assert await check_histories(connection) == []
    await outbox.deliver()
    mails = {mail.subject: mail for mail in outbox.to(wrong.email)}
    announced = mails["Votre numéro de Sécurité sociale est corrigé"]
    for part in (announced.text, announced.html):
        assert "Déclarez de nouveau vos heures DIF (droit individuel à la formation)" in part
        assert REASON in part
    assert "Votre compte formation est fermé" not in mails
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


async def test_two_accounts_do_not_exchange_their_numbers(
    settings: Settings, runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = Person(), Person()
    for person in (one, two):
        await open_account(runtime, person)
    outcomes = await asyncio.gather(
        correct(settings, one.nir, nir=two.nir), correct(settings, two.nir, nir=one.nir)
    )
    assert list(outcomes) == [1, 1]
    assert capsys.readouterr().err.count("Un compte existe déjà avec ce numéro") == 2


async def test_a_draft_added_meanwhile_is_not_left_under_the_wrong_number(
    settings: Settings, runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, right = Person(), Person()
    account_id = await open_account(runtime, wrong)
    person_id = await value(runtime, "SELECT person_id FROM account")
    async with runtime.db.transaction() as connection:
        await lock_person(connection, person_id)
        correction = asyncio.create_task(correct(settings, wrong.nir, nir=right.nir))
        await until_someone_waits(runtime)
        await connection.execute(ADD_DRAFT, uuid4(), person_id)
    assert await correction == 1
    assert "dossiers en cours" in capsys.readouterr().err
    assert await value(runtime, "SELECT id FROM account") == account_id


@pytest.mark.parametrize(
    "first",
    [
        "DELETE FROM session WHERE login_id = $1",
        "DELETE FROM email_change WHERE account_id = $1",
        "SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE",
    ],
)
async def test_an_act_that_records_its_event_last_does_not_deadlock_with_a_move(
    settings: Settings, runtime: Runtime, first: str
) -> None:
    wrong, right = Person(), Person()
    account_id = await open_account(runtime, wrong)
    person_id = await value(runtime, "SELECT person_id FROM account")
    await run(
        runtime,
        "INSERT INTO session (token_digest, login_id, device, is_complete) "
        "VALUES ('token', $1, '', true)",
        account_id,
    )
    await run(
        runtime,
        "INSERT INTO email_change (id, account_id, email, email_digest, expires_at) "
        "VALUES ($1, $2, '-', '-', now() + interval '1 day')",
        uuid4(),
        account_id,
    )
    async with runtime.db.transaction() as connection:
        await connection.execute(first, account_id)
        correction = asyncio.create_task(correct(settings, wrong.nir, nir=right.nir))
        await until_someone_waits(runtime)
        await lock_person(connection, person_id)
        await record_event(connection, person_id, EventKind.LOGOUT)
    assert await correction == 0
    assert await count(runtime, "session") == 0


async def test_the_mailbox_of_a_closed_account_of_the_right_number_is_warned(
    settings: Settings, runtime: Runtime, outbox: Outbox
) -> None:
    former, wrong = Person(email="ancienne@exemple.fr"), Person(email="zoe@exemple.fr")
    await open_account(runtime, former)
    assert await run_act(settings, Asked(former.nir, REASON), close) == 0
    await outbox.deliver()
    outbox.peer.received.clear()
    await open_account(runtime, wrong)
    assert await correct(settings, wrong.nir, nir=former.nir) == 0
    await outbox.deliver()
    [warning] = outbox.to(former.email)
    assert "Un autre compte a été ouvert depuis avec le même numéro" in warning.text
    assert wrong.email not in warning.text
    assert await events_of(runtime, "former_restored") == []
