"""`account close`: the service closes an account as its owner would have done."""

from __future__ import annotations

import pytest

from tests.support.db.rows import value
from tests.support.http.client import Client
from tests.support.logins.kinds import Account
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import events_of, open_account
from tests.support.titulaires.people import Person
from web.assistance.closing import close
from web.assistance.command import Asked, run_act
from web.core.runtime import Runtime
from web.settings import Settings

REASON = "Demande de la personne par courrier"


async def test_a_closed_account_is_gone_and_its_owner_is_told(
    client: Client, settings: Settings, outbox: Outbox, account: Account, runtime: Runtime
) -> None:
    await account.log_in(client)
    assert await run_act(settings, Asked(account.email, REASON), close) == 0
    assert (await client.get(account.kind.inside)).url.startswith(account.kind.login)
    assert (await account.log_in(client)).status == 422
    assert await value(runtime, f"SELECT count(*) FROM {account.kind.table}") == 0
    await outbox.deliver()
    assert "est fermé" in outbox.to(account.email)[-1].subject


async def test_the_history_and_the_mail_of_a_titulaire_have_the_reason(
    settings: Settings, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    await open_account(runtime, person)
    assert await run_act(settings, Asked(person.nir, REASON), close) == 0
    assert await events_of(runtime, "account_closed") == [f"account_closed: {REASON}"]
    assert await value(runtime, "SELECT actor FROM event") == "service"
    await outbox.deliver()
    mail = outbox.to(person.email)[-1]
    for part in (mail.text, mail.html):
        assert REASON in part
        assert "12" in part


async def test_closing_twice_is_reported(
    settings: Settings, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run_act(settings, Asked(account.email, REASON), close) == 0
    assert await run_act(settings, Asked(account.email, REASON), close) == 1
    assert "Aucun compte n’existe" in capsys.readouterr().err
