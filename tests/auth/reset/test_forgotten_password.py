"""« Mot de passe oublié »: the request, the link, and the effects of the new password."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.http.client import Client
from tests.support.logins.failed_logins import fail, in_a_row
from tests.support.logins.kinds import AGENT, TITULAIRE, Account, Kind
from tests.support.logins.password_links import NEW, ask, asked_link, link_in
from tests.support.mail.outbox import Outbox
from tests.support.text.spaces import plain
from tests.support.titulaires.journey import to_mailed_link
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime

NO_NIR = ("", "12", "abc", "9" * 15, "1" * 1000)
NO_EMAIL = ("", "jeanne", "@", "x" * 1000)
TITLES = {
    TITULAIRE.name: "Choisir un nouveau mot de passe – Compte Formation",
    AGENT.name: "Choisir un nouveau mot de passe – Espace professionnel – Compte Formation",
}


async def test_a_forgotten_password_is_replaced_by_the_mailed_link(
    client: Client, kind: Kind, account: Account, outbox: Outbox
) -> None:
    assert f'href="{kind.forgotten}"' in (await client.get(kind.login)).html
    is_titulaire = kind is TITULAIRE
    typed = Person(nir=account.identifier).nir_with_key if is_titulaire else account.identifier
    assert "Votre demande est enregistrée" in (await ask(client, kind, typed)).text
    await outbox.deliver()
    mail = outbox.to(account.email)[-1]
    assert mail.subject == "Choisissez un nouveau mot de passe"
    path = link_in(kind, mail.text)
    assert path in mail.html

    page = await client.get(path)
    assert page.title == TITLES[kind.name]
    page = await client.submit(page, NEW)
    assert "Votre nouveau mot de passe est enregistré." in page.text
    assert page.url == kind.login

    await outbox.deliver()
    notice = outbox.to(account.email)[-1]
    assert notice.subject == "Votre mot de passe a changé"
    told = plain(notice.text)
    assert "remplacé au moyen d’un lien" in told
    if is_titulaire:
        assert "au moyen d’un lien « Mot de passe oublié »" in told
    else:
        assert "Verrerie Duval" in notice.html
    assert (await replace(account, password=NEW["password"]).log_in(client)).url == kind.home


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        *((TITULAIRE, nir, "Saisissez les 13 chiffres") for nir in NO_NIR),
        *((AGENT, email, "adresse courriel complète") for email in NO_EMAIL),
    ],
)
async def test_the_error_of_a_malformed_identifier_explains_how_to_correct_it(
    client: Client, kind: Kind, typed: str, sentence: str
) -> None:
    page = await ask(client, kind, typed)
    assert page.status == 422
    assert page.title.startswith("Erreur")
    assert sentence in page.error_of(kind.identifier)


async def test_an_activation_link_chooses_no_password(client: Client, outbox: Outbox) -> None:
    person = Person()
    token = (await to_mailed_link(client, person, outbox)).rpartition("/")[2]
    assert (await client.get(f"{TITULAIRE.links}/{token}")).status == 404


async def test_the_new_password_follows_the_same_rules(
    client: Client, kind: Kind, account: Account, outbox: Outbox
) -> None:
    path = await asked_link(client, account, outbox)

    page = await client.submit(
        await client.get(path), {"password": "court", "password_confirmation": "court"}
    )
    assert page.status == 422
    assert "Ajoutez des chiffres" in page.error_of("password")
    for forbidden in kind.forbidden:
        page = await client.submit(page, {"password": forbidden, "password_confirmation": "x"})
        assert kind.forbidden_said in page.error_of("password")
        assert "deux fois le même" in page.error_of("password_confirmation")
        assert "court" not in page.html
    page = await client.submit(page, NEW)
    assert page.url == kind.login


async def test_every_session_ends_with_the_old_password(
    client: Client, elsewhere: Client, kind: Kind, account: Account, outbox: Outbox
) -> None:
    """7.4.3: with a reset as with a change."""
    await account.log_in(client)
    await account.log_in(elsewhere)
    path = await asked_link(elsewhere, account, outbox)
    await elsewhere.submit(await elsewhere.get(path), NEW)
    for browser in (client, elsewhere):
        page = await browser.get(kind.inside, follow=False)
        assert page.location.startswith(f"{kind.login}?")


async def test_a_reset_clears_the_failures_and_opens_the_door_at_once(
    client: Client, account: Account, outbox: Outbox, runtime: Runtime
) -> None:
    """6.1.1: other people's failures never lock an owner out for good."""
    wrong = replace(account, password="Faux-mot-000-passe")
    for _ in range(10):
        await wrong.log_in(client)
    assert (await account.log_in(client)).status == 429
    await fail(runtime, account, 90)
    path = await asked_link(client, account, outbox)
    await client.submit(await client.get(path), NEW)
    renewed = replace(account, password=NEW["password"])
    assert (await renewed.log_in(client)).url == account.kind.home
    assert await in_a_row(runtime, account) == 0


async def test_the_pages_say_that_any_of_the_links_serves(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    account = await TITULAIRE.open(runtime)
    page = await ask(client, TITULAIRE, account.identifier)
    assert "Chacun fonctionne pendant une heure" in page.text
    await outbox.deliver()
    assert "chacun fonctionne pendant une heure" in outbox.to(account.email)[-1].text
