"""The reminder sent three days before an activation link expires."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import column, count, run, value
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import LINK, activation_path, log_in, register, to_waiting
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime
from web.filters import french_moment
from web.signup.activation.reminders import enqueue_reminders

WAITING = "/inscription/courriel"
REMINDERS = "mail WHERE kind = 'activation-reminder'"
SUBJECT = "Votre inscription n’est pas terminée"
HOLDER = Person(email="titulaire@exemple.fr")


async def days_pass(runtime: Runtime, days: float) -> None:
    """Move the registrations, their links and their mails into the past."""
    for statement in (
        "UPDATE registration SET submitted_at = submitted_at - $1 * interval '1 day', "
        "expires_at = expires_at - $1 * interval '1 day'",
        "UPDATE bearer_token SET expires_at = expires_at - $1 * interval '1 day'",
        "UPDATE mail SET created_at = created_at - $1 * interval '1 day', "
        "due_at = due_at - $1 * interval '1 day'",
    ):
        await run(runtime, statement, days)


async def test_the_link_of_the_reminder_opens_the_account(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person(email="zoe@exemple.fr")
    await to_waiting(client, person)
    await outbox.deliver()
    await days_pass(runtime, 12)
    await outbox.clear()
    await outbox.deliver()

    first, reminder = outbox.to(person.email)
    assert reminder.subject == SUBJECT
    assert first.message["Message-ID"] != reminder.message["Message-ID"]
    ends = french_moment(await value(runtime, "SELECT expires_at FROM registration"))
    for text in (reminder.text, reminder.html):
        assert f"valable jusqu’au {ends}" in text
        assert person.first_name not in text
        assert person.nir not in text
    page = await client.submit(await client.get(activation_path(outbox, person)))
    assert "Votre compte a bien été activé." in page.text
    assert "Synthèse" in (await log_in(client, person)).text


async def test_it_is_sent_once_whatever_the_workers(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    await to_waiting(client, Person())
    await outbox.deliver()
    await days_pass(runtime, 11.9)
    await enqueue_reminders(runtime)
    assert await count(runtime, REMINDERS) == 0
    await days_pass(runtime, 0.2)
    for _ in range(2):
        await asyncio.gather(*(enqueue_reminders(runtime) for _ in range(4)))
    await days_pass(runtime, 2)
    await enqueue_reminders(runtime)
    assert await count(runtime, REMINDERS) == 1


async def test_a_worker_that_starts_late_reminds_of_links_that_still_work(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    await to_waiting(client, Person(email="trop-tard@exemple.fr"))
    await days_pass(runtime, 0.5)
    async with Client(app) as other:
        await to_waiting(other, Person(email="a-temps@exemple.fr"))
    await outbox.deliver()
    await days_pass(runtime, 14.8)
    await outbox.clear()
    await outbox.deliver()
    assert len(outbox.to("a-temps@exemple.fr")) == 2
    assert len(outbox.to("trop-tard@exemple.fr")) == 1


async def test_a_person_who_was_just_sent_another_link_is_reminded_a_day_later(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    await to_waiting(client, Person())
    await outbox.deliver()
    await days_pass(runtime, 12)
    await client.submit(await client.get(WAITING), action="/inscription/courriel/renvoyer")
    await enqueue_reminders(runtime)
    assert await count(runtime, REMINDERS) == 0
    await days_pass(runtime, 1)
    await enqueue_reminders(runtime)
    assert await count(runtime, REMINDERS) == 1


async def test_an_activated_account_is_not_reminded(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    await register(client, person, outbox)
    await days_pass(runtime, 12)
    await enqueue_reminders(runtime)
    assert await count(runtime, REMINDERS) == 0


async def test_a_link_used_or_an_address_corrected_meanwhile_makes_it_obsolete(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person(email="faute@exemple.fr")
    await to_waiting(client, person)
    await outbox.deliver()
    await days_pass(runtime, 12)
    await enqueue_reminders(runtime)
    page = await client.get("/inscription/courriel/adresse")
    right = "juste@exemple.fr"
    await client.submit(page, {"email": right, "email_confirmation": right})
    await outbox.deliver()
    assert len(outbox.to(person.email)) == 1
    assert await value(runtime, f"SELECT reason FROM {REMINDERS}") == "obsolete"


@pytest.mark.parametrize(
    ("person", "reminded"),
    [
        (Person(email="neuve@exemple.fr"), True),
        # A stranger who registers someone's NIR gets what any other person gets.
        (Person(nir=HOLDER.nir, email="inconnu@exemple.fr"), True),
        # Only the owner of the address, who has an account, gets nothing more.
        (Person(email=HOLDER.email), False),
        (HOLDER, False),
    ],
    ids=["unknown", "known NIR", "known address", "both known"],
)
async def test_nothing_that_a_stranger_sees_depends_on_who_has_an_account(
    app: Starlette,
    client: Client,
    outbox: Outbox,
    runtime: Runtime,
    person: Person,
    reminded: bool,
) -> None:
    """6.3.8: the holder gets no second notice, and the waiting page stays the same."""
    await register(client, HOLDER, outbox)
    async with Client(app) as stranger:
        await to_waiting(stranger, person)
        await outbox.deliver()
        await outbox.deliver()
        outbox.peer.received.clear()
        await days_pass(runtime, 12)
        before = (await stranger.get(WAITING)).text
        await outbox.clear()
        during = (await stranger.get(WAITING)).text
        await outbox.deliver()
        assert before == during == (await stranger.get(WAITING)).text
        assert "Courriel envoyé" in before

    expected = [(person.email, SUBJECT)] if reminded else []
    assert [(mail.recipient, mail.subject) for mail in outbox.peer.received] == expected
    assert all(LINK.search(mail.text) for mail in outbox.peer.received)
    # Both cost the same: a link is made either way.
    links = "SELECT count(*) FROM bearer_token WHERE purpose = 'activation' AND used_at IS NULL"
    assert await value(runtime, links) == 2
    assert await column(runtime, "SELECT kind FROM mail WHERE status = 'held'") == (
        [] if reminded else ["activation-reminder"]
    )
