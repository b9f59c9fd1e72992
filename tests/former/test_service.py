"""The two commands run by the service after an identity check."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette

from tests.former.closed_account import Left, everything
from tests.former.returning import RESTORED, everything_is_back, return_with, with_another_mailbox
from tests.support.db.rows import column, value
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.text.spaces import plain
from tests.support.titulaires.journey import (
    log_in,
    register_and_log_in,
    to_mailed_link,
)
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime
from web.former.command import run_restoration
from web.profile.closing.command import run_closing
from web.settings import Settings

CapturedOutput = pytest.CaptureFixture[str]


@pytest.fixture
async def impostor(app: Starlette) -> AsyncIterator[Client]:
    """The browser of someone who opened an account with the owner's number."""
    async with Client(app, address="203.0.113.66") as browser:
        yield browser


async def test_the_service_gives_back_what_was_left_and_says_so(
    client: Client,
    settings: Settings,
    left: Left,
    owner: Person,
    outbox: Outbox,
    capsys: CapturedOutput,
) -> None:
    person = with_another_mailbox(owner)
    await return_with(client, person, outbox)
    outbox.peer.received.clear()
    assert await run_restoration(settings, person.email, whatever_names=False) == 0
    assert f"1 ancien compte est rendu à {person.email}" in plain(capsys.readouterr().out)
    assert await everything_is_back(client, left)
    page = await client.get("/espace/historique")
    assert f"{RESTORED} Le service" in page.text
    await outbox.deliver()
    subjects = {(mail.recipient, mail.subject) for mail in outbox.peer.received}
    expected = "Les dossiers d’un ancien compte ont été rendus"
    assert subjects == {(person.email, expected), (owner.email, expected)}
    assert await run_restoration(settings, person.email, whatever_names=False) == 1
    assert "Il n’y a pas d’ancien compte à rendre" in capsys.readouterr().err


async def test_other_names_are_given_back_only_when_it_is_said(
    client: Client,
    runtime: Runtime,
    settings: Settings,
    left: Left,
    owner: Person,
    outbox: Outbox,
    capsys: CapturedOutput,
) -> None:
    person = with_another_mailbox(owner, birth_name="Martin")
    await return_with(client, person, outbox)
    assert await run_restoration(settings, person.email, whatever_names=False) == 1
    assert "1 ancien compte porte d’autres noms" in plain(capsys.readouterr().err)
    assert left.told_in(await everything(client, runtime, left)) == set()
    assert await run_restoration(settings, person.email, whatever_names=True) == 0
    assert await everything_is_back(client, left)


@pytest.mark.parametrize(
    ("email", "sentence"),
    [("personne@exemple.fr", "Aucun compte n’existe avec cette adresse"), ("zoe", "--email :")],
)
async def test_without_an_account_nothing_is_given_back(
    settings: Settings, left: Left, capsys: CapturedOutput, email: str, sentence: str
) -> None:
    assert await run_restoration(settings, email, whatever_names=True) == 1
    assert sentence in plain(capsys.readouterr().err)


async def test_a_person_kept_out_by_a_usurped_account_gets_their_number_back(
    client: Client,
    impostor: Client,
    runtime: Runtime,
    settings: Settings,
    owner: Person,
    outbox: Outbox,
    capsys: CapturedOutput,
) -> None:
    """From the page that announces it to the account; no mail ever contains the number."""
    other = Person(
        nir=owner.nir, first_name="Mireille", birth_name="Curieuse", email="m@exemple.fr"
    )
    await register_and_log_in(impostor, other, outbox)
    link = await to_mailed_link(client, owner, outbox)
    page = await client.submit(await client.get(link))
    assert page.status == 409
    assert "Ce compte n’est pas le vôtre ?" in page.text
    assert f'href="mailto:{settings.contact_to}"' in page.html
    assert "Gardez le courriel d’activation" in page.text

    asked: list[str] = []

    def agree(text: str) -> bool:
        asked.append(text)
        return True

    assert await run_closing(settings, owner.nir_with_key, agree) == 0
    assert "Madame Mireille Curieuse" in plain(asked[0])
    assert "m••••@e••••.fr" in asked[0]
    assert "Ce compte est fermé." in capsys.readouterr().out
    assert (await impostor.get("/espace", follow=False)).status == 303
    await outbox.deliver()
    told = outbox.to(other.email)[-1]
    assert told.subject == "Votre compte formation est fermé"
    assert "sauf cette adresse" not in told.text
    assert "vous retrouverez vos dossiers" not in told.text

    page = await client.submit(await client.get(link))
    assert page.url == "/connexion"
    await log_in(client, owner)
    text = (await client.get("/espace/historique")).text
    assert "Compte fermé" not in text, "what the other did is not shown without the service"
    sent = len(outbox.peer.received)
    await outbox.deliver()
    assert len(outbox.peer.received) == sent + 0, "the other's mailbox gets no mail"
    assert await run_restoration(settings, owner.email, whatever_names=True) == 0
    page = await client.get("/espace/historique")
    assert "Compte fermé Le service" in page.text


async def test_the_number_is_not_closed_without_a_yes(
    settings: Settings,
    runtime: Runtime,
    client: Client,
    owner: Person,
    outbox: Outbox,
    capsys: CapturedOutput,
) -> None:
    await register_and_log_in(client, owner, outbox)
    assert await run_closing(settings, owner.nir, lambda text: False) == 1
    assert await value(runtime, "SELECT count(*) FROM account") == 1
    for nir, sentence in (
        ("12", "Ce n’est pas un numéro"),
        (Person().nir, "Aucun compte n’existe avec ce numéro"),
    ):
        assert await run_closing(settings, nir, lambda text: True) == 1
        assert sentence in capsys.readouterr().err


async def test_the_mailbox_of_a_usurped_account_is_not_kept(
    impostor: Client, runtime: Runtime, settings: Settings, owner: Person, outbox: Outbox
) -> None:
    other = Person(nir=owner.nir, first_name="Mireille", email="m@exemple.fr")
    await register_and_log_in(impostor, other, outbox)
    assert await run_closing(settings, owner.nir, lambda text: True) == 0
    kept = "SELECT email IS NULL AND names_digest IS NULL FROM former_account"
    assert await column(runtime, kept) == [True]
    await register_and_log_in(impostor, other, outbox)
    text = (await impostor.get("/espace/historique")).text
    assert text.count("Compte activé") == 1, "their own mailbox gives them nothing back"
