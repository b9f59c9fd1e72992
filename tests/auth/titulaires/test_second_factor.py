"""A titulaire's second factor, in the history, in the data and in the account itself."""

from __future__ import annotations

import pytest

from tests.support.db.rows import run, value
from tests.support.http.client import Client
from tests.support.logins.kinds import TITULAIRE, Account
from tests.support.logins.second_factor import code_for, protect, set_up
from web.auth.titulaires.login_queries import LOGINS_PER_DAY
from web.core.runtime import Runtime

PERSON = "SELECT person_id FROM account"
DATA, CLOSING = "/espace/mes-donnees", "/espace/informations/fermeture"


@pytest.fixture
async def account(runtime: Runtime) -> Account:
    """A titulaire's account."""
    return await TITULAIRE.open(runtime)


async def test_each_change_of_the_second_factor_is_in_the_history(
    client: Client, elsewhere: Client, runtime: Runtime, account: Account
) -> None:
    await account.log_in(client)
    _, codes = await set_up(client, runtime, account)
    page = await account.log_in(elsewhere)
    await elsewhere.submit(page, {"password_code": "000000"})
    await elsewhere.submit(page, {"password_code": codes[0]})
    await set_up(client, runtime, account)
    for path in (TITULAIRE.codes, f"{TITULAIRE.set_up}/retirer"):
        page = await client.get(path)
        await client.submit(page, {"password_current": account.password}, action=path)
    text = (await client.get("/espace/historique")).text
    for label in (
        "Code de connexion mis en place",
        "Code de secours utilisé",
        "Application du code de connexion remplacée",
        "Codes de secours renouvelés",
        "Code de connexion retiré",
    ):
        assert label in text
    assert "Connexion refusée : code incorrect" in text
    assert "Personne non identifiée" in text, "whoever typed the code was not identified"


async def test_before_the_code_the_pages_do_not_tell_whose_account_it_is(
    client: Client, runtime: Runtime, account: Account
) -> None:
    await account.log_in(client)
    name = (await client.get("/espace")).text.split("Compte de ")[1].split(" Sécurité")[0]
    await client.submit(await client.get("/espace"), action=TITULAIRE.logout)
    await protect(runtime, account)
    page = await account.log_in(client)
    contact = await client.get("/contact")
    for shown in (page, contact):
        assert name not in shown.text
        assert account.email not in shown.html
        assert account.identifier not in shown.html
    assert "Identification en cours" in page.text
    assert "captcha" in contact.html, "the sender is nobody known"


async def test_the_downloaded_data_include_that_a_second_factor_is_set_but_not_its_secret(
    client: Client, runtime: Runtime, account: Account
) -> None:
    await account.log_in(client)
    assert (await client.get(DATA)).described()["Code de connexion"] == "aucun"
    secret, codes = await set_up(client, runtime, account)
    page = await client.get(DATA)
    assert "codes de secours restants : 10" in page.text
    answer = await client.http.post(DATA, data=page.values(DATA))
    kept = answer.json()["compte"]
    assert kept["second_facteur_mis_en_place_le"]
    assert kept["codes_de_secours_restants"] == 10
    for hidden in (secret, *codes):
        assert hidden not in answer.text


async def test_closing_the_account_removes_the_second_factor(
    client: Client, runtime: Runtime, account: Account
) -> None:
    await account.log_in(client)
    await set_up(client, runtime, account)
    page = await client.get(CLOSING)
    await client.submit(page, {"password": account.password}, action=CLOSING)
    for table in ("login", "recovery_code", "session"):
        assert await value(runtime, f"SELECT count(*) FROM {table}") == 0


async def test_too_many_logins_in_a_day_are_said_so_after_the_code(
    client: Client, runtime: Runtime, account: Account
) -> None:
    secret = await protect(runtime, account)
    await run(
        runtime,
        """
        INSERT INTO event (person_id, kind, actor)
        SELECT person_id, 'login', 'titulaire' FROM account, generate_series(1, $1)
        """,
        LOGINS_PER_DAY.hits,
    )
    page = await account.log_in(client)
    page = await client.submit(page, {"password_code": await code_for(runtime, secret)})
    assert page.status == 429
    assert "a été ouvert trop de fois" in page.text
    assert not await value(runtime, "SELECT bool_or(is_complete) FROM session")
