"""The login of both kinds of account: an empty form, and the page that follows."""

from __future__ import annotations

import pytest

from tests.support.http.client import Client
from tests.support.logins.kinds import AGENT, TITULAIRE, Account, Kind

EMPTY = {
    TITULAIRE.name: "Saisissez votre identifiant",
    AGENT.name: "qui a reçu votre invitation",
}
ELSEWHERE = ("https://evil.example", "https://evil.example/espace", "//evil.example")


@pytest.mark.parametrize("identifier", ["", "   ", "\x00"])
async def test_the_error_of_an_empty_field_explains_how_to_fill_it_in(
    client: Client, kind: Kind, identifier: str
) -> None:
    fields = {kind.identifier: identifier, "password": ""}
    page = await client.submit(await client.get(kind.login), fields)
    assert page.status == 422
    assert EMPTY[kind.name] in page.error_of(kind.identifier)
    assert "Saisissez votre mot de passe" in page.error_of("password")


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        *(
            (TITULAIRE, url)
            for url in (*ELSEWHERE, "/employeur", "/espace/../employeur", "/espaces")
        ),
        *((AGENT, url) for url in (*ELSEWHERE, "/espace", "/employeur/../espace", "/employeurs")),
    ],
)
async def test_a_login_never_redirects_to_another_site(
    client: Client, kind: Kind, account: Account, after: str
) -> None:
    path = f"{kind.login}?suite={after}"
    page = await client.get(path)
    assert page.form().get("action") == kind.login
    page = await client.post(path, page.values() | account.credentials, follow=False)
    assert page.location == kind.home
    assert (await account.log_in(client)).url == kind.home
