"""The owner of a closed account returns: by the same mailbox, or by the link sent to it."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.former.closed_account import FORMER, Left, close, everything
from tests.former.returning import RESTORED, everything_is_back, return_with, with_another_mailbox
from tests.support.db.rows import run, until_someone_waits, value
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import (
    log_in,
    register_and_log_in,
    to_mailed_link,
)
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime
from web.people.queries import lock_person

LINK = re.compile(r"https?://[^\s/]+(/espace/ancien-compte/[A-Za-z0-9_-]{43})")


def link_in(outbox: Outbox, address: str) -> str:
    found = LINK.search(outbox.to(address)[-1].text)
    assert found, outbox.to(address)[-1].text
    return found[1]


@pytest.mark.parametrize(
    ("first_name", "birth_name", "email"),
    [
        ("Zoé", "d’Orange-Née", "zoe@exemple.fr"),
        ("ZOE", "D'ORANGE NEE", "zoe@exemple.fr"),
        ("zoé", "d'orange née", "Zoe@exemple.fr"),
    ],
)
async def test_the_same_names_and_mailbox_give_everything_back_at_once(
    client: Client,
    runtime: Runtime,
    left: Left,
    owner: Person,
    outbox: Outbox,
    first_name: str,
    birth_name: str,
    email: str,
) -> None:
    again = Person(nir=owner.nir, first_name=first_name, birth_name=birth_name, email=email)
    page = await return_with(client, again, outbox)
    assert RESTORED in page.text
    assert await everything_is_back(client, left)
    assert "ne sont pas encore affichés" not in page.text
    hours = await client.get("/espace/heures")
    assert "Ancien compte" not in hours.text
    assert "Un ancien compte ouvert avec votre numéro a réservé" not in hours.text
    assert left.secrets["number held"] in hours.text
    assert [mail.subject for mail in outbox.peer.received] == ["Activez votre compte formation"]
    assert await value(runtime, "SELECT count(*) FROM former_account WHERE email IS NOT NULL") == 0


@pytest.mark.parametrize(
    ("first_name", "birth_name"), [("Zoé", "Dorange"), ("Chloé", "d’Orange-Née")]
)
async def test_the_same_mailbox_under_other_names_gives_nothing_back(
    client: Client,
    runtime: Runtime,
    left: Left,
    owner: Person,
    outbox: Outbox,
    first_name: str,
    birth_name: str,
) -> None:
    again = Person(nir=owner.nir, first_name=first_name, birth_name=birth_name, email=owner.email)
    page = await return_with(client, again, outbox)
    assert RESTORED not in page.text
    assert "ne sont pas encore affichés" in page.text
    assert left.told_in(await everything(client, runtime, left)) == set()
    mail = outbox.to(owner.email)[-1]
    assert mail.subject == "Un compte vient d’être ouvert avec votre numéro"
    assert not LINK.search(mail.text)
    assert "nous vérifierons votre identité" in mail.text


async def test_at_another_mailbox_the_link_of_the_earlier_one_gives_it_back(
    client: Client, runtime: Runtime, left: Left, owner: Person, outbox: Outbox
) -> None:
    person = with_another_mailbox(owner)
    page = await return_with(client, person, outbox)
    assert left.told_in(await everything(client, runtime, left)) == set()
    assert "ne sont pas encore affichés" in page.text
    mail = outbox.to(owner.email)[-1]
    for theirs in (person.email, person.first_name, person.birth_name):
        assert theirs not in mail.text, "the registrant is not disclosed"
    page = await client.get(link_in(outbox, owner.email))
    assert f"celui de {person.first_name} {person.birth_name}" in page.text
    page = await client.submit(page)
    assert page.url == FORMER
    assert "L’ancien compte est retrouvé" in page.text
    assert await everything_is_back(client, left)
    assert RESTORED in (await client.get("/espace/historique")).text


async def test_opened_elsewhere_the_link_leads_there_after_the_login(
    client: Client, stranger: Client, left: Left, owner: Person, outbox: Outbox
) -> None:
    person = with_another_mailbox(owner)
    await return_with(client, person, outbox)
    link = link_in(outbox, owner.email)
    page = await stranger.get(link)
    assert page.url.startswith("/connexion?suite=")
    fields = {"nir": person.nir, "password": person.password}
    page = await stranger.submit(page, fields)
    assert page.url == link
    await stranger.submit(page)
    assert await everything_is_back(client, left)


async def test_looking_a_hundred_times_gives_nothing_and_pressing_five_times_once(
    client: Client, runtime: Runtime, left: Left, owner: Person, outbox: Outbox
) -> None:
    """3.5.3."""
    await return_with(client, with_another_mailbox(owner), outbox)
    link = link_in(outbox, owner.email)
    for _ in range(20):
        page = await client.get(link)
    assert not await everything_is_back(client, left)
    values = page.values()
    answers = await asyncio.gather(*(client.post(link, values, follow=False) for _ in range(5)))
    assert [(one.status, one.location) for one in answers] == [(303, FORMER)] * 5
    events = "SELECT count(*) FROM event WHERE kind = 'former_restored'"
    assert await value(runtime, events) == 1
    over = await client.get(link)
    assert over.status == 410
    assert "Votre ancien compte est déjà retrouvé Ce lien a déjà servi" in over.text


@pytest.mark.parametrize(("age", "status"), [("14 days 23:59", 200), ("15 days", 410)])
async def test_the_link_is_valid_fifteen_days_of_the_databases_clock(
    client: Client,
    runtime: Runtime,
    left: Left,
    owner: Person,
    outbox: Outbox,
    age: str,
    status: int,
) -> None:
    await return_with(client, with_another_mailbox(owner), outbox)
    page = await client.get(link_in(outbox, owner.email))
    await run(runtime, f"UPDATE bearer_token SET expires_at = expires_at - interval '{age}'")
    assert (await client.get(page.url)).status == status
    assert (await client.submit(page)).status == status
    assert await everything_is_back(client, left) is (status == 200)


async def test_both_links_work_when_the_mail_was_asked_for_again(
    client: Client, left: Left, owner: Person, outbox: Outbox
) -> None:
    await return_with(client, with_another_mailbox(owner), outbox)
    first = link_in(outbox, owner.email)
    page = await client.submit(await client.get(FORMER), action=FORMER)
    assert "Un courriel est en préparation" in page.text
    await outbox.deliver()
    second = link_in(outbox, owner.email)
    assert first != second
    assert [(await client.get(link)).status for link in (first, second)] == [200, 200]
    await client.submit(await client.get(first))
    assert (await client.get(second)).status == 410


async def test_the_mail_is_sent_again_three_times_a_day_at_most(
    client: Client, left: Left, owner: Person, outbox: Outbox
) -> None:
    """2.4.1."""
    await return_with(client, with_another_mailbox(owner), outbox)
    statuses = [
        (await client.submit(await client.get(FORMER), action=FORMER)).status for _ in range(4)
    ]
    assert statuses == [200, 200, 200, 429]


async def test_a_first_name_put_right_makes_the_mail_carry_the_link(
    client: Client, runtime: Runtime, left: Left, owner: Person, outbox: Outbox
) -> None:
    await return_with(client, with_another_mailbox(owner, first_name="Zoë-Line"), outbox)
    assert not LINK.search(outbox.to(owner.email)[-1].text)
    profile = "/espace/informations"
    await client.submit(await client.get(profile), {"first_name": "zoe"}, action=profile)
    await client.submit(await client.get(FORMER), action=FORMER)
    await outbox.deliver()
    await client.submit(await client.get(link_in(outbox, owner.email)))
    assert await everything_is_back(client, left)


async def test_the_link_in_another_person_s_account_gives_nothing(
    client: Client, stranger: Client, left: Left, owner: Person, outbox: Outbox
) -> None:
    await return_with(client, with_another_mailbox(owner), outbox)
    link = link_in(outbox, owner.email)
    await register_and_log_in(stranger, Person(), outbox)
    page = await stranger.get(link)
    assert page.status == 404
    assert await everything_is_back(client, left) is False


async def test_names_changed_after_the_mail_left_close_its_link(
    client: Client, runtime: Runtime, left: Left, owner: Person, outbox: Outbox
) -> None:
    await return_with(client, with_another_mailbox(owner), outbox)
    profile = "/espace/informations"
    await client.submit(await client.get(profile), {"first_name": "Mireille"}, action=profile)
    page = await client.get(link_in(outbox, owner.email))
    assert page.status == 409
    assert "Les noms ne sont pas les mêmes" in page.text
    assert await everything_is_back(client, left) is False


async def test_the_mailbox_is_forgotten_after_twelve_months(
    client: Client, runtime: Runtime, left: Left, owner: Person, outbox: Outbox
) -> None:
    kept = "SELECT email IS NOT NULL FROM former_account"
    await run(runtime, "UPDATE former_account SET closed_at = closed_at - interval '364 days'")
    await outbox.clear()
    assert await value(runtime, kept)
    await run(runtime, "UPDATE former_account SET closed_at = closed_at - interval '3 days'")
    await outbox.clear()
    assert not await value(runtime, kept)


async def test_once_the_mailbox_is_forgotten_it_proves_nothing(
    client: Client, runtime: Runtime, left: Left, owner: Person, outbox: Outbox
) -> None:
    await run(runtime, "UPDATE former_account SET email = NULL")
    page = await return_with(client, owner, outbox)
    assert RESTORED not in page.text
    assert left.told_in(await everything(client, runtime, left)) == set()
    assert len(outbox.peer.received) == 1, "the activation, and nobody else to write to"


async def test_data_given_back_stay_theirs_after_closing_again(
    client: Client, runtime: Runtime, left: Left, owner: Person, outbox: Outbox
) -> None:
    """The first account is proven by the mailbox of the second."""
    person = with_another_mailbox(owner)
    await return_with(client, person, outbox)
    await client.submit(await client.get(link_in(outbox, owner.email)))
    await close(client, person)
    page = await return_with(client, person, outbox)
    assert page.text.count(RESTORED) == 2
    assert await everything_is_back(client, left)


async def test_data_not_given_back_stay_hidden_after_closing_again(
    client: Client, runtime: Runtime, left: Left, owner: Person, outbox: Outbox
) -> None:
    person = with_another_mailbox(owner)
    await return_with(client, person, outbox)
    await close(client, person)
    await return_with(client, person, outbox)
    assert await everything_is_back(client, left) is False
    await client.submit(await client.get(link_in(outbox, owner.email)))
    assert await everything_is_back(client, left)


async def test_an_account_that_closes_while_the_other_opens_leaves_nothing_to_it(
    client: Client, stranger: Client, runtime: Runtime, owner: Person, outbox: Outbox
) -> None:
    """An account waiting for the number sees nothing of its previous holder's acts."""
    await register_and_log_in(client, owner, outbox)
    other = Person(nir=owner.nir, first_name="Mireille", email="mireille@exemple.fr")
    page = await stranger.get(await to_mailed_link(stranger, other, outbox))
    closed, activated = await asyncio.gather(close(client, owner), stranger.submit(page))
    assert closed.status == 200
    if "Un compte existe déjà" in activated.text:
        await stranger.submit(page)
    await log_in(stranger, other)
    text = (await stranger.get("/espace/historique")).text
    assert "Compte fermé" not in text
    assert text.count("Compte activé") == 1


async def test_a_draft_that_waits_for_the_closing_is_not_written_after_it(
    client: Client, runtime: Runtime, owner: Person, outbox: Outbox
) -> None:
    """Otherwise it would outlive its account, and the next one may be another person's."""
    await register_and_log_in(client, owner, outbox)
    await client.submit(await client.get("/espace/heures"), {"dif": "40"})
    page = await client.get("/espace/dossiers/nouveau")
    person_id = await value(runtime, "SELECT id FROM person")
    async with runtime.db.transaction() as connection:
        await lock_person(connection, person_id)
        creating = asyncio.create_task(client.submit(page, {"title": "Trop tard"}))
        await until_someone_waits(runtime)
        await connection.execute("DELETE FROM account")
    refused = await creating
    assert 'href="/connexion?suite=/espace/dossiers/nouveau"' in refused.html
    assert "Trop tard" in refused.text
    assert await value(runtime, "SELECT count(*) FROM dossier") == 0
