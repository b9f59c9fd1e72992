"""From the administrator's command to the first login: the mail, its link, the first password."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.db.rows import column, count, value
from tests.support.desks.agents import EMPLOYER_SIRET, ORGANISME_SIRET, OTHER_SIRET, InventedAgent
from tests.support.desks.invitations import EMAIL, FORGOTTEN, LINK, NEW, ask, invite, link_to
from tests.support.http.client import Client
from tests.support.logins.password_links import age_tokens
from tests.support.mail.outbox import Outbox
from tests.support.text.spaces import plain
from web.core.runtime import Runtime
from web.settings import Settings

CATEGORIES = "SELECT category FROM organisation"


async def test_an_invited_agent_chooses_a_password_and_logs_in(
    client: Client, outbox: Outbox, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await invite(settings, siret="732 829 320 00074", name="  Opcalys ") == 0
    output = plain(capsys.readouterr().out)
    assert "Opcalys (organisme, SIRET 732 829 320 00074) : organisation ajoutée." in output
    assert f"{EMAIL} : une invitation part vers cette adresse" in output
    assert "avec un lien valable 7 jours" in output
    path = await link_to(outbox)
    [mail] = outbox.to(EMAIL)
    assert mail.subject == "Votre accès à l’espace professionnel"
    assert path in mail.html
    assert "Opcalys" in mail.text

    page = await client.get(path)
    assert page.title == ("Choisir votre mot de passe – Espace professionnel – Compte Formation")
    assert EMAIL in page.text
    page = await client.submit(page, NEW)
    assert page.url == "/professionnels"
    assert "Votre mot de passe est enregistré." in page.text
    page = await client.submit(page, {"email": EMAIL, "password": NEW["password"]})
    assert page.url == "/professionnels/second-facteur"
    await outbox.deliver()
    assert len(outbox.to(EMAIL)) == 1, "who chose a first password knows it"


@pytest.mark.parametrize("what", ["jeanne", "martin", "opcalys", "compte"])
async def test_the_password_holds_neither_the_address_nor_the_organisation(
    client: Client, outbox: Outbox, settings: Settings, what: str
) -> None:
    await invite(settings)
    page = await client.get(await link_to(outbox))
    password = f"{what.capitalize()}-482-Rouge" if what != "compte" else "Compte-Formation-482"
    page = await client.submit(page, {"password": password, "password_confirmation": "x"})
    assert page.status == 422
    assert "ni le nom de votre organisation" in page.error_of("password")
    assert "deux fois le même" in page.error_of("password_confirmation")
    assert password not in page.html


async def test_the_strength_counts_the_organisation_s_name(
    client: Client, outbox: Outbox, settings: Settings
) -> None:
    await invite(settings)
    path = await link_to(outbox)
    page = await client.get(path)
    fields = {"csrf": page.values()["csrf"], "password": "Opcalys-482"}
    part = await client.post(f"{path}/robustesse", fields, htmx=True)
    assert "ni le nom de votre organisation" in part.text


async def test_an_expired_invitation_is_replaced_by_the_agent_themselves(
    client: Client, outbox: Outbox, settings: Settings, runtime: Runtime
) -> None:
    await invite(settings)
    path = await link_to(outbox)
    await age_tokens(runtime, "8 days")
    assert f'href="{FORGOTTEN}"' in (await client.get(path)).html
    await ask(client, EMAIL)
    page = await client.submit(await client.get(await link_to(outbox)), NEW)
    assert page.url == "/professionnels"


async def test_a_titulaire_s_link_and_an_agent_s_open_nothing_of_the_other(
    client: Client, outbox: Outbox, settings: Settings
) -> None:
    await invite(settings)
    token = (await link_to(outbox)).rpartition("/")[2]
    for path in (f"/mot-de-passe/{token}", f"/activation/{token}", f"/courriel/{token}"):
        assert (await client.get(path)).status == 404


async def test_inviting_the_same_address_again_sends_a_new_link_and_voids_the_first(
    client: Client, outbox: Outbox, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await invite(settings)
    first = await link_to(outbox)
    assert await invite(settings, name="Opcalys Nord") == 0
    output = plain(capsys.readouterr().out)
    assert "ce nom remplace désormais « Opcalys »." in output
    assert "une nouvelle invitation part" in output
    second = await link_to(outbox)
    page = await client.get(first)
    assert page.status == 410
    assert "Un lien plus récent remplace celui-ci" in page.text
    assert "Opcalys Nord" in (await client.get(second)).text


async def test_an_agent_who_has_a_password_gets_a_link_of_an_hour(
    client: Client,
    outbox: Outbox,
    settings: Settings,
    runtime: Runtime,
    organisme: InventedAgent,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await invite(settings, email=organisme.email) == 0
    assert "a déjà un mot de passe" in capsys.readouterr().out
    path = await link_to(outbox, organisme.email)
    await age_tokens(runtime, "1 hour")
    assert (await client.get(path)).status == 410


@pytest.mark.parametrize(
    "changes", [{"siret": OTHER_SIRET, "name": "Autre"}, {"kind": "employer", "name": "Autre"}]
)
async def test_the_address_of_another_organisation_is_refused(
    settings: Settings,
    runtime: Runtime,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, str],
) -> None:
    await invite(settings)
    capsys.readouterr()
    assert await invite(settings, **changes) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert plain(output.err) == (
        "Cette adresse est déjà utilisée pour « Opcalys » : rien n’a été fait. Fermez d’abord cet "
        "accès avec `withdraw-professional`.\n"
    )
    assert await column(runtime, "SELECT name FROM organisation") == ["Opcalys"]
    assert await value(runtime, "SELECT count(*) FROM mail") == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": ""}, "--kind : indiquez organisme ou employer."),
        ({"kind": "titulaire"}, "--kind : indiquez organisme ou employer."),
        ({"siret": "73282932000075"}, "--siret : indiquez les 14 chiffres"),
        ({"siret": ""}, "--siret : indiquez les 14 chiffres"),
        ({"name": " \x00\t "}, "--name : indiquez le nom"),
        ({"name": "x" * 201}, "--name : indiquez le nom"),
        ({"email": "jeanne"}, "--email : saisissez une adresse courriel complète"),
    ],
)
async def test_a_wrong_option_is_reported_in_a_sentence(
    settings: Settings,
    runtime: Runtime,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, str],
    sentence: str,
) -> None:
    assert await invite(settings, **changes) == 1
    output = capsys.readouterr()
    assert plain(output.err).startswith(sentence)
    assert output.err.count("\n") == 1
    assert await value(runtime, "SELECT count(*) FROM organisation") == 0


async def test_five_invitations_at_once_make_one_account_and_one_link(
    settings: Settings, runtime: Runtime, outbox: Outbox, client: Client
) -> None:
    assert await asyncio.gather(*(invite(settings) for _ in range(5))) == [0] * 5
    assert await value(runtime, "SELECT count(*) FROM professional") == 1
    await outbox.deliver()
    paths = {found[1] for mail in outbox.to(EMAIL) if (found := LINK.search(mail.text))}
    assert sorted([(await client.get(path)).status for path in paths]).count(200) == 1


async def test_an_employer_and_an_organisme_may_share_a_siret(
    settings: Settings, runtime: Runtime
) -> None:
    assert await invite(settings) == 0
    changes = {"kind": "employer", "email": "autre@opcalys.example", "name": "Opcalys employeur"}
    assert await invite(settings, **changes) == 0
    kinds = await column(runtime, "SELECT kind FROM organisation ORDER BY kind")
    assert kinds == ["employer", "organisme"]
    assert EMPLOYER_SIRET != ORGANISME_SIRET


async def test_a_stranger_s_request_leaves_an_invitation_as_it_is(
    client: Client, elsewhere: Client, outbox: Outbox, settings: Settings
) -> None:
    await invite(settings)
    invitation = await link_to(outbox)
    await ask(elsewhere, "jeanne.martin@opcalys.example")
    other = await link_to(outbox)
    assert invitation != other
    assert (await client.submit(await client.get(invitation), NEW)).url == "/professionnels"
    over = await client.get(other)
    assert over.status == 410
    assert "Votre mot de passe a changé depuis" in over.text


async def test_an_invitation_again_replaces_the_links_before_it(
    client: Client, outbox: Outbox, settings: Settings
) -> None:
    """An explicit act of the administrator: the mailbox may have been compromised."""
    await invite(settings)
    invitation = await link_to(outbox)
    await ask(client, "jeanne.martin@opcalys.example")
    asked = await link_to(outbox)
    await invite(settings)
    newest = await link_to(outbox)
    for link in (invitation, asked):
        page = await client.get(link)
        assert page.status == 410
        assert "Un lien plus récent remplace celui-ci" in page.text
    assert (await client.get(newest)).status == 200


async def test_an_organisme_keeps_its_category_until_another_is_given(
    runtime: Runtime, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for given, kept in (("", None), ("opca", "opca"), ("", "opca"), ("region", "region")):
        assert await invite(settings, category=given) == 0
        assert await column(runtime, CATEGORIES) == [kept]
    assert "Catégorie : Régions." in plain(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"category": "opco"}, "--category : indiquez opca, opacif,"),
        ({"category": "opca", "kind": "employer"}, "--category : un employeur n’en a pas"),
    ],
)
async def test_a_category_that_cannot_be_is_refused_and_nothing_is_done(
    runtime: Runtime,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    options: dict[str, str],
    sentence: str,
) -> None:
    assert await invite(settings, **options) == 1
    assert sentence in plain(capsys.readouterr().err)
    assert await count(runtime, "organisation") == 0
