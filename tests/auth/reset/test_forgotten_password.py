"""« Mot de passe oublié »: the request, the link, and the effects of the new password."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from tests.auth.reset.forgotten import LINK, NEW, ask, asked_link
from tests.support.http.client import Client
from tests.support.logins.failed_logins import fail, in_a_row
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import (
    activation_path,
    log_in,
    register,
    register_and_log_in,
    to_waiting,
)
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime


async def test_a_forgotten_password_is_replaced_by_the_mailed_link(
    client: Client, outbox: Outbox
) -> None:
    person = Person()
    await register(client, person, outbox)

    page = await client.get("/connexion")
    assert 'href="/mot-de-passe-oublie"' in page.html
    page = await ask(client, person.nir_with_key)
    assert "Votre demande est enregistrée" in page.text
    await outbox.deliver()
    mail = outbox.to(person.email)[-1]
    assert mail.subject == "Choisissez un nouveau mot de passe"
    path = LINK.search(mail.text)
    assert path
    assert path[1] in mail.html

    page = await client.get(path[1])
    assert page.title == "Choisir un nouveau mot de passe – Compte Formation"
    page = await client.submit(page, NEW)
    assert "Votre nouveau mot de passe est enregistré." in page.text
    assert page.url == "/connexion"

    person.password = NEW["password"]
    page = await log_in(client, person)
    assert "Synthèse de votre compte" in page.text

    await outbox.deliver()
    notice = outbox.to(person.email)[-1]
    assert notice.subject == "Votre mot de passe a changé"
    assert "remplacé au moyen d’un lien « Mot de passe oublié »" in notice.text.replace(
        "\u00a0", " "
    )


@pytest.mark.parametrize("nir", ["", "12", "abc", "9" * 15, "1" * 1000])
async def test_what_is_no_nir_says_how_to_put_it_right(client: Client, nir: str) -> None:
    page = await ask(client, nir)
    assert page.status == 422
    assert page.title.startswith("Erreur")
    assert "Saisissez les 13 chiffres" in page.error_of("nir")


async def test_an_activation_link_chooses_no_password(client: Client, outbox: Outbox) -> None:
    person = Person()
    await to_waiting(client, person)
    await outbox.deliver()
    token = activation_path(outbox, person).rpartition("/")[2]
    assert (await client.get(f"/mot-de-passe/{token}")).status == 404


async def test_the_new_password_follows_the_same_rules(client: Client, outbox: Outbox) -> None:
    person = Person()
    await register(client, person, outbox)
    path = await asked_link(client, person, outbox)

    page = await client.submit(
        await client.get(path), {"password": "court", "password_confirmation": "court"}
    )
    assert page.status == 422
    assert "Ajoutez des chiffres" in page.error_of("password")
    page = await client.submit(page, {"password": "Orange-Née-482-A", "password_confirmation": "x"})
    assert "ni votre nom" in page.error_of("password")
    assert "deux fois le même" in page.error_of("password_confirmation")
    assert "court" not in page.html
    page = await client.submit(page, NEW)
    assert page.url == "/connexion"


async def test_every_session_ends_with_the_old_password(
    app: Starlette, client: Client, outbox: Outbox
) -> None:
    """7.4.3: with a reset as with a change."""
    person = Person()
    await register_and_log_in(client, person, outbox)
    async with Client(app, address="198.51.100.9") as elsewhere:
        await log_in(elsewhere, person)
        path = await asked_link(elsewhere, person, outbox)
        await elsewhere.submit(await elsewhere.get(path), NEW)
        assert (await elsewhere.get("/espace", follow=False)).status == 303
    assert (await client.get("/espace", follow=False)).status == 303


async def test_a_reset_clears_the_failures_and_opens_the_door_at_once(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    """6.1.1: other people's failures never lock an owner out for good."""
    person = Person()
    await register(client, person, outbox)
    right = person.password
    person.password = "Faux-mot-000-passe"
    for _ in range(10):
        await log_in(client, person)
    person.password = right
    assert (await log_in(client, person)).status == 429
    await fail(runtime, person, 90)
    path = await asked_link(client, person, outbox)
    await client.submit(await client.get(path), NEW)
    person.password = NEW["password"]
    assert "Synthèse de votre compte" in (await log_in(client, person)).text
    assert await in_a_row(runtime, person) == 0


async def test_the_pages_say_that_any_of_the_links_serves(client: Client, outbox: Outbox) -> None:
    person = Person()
    await register(client, person, outbox)
    page = await ask(client, person.nir)
    assert "Chacun fonctionne pendant une heure" in page.text
    await outbox.deliver()
    assert "chacun fonctionne pendant une heure" in outbox.to(person.email)[-1].text
