"""« Fermer mon compte »: the deleted data, the kept data, and the later return."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import count, run
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import events_of
from tests.support.titulaires.journey import (
    activation_path,
    log_in,
    register_and_log_in,
    to_waiting,
)
from tests.support.titulaires.people import PASSWORD, Person
from web.core.runtime import Runtime
from web.people.history.queries import count_broken_histories

URL = "/espace/informations/fermeture"


async def close(space: Client, password: str = PASSWORD) -> Page:
    return await space.submit(await space.get(URL), {"password": password}, action=URL)


async def test_the_page_says_what_goes_and_what_stays(space: Client) -> None:
    page = await space.get(URL)
    assert "Ce qui est effacé" in page.text
    assert "Vos heures : la loi les attache à votre personne" in page.text


async def test_closing_ends_every_session_erases_the_account_and_tells_by_mail(
    space: Client, app: Starlette, runtime: Runtime, person: Person, outbox: Outbox
) -> None:
    async with Client(app) as phone:
        await log_in(phone, person)
        page = await close(space)
        assert "Votre compte est fermé" in page.text
        for browser in (space, phone):
            assert (await browser.get("/espace", follow=False)).status == 303
    for table in ("account", "session", "email_change", "kept_form"):
        assert await count(runtime, table) == 0
    await outbox.deliver()
    told = outbox.to(person.email)[-1]
    assert told.subject == "Votre compte formation est fermé"
    assert "sauf cette adresse" in told.text
    assert "vous retrouverez vos dossiers" in told.text
    assert (await log_in(space, person)).status == 422


async def test_hours_and_history_stay_and_are_found_by_registering_again(
    space: Client, runtime: Runtime, person: Person, outbox: Outbox
) -> None:
    await space.submit(await space.get("/espace/heures"), {"dif": "80"})
    await close(space)
    assert await count_broken_histories(runtime.db) == 0
    assert await events_of(runtime, "account_closed") == ["account_closed"]

    page = await register_and_log_in(space, person, outbox)
    assert "80 h" in page.text
    assert await count(runtime, "person") == 1
    assert "Compte fermé" in (await space.get("/espace/historique")).text


async def test_the_address_can_be_another_person_s_after(
    space: Client, person: Person, outbox: Outbox
) -> None:
    await close(space)
    other = Person(email=person.email)
    await to_waiting(space, other)
    await outbox.deliver()
    assert activation_path(outbox, other)


async def test_rows_kept_after_closing_do_not_identify_the_person(
    space: Client, runtime: Runtime, person: Person
) -> None:
    await close(space)
    async with runtime.db.connection() as connection:
        names = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        for row in names:
            rows = await connection.fetch(f"SELECT * FROM {row['tablename']}")
            kept = repr([dict(one) for one in rows])
            for secret in (person.nir, person.birth_name, person.email, "612345678"):
                assert secret not in kept, row["tablename"]


@pytest.mark.parametrize(
    ("password", "sentence"),
    [("", "Saisissez votre mot de passe"), ("Mauvais-123-passe", "Ce n’est pas votre mot")],
)
async def test_without_the_password_nothing_is_closed(
    space: Client, runtime: Runtime, password: str, sentence: str
) -> None:
    refused = await close(space, password)
    assert refused.status == 422
    assert sentence in refused.error_of("password")
    assert await count(runtime, "account") == 1
    assert await count(runtime, "mail") == 0


async def test_guesses_are_bounded(space: Client, runtime: Runtime) -> None:
    for _ in range(10):
        await close(space, "Mauvais-123-passe")
    refused = await close(space)
    assert refused.status == 429
    assert "Trop d’essais" in refused.text
    assert await count(runtime, "account") == 1


async def test_five_presses_at_once_close_it_once(
    space: Client, runtime: Runtime, outbox: Outbox
) -> None:
    values = (await space.get(URL)).values(URL) | {"password": PASSWORD}
    cookies = dict(space.http.cookies)
    answers = await asyncio.gather(*(space.post(URL, values, follow=False) for _ in range(5)))
    assert await count(runtime, "account") == 0
    assert await events_of(runtime, "account_closed") == ["account_closed"]
    assert {answer.location for answer in answers} == {"/compte-ferme"}

    space.http.cookies.clear()
    space.http.cookies.update(cookies)
    repeated = await space.post(URL, values, follow=False)
    assert repeated.location == "/compte-ferme"
    await outbox.deliver()
    assert len(outbox.peer.received) == 1


async def test_links_mailed_before_open_nothing_any_more(
    space: Client, runtime: Runtime, account_id: UUID, outbox: Outbox
) -> None:
    asked = "/espace/informations/courriel"
    fields = {
        "email": "neuve@exemple.fr",
        "email_confirmation": "neuve@exemple.fr",
        "password": PASSWORD,
    }
    await space.submit(await space.get(asked), fields, action=asked)
    await outbox.deliver()
    link = outbox.to("neuve@exemple.fr")[-1].text.partition("/courriel/")[2].split()[0]
    await close(space)
    assert (await space.get(f"/courriel/{link}")).status == 404


async def test_another_person_s_account_is_not_touched(
    space: Client, stranger: Client, runtime: Runtime
) -> None:
    await close(space)
    assert "Inès Dubois" in (await stranger.get("/espace")).text
    assert await count(runtime, "account") == 1


async def test_an_expired_session_closes_nothing(space: Client, runtime: Runtime) -> None:
    page = await space.get(URL)
    await run(runtime, "UPDATE session SET last_seen_at = now() - interval '31 minutes'")
    answer = await space.submit(page, {"password": PASSWORD}, action=URL)
    assert answer.url.startswith("/connexion?suite=/espace/informations/fermeture")
    assert await count(runtime, "account") == 1
    assert await count(runtime, "kept_form") == 0
