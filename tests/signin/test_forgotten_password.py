"""« Mot de passe oublié »: the request, the link, and the effects of the new password."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette

from tests.signin.forgotten import FORGOTTEN, LINK, NEW, ask, asked_link
from tests.support.client import Client
from tests.support.failed_logins import fail, in_a_row
from tests.support.journey import (
    activation_path,
    log_in,
    register,
    register_and_log_in,
    to_waiting,
)
from tests.support.outbox import Outbox
from tests.support.people import Person
from web.core.mail.outgoing import MAIL_JOB, enqueue_job
from web.core.runtime import Runtime


async def age_tokens(runtime: Runtime, interval: str) -> None:
    """Move the links into the past."""
    await runtime.db.execute(
        f"UPDATE bearer_token SET expires_at = expires_at - interval '{interval}'"
    )


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


async def test_an_unknown_nir_gets_the_same_pages_and_no_mail(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    known = Person()
    await register(client, known, outbox)
    sent = len(outbox.peer.received)

    answers = [
        await client.submit(await client.get(FORGOTTEN), {"nir": nir}, follow=False)
        for nir in (known.nir, Person().nir)
    ]
    assert [a.status for a in answers] == [303, 303]
    assert answers[0].html == answers[1].html
    headers = [dict(a.response.headers) for a in answers]
    for one in headers:
        one.pop("x-request-id", None)
    assert headers[0] == headers[1]

    await outbox.deliver()
    assert [mail.recipient for mail in outbox.peer.received[sent:]] == [known.email]
    async with runtime.db.connection() as connection:
        left = await connection.fetch("SELECT login_id FROM password_link")
        assert len(left) == 1, "the request for nobody is forgotten"
        assert left[0]["login_id"] is not None
        held = await connection.fetchval("SELECT count(*) FROM mail WHERE status = 'held'")
        assert held == 0


@pytest.mark.parametrize("nir", ["", "12", "abc", "9" * 15, "1" * 1000])
async def test_what_is_no_nir_says_how_to_put_it_right(client: Client, nir: str) -> None:
    page = await ask(client, nir)
    assert page.status == 422
    assert page.title.startswith("Erreur")
    assert "Saisissez les 13 chiffres" in page.error_of("nir")


async def test_looking_at_a_link_a_hundred_times_changes_nothing(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    await register(client, person, outbox)
    path = await asked_link(client, person, outbox)
    states = (
        "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM bearer_token t",
        "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM password_link t",
        "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM account t",
    )
    async with runtime.db.connection() as connection:
        before = [await connection.fetchval(sql) for sql in states]
        for _ in range(100):
            assert (await client.get(path)).status == 200
        assert [await connection.fetchval(sql) for sql in states] == before


async def test_a_link_serves_once(client: Client, outbox: Outbox) -> None:
    person = Person()
    await register(client, person, outbox)
    path = await asked_link(client, person, outbox)
    page = await client.get(path)
    await client.submit(page, NEW)

    other = {"password": "Autruche-77-9-Bleue", "password_confirmation": "Autruche-77-9-Bleue"}
    again = await client.submit(page, other)
    assert again.status == 410
    assert "Ce lien a déjà servi" in again.text
    assert (await client.get(path)).status == 410
    person.password = other["password"]
    assert (await log_in(client, person)).status == 422


async def test_the_same_request_sent_five_times_has_its_effect_once(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    await register(client, person, outbox)
    page = await client.get(await asked_link(client, person, outbox))
    fields = {**page.values(), **NEW}

    answers = await asyncio.gather(*(client.post(page.url, fields, follow=False) for _ in range(5)))
    assert [(a.status, a.location) for a in answers] == [(303, "/connexion")] * 5
    count = "SELECT count(*) FROM event WHERE kind = 'password_reset'"
    assert await runtime.db.fetchval(count) == 1


async def test_one_request_sent_five_times_makes_one_mail(client: Client, outbox: Outbox) -> None:
    person = Person()
    await register(client, person, outbox)
    sent = len(outbox.peer.received)
    page = await client.get(FORGOTTEN)
    fields = {**page.values(), "nir": person.nir}
    answers = await asyncio.gather(
        *(client.post(FORGOTTEN, fields, follow=False) for _ in range(5))
    )
    assert {a.status for a in answers} == {303}
    await outbox.deliver()
    assert len(outbox.peer.received) == sent + 1


@pytest.mark.parametrize(("age", "status"), [("59 minutes", 200), ("1 hour", 410)])
async def test_a_link_lives_an_hour_of_the_databases_clock(
    client: Client, outbox: Outbox, runtime: Runtime, age: str, status: int
) -> None:
    person = Person()
    await register(client, person, outbox)
    path = await asked_link(client, person, outbox)
    page = await client.get(path)
    await age_tokens(runtime, age)
    assert (await client.get(path)).status == status
    assert (await client.submit(page, NEW, follow=False)).status == {200: 303}.get(status, status)


async def test_a_mail_sent_twice_after_a_crash_carries_links_that_both_work(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    await register(client, person, outbox)
    first = await asked_link(client, person, outbox)
    async with runtime.db.connection() as connection:
        # As after a crash between the server's 250 and the update of the status.
        await connection.execute(
            "UPDATE mail SET status = 'queued', sent_at = NULL WHERE kind = 'password-reset'"
        )
        mail_id = await connection.fetchval("SELECT id FROM mail WHERE kind = 'password-reset'")
        await enqueue_job(connection, MAIL_JOB, mail_id)
    await outbox.deliver()
    second = LINK.search(outbox.to(person.email)[-1].text)
    assert second
    assert second[1] != first
    assert (await client.get(first)).status == 200
    assert (await client.get(second[1])).status == 200


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


async def test_the_strength_is_told_while_typing(client: Client, outbox: Outbox) -> None:
    person = Person()
    await register(client, person, outbox)
    path = await asked_link(client, person, outbox)
    page = await client.get(path)
    fields = {"csrf": page.values()["csrf"], "password": NEW["password"]}
    fragment = await client.post(f"{path}/robustesse", fields, htmx=True)
    assert fragment.status == 200
    assert "Mot de passe : " in fragment.text
    assert NEW["password"] not in fragment.html
    fragment = await client.post(f"/mot-de-passe/{'a' * 43}/robustesse", fields, htmx=True)
    assert fragment.status == 204


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


async def test_a_request_waiting_while_the_password_changes_opens_nothing(
    client: Client, outbox: Outbox
) -> None:
    person = Person()
    await register(client, person, outbox)
    path = await asked_link(client, person, outbox)
    page = await client.get(path)
    sent = len(outbox.peer.received)
    await ask(client, person.nir)
    # The worker has not processed the second request yet.
    await client.submit(page, NEW)
    await outbox.deliver()
    subjects = [mail.subject for mail in outbox.peer.received[sent:]]
    assert subjects == ["Votre mot de passe a changé"]
