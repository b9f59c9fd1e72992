"""Strangers' failed logins do not block password confirmation in an open session."""

from __future__ import annotations

import pytest

from tests.support.db.rows import column, value
from tests.support.http.client import Client
from tests.support.logins.devices import make_known
from tests.support.logins.failed_logins import fail, in_a_row
from tests.support.logins.kinds import TITULAIRE, Account, Kind
from web.auth.login.attempt_limits import CONFIRMATIONS_IN_ALL, FAILURES_BEFORE_RESET
from web.core.runtime import Runtime

WRONG = "Faux-mot-000-passe"
NEW = {"password": "Girafe-913-Mauve", "password_confirmation": "Girafe-913-Mauve"}
EMAIL, CLOSING = "/espace/informations/courriel", "/espace/informations/fermeture"


@pytest.fixture
async def attacked(runtime: Runtime, account: Account) -> Account:
    """An account of each kind, logged in; then a stranger has failed a hundred times."""
    await fail(runtime, account, FAILURES_BEFORE_RESET)
    return account


@pytest.mark.parametrize("kind", [TITULAIRE], ids=["titulaire"])
async def test_the_address_can_be_changed_and_the_account_closed(
    client: Client, kind: Kind, attacked: Account
) -> None:
    """6.2.3, 6.3.1."""
    address = {"email": "n@exemple.fr", "email_confirmation": "n@exemple.fr"}
    page = await client.get(EMAIL)
    page = await client.submit(page, {**address, "password": attacked.password}, action=EMAIL)
    assert page.url == kind.account
    page = await client.get(CLOSING)
    assert (await client.submit(page, {"password": attacked.password})).url == "/compte-ferme"


async def test_the_password_can_be_changed(client: Client, kind: Kind, attacked: Account) -> None:
    """6.2.3, 6.3.1."""
    page = await client.get(kind.change)
    typed = {"password_current": attacked.password, **NEW}
    assert (await client.submit(page, typed, action=kind.change)).url == kind.sessions


async def test_a_wrong_one_is_told_of_nobody_and_counts_in_this_session_alone(
    client: Client, elsewhere: Client, kind: Kind, attacked: Account, runtime: Runtime
) -> None:
    page = await client.get(kind.change)
    typed = {"password_current": WRONG, **NEW}
    statuses = [(await client.submit(page, typed, action=kind.change)).status for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert await in_a_row(runtime, attacked) == FAILURES_BEFORE_RESET
    actors = await column(runtime, "SELECT actor FROM event WHERE kind = 'password_refused'")
    assert set(actors) == ({"unknown"} if kind is TITULAIRE else set())
    await make_known(elsewhere, attacked)
    await attacked.log_in(elsewhere)
    page = await elsewhere.get(kind.change)
    typed["password_current"] = attacked.password
    assert (await elsewhere.submit(page, typed, action=kind.change)).url == kind.sessions


@pytest.mark.parametrize("kind", [TITULAIRE], ids=["titulaire"])
async def test_a_session_has_so_many_tries_in_all_and_says_what_to_do(
    client: Client, kind: Kind, attacked: Account, runtime: Runtime
) -> None:
    session_id = str(await value(runtime, "SELECT id FROM session"))
    for _ in range(CONFIRMATIONS_IN_ALL.hits):
        await runtime.limits.hit((CONFIRMATIONS_IN_ALL, session_id))
    page = await client.get(CLOSING)
    page = await client.submit(page, {"password": attacked.password})
    assert page.status == 429
    sentence = page.error_of("password")
    assert "réessayez dans 12 heures, ou déconnectez-vous" in sentence
