"""`account find`: states, mails and limits, with every personal value masked."""

from __future__ import annotations

import re

import pytest

from tests.support.db.rows import column, run
from tests.support.http.client import Client
from tests.support.logins.failed_logins import fail
from tests.support.logins.kinds import Account
from tests.support.logins.password_links import ask
from tests.support.logins.second_factor import protect
from tests.support.mail.outbox import Outbox
from tests.support.text.spaces import plain
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.journey import to_waiting
from tests.support.titulaires.people import Person
from tests.support.titulaires.service_change import ask_for
from web.assistance.access import block
from web.assistance.closing import close
from web.assistance.command import Asked, run_act
from web.assistance.find.command import run_find
from web.assistance.find.labels import partly_masked
from web.auth.login.attempt_limits import FAILURES_BEFORE_RESET
from web.core.runtime import Runtime
from web.people.reference import account_reference
from web.settings import Settings

REASON = "Identité vérifiée"
TABLES = """
    SELECT tablename::text FROM pg_tables
    WHERE schemaname = 'public' AND tablename NOT LIKE 'pgqueuer%'
"""


async def every_row(runtime: Runtime) -> list[str]:
    tables = await column(runtime, TABLES)
    assert "mail" in tables
    rows = [await column(runtime, f"SELECT t::text FROM {table} t") for table in tables]
    return sorted(row for table in rows for row in table)


async def report(
    settings: Settings, capsys: pytest.CaptureFixture[str], identifier: str, status: int = 0
) -> str:
    capsys.readouterr()
    assert await run_find(settings, identifier) == status
    done = capsys.readouterr()
    return plain(done.out if status == 0 else done.err)


@pytest.mark.parametrize("by", ["identifier", "address", "reference"])
async def test_an_active_account_is_found_with_its_values_masked(
    settings: Settings, account: Account, capsys: pytest.CaptureFixture[str], by: str
) -> None:
    names = {
        "identifier": account.identifier,
        "address": account.email,
        "reference": account_reference(account.login_id).lower(),
    }
    text = await report(settings, capsys, names[by])
    assert account_reference(account.login_id) in text
    assert "État : actif" in text
    assert "Code de connexion : aucun" in text
    assert "Limites atteintes : aucune" in text
    assert partly_masked(account.email) in text
    assert account.email not in text
    if account.kind.name == "titulaire":
        shown = re.search("Numéro de Sécurité sociale : (.+)", text)
        assert shown
        assert re.sub("[ •]", "", shown[1]) == account.identifier[-4:]


async def test_the_report_changes_nothing(
    settings: Settings, runtime: Runtime, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    before = await every_row(runtime)
    await report(settings, capsys, account.email)
    assert await every_row(runtime) == before


async def test_a_block_a_second_factor_and_the_limits_are_shown(
    settings: Settings, runtime: Runtime, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    await protect(runtime, account)
    await fail(runtime, account, FAILURES_BEFORE_RESET)
    assert await run_act(settings, Asked(account.email, REASON), block) == 0
    text = await report(settings, capsys, account.email)
    assert "État : bloqué depuis le" in text
    assert "Code de connexion : en place depuis le" in text
    assert "mots de passe refusés depuis les navigateurs inconnus, jusqu’au" in text


async def test_the_mails_are_listed_with_why_they_are_held(
    client: Client,
    settings: Settings,
    outbox: Outbox,
    account: Account,
    capsys: pytest.CaptureFixture[str],
) -> None:
    outbox.peer.on_data = lambda address: "550 5.1.1 no such mailbox"
    await ask(client, account.kind, account.identifier)
    await outbox.deliver()
    text = await report(settings, capsys, account.email)
    assert re.search(r"reset : retenu : refusé par le serveur", text)


async def test_a_change_of_address_is_shown_in_its_state(
    settings: Settings, runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    person = Person()
    await open_account(runtime, person)
    await ask_for(runtime, person, "retrouvee@exemple.fr")
    text = await report(settings, capsys, person.nir)
    assert "vers r…e@exemple.fr : à confirmer depuis la nouvelle adresse" in text
    assert "retrouvee@" not in text
    assert "service-email-confirmation : en attente" in text


async def test_a_closed_account_and_a_pending_registration_are_shown(
    client: Client,
    settings: Settings,
    runtime: Runtime,
    capsys: pytest.CaptureFixture[str],
) -> None:
    person = Person()
    account_id = await open_account(runtime, person)
    assert await run_act(settings, Asked(person.nir, REASON), close) == 0
    await to_waiting(client, person)
    for identifier in (person.nir, account_reference(account_id)):
        assert "fermé le" in await report(settings, capsys, identifier)
    for identifier in (person.nir, person.email):
        text = await report(settings, capsys, identifier)
        assert "Inscription en attente depuis le" in text
    await run(runtime, "UPDATE registration SET expires_at = now()")
    assert "Aucun compte" in await report(settings, capsys, "x1@exemple.fr", 1)


@pytest.mark.parametrize("identifier", ["", "abc", "2850599990001", "personne@exemple.fr"])
async def test_an_unknown_person_ends_with_status_1(
    settings: Settings, capsys: pytest.CaptureFixture[str], identifier: str
) -> None:
    assert "Aucun compte n’existe" in await report(settings, capsys, identifier, 1)


@pytest.mark.parametrize(
    ("address", "masked"),
    [("zoe@exemple.fr", "z…e@exemple.fr"), ("ab@exemple.fr", "a…@exemple.fr")],
)
def test_an_address_is_masked_but_for_its_ends(address: str, masked: str) -> None:
    assert partly_masked(address) == masked
