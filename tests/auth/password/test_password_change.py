"""« Modifier votre mot de passe »."""

from __future__ import annotations

import asyncio

import httpx
from starlette.applications import Starlette

from tests.support.http.client import Client, Page
from tests.support.logins.failed_logins import in_a_row
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import log_in, register, register_and_log_in
from tests.support.titulaires.people import Person
from web.auth.login.redirect import SESSION_ENDED
from web.core.runtime import Runtime

URL = "/espace/mot-de-passe"
NEW = "Girafe-913-Mauve"


def fields(person: Person, **changes: str) -> dict[str, str]:
    """The fields of a valid form, with one change."""
    return {
        "password_current": person.password,
        "password": NEW,
        "password_confirmation": changes.get("password", NEW),
        **changes,
    }


async def change(client: Client, person: Person, **changes: str) -> Page:
    """Fill the form and press its button."""
    return await client.submit(await client.get(URL), fields(person, **changes), action=URL)


async def test_the_password_is_changed_and_the_owner_is_told(
    client: Client, outbox: Outbox
) -> None:
    """6.2.3, 6.3.7: requires the current one; notified by mail."""
    person = Person()
    page = await register_and_log_in(client, person, outbox)
    assert f'href="{URL}"' in page.html

    page = await change(client, person)
    assert "Votre mot de passe est modifié." in page.text
    assert page.status == 200

    await outbox.deliver()
    mail = outbox.to(person.email)[-1]
    assert mail.subject == "Votre mot de passe a changé"
    assert "modifié dans votre espace" in mail.text
    assert "/mot-de-passe-oublie" in mail.text
    assert "/mot-de-passe-oublie" in mail.html

    assert (await log_in(client, person)).status == 422
    person.password = NEW
    assert "Synthèse de votre compte" in (await log_in(client, person)).text


async def test_a_password_with_the_usual_name_is_refused(client: Client, outbox: Outbox) -> None:
    """6.2.11."""
    person = Person()
    await register_and_log_in(client, person, outbox)
    profile = "/espace/informations"
    await client.submit(await client.get(profile), {"usual_name": "Kowalska"}, action=profile)
    page = await change(client, person, password="Kowalska-913-Mauve")
    assert page.status == 422
    assert "ni votre nom" in page.error_of("password")


async def test_this_session_goes_on_under_another_token_and_the_others_end(
    app: Starlette, client: Client, outbox: Outbox
) -> None:
    """7.4.3."""
    person = Person()
    await register_and_log_in(client, person, outbox)
    stolen = httpx.Cookies(client.http.cookies)
    async with Client(app) as elsewhere, Client(app) as thief:
        await log_in(elsewhere, person)
        thief.http.cookies = stolen
        assert (await thief.get("/espace", follow=False)).status == 200

        await change(client, person)

        assert (await client.get("/espace", follow=False)).status == 200
        assert (await elsewhere.get("/espace", follow=False)).status == 303
        assert (await thief.get("/espace", follow=False)).status == 303


async def test_a_wrong_current_password_changes_nothing_and_is_in_the_history(
    client: Client, outbox: Outbox
) -> None:
    """6.2.3."""
    person = Person()
    await register_and_log_in(client, person, outbox)
    page = await change(client, person, password_current="Autre-123-Chose")
    assert page.status == 422
    assert "Ce n’est pas votre mot de passe actuel" in page.error_of("password_current")
    assert "Autre-123-Chose" not in page.html
    assert NEW not in page.html
    page = await client.get("/espace/historique")
    assert "Mot de passe actuel demandé : saisie incorrecte" in page.text
    assert "Synthèse de votre compte" in (await log_in(client, person)).text


async def test_guesses_of_the_current_password_are_bounded(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    """6.1.1."""
    person = Person()
    await register_and_log_in(client, person, outbox)
    page = await client.get(URL)
    answers = await asyncio.gather(
        *(
            client.post(
                URL, {**page.values(URL), **fields(person, password_current=f"Faux-{n}-pas")}
            )
            for n in range(20)
        )
    )
    statuses = [answer.status for answer in answers]
    # One browser may only queue a few hashes: the others are refused, and not counted.
    assert set(statuses) <= {422, 429, 503}
    while statuses[-1] != 429 or statuses.count(422) < 10:
        wrong = {**page.values(URL), **fields(person, password_current="Faux-000-pas")}
        statuses.append((await client.post(URL, wrong)).status)
        assert len(statuses) < 60
    assert statuses.count(422) == 10
    page = await change(client, person)
    assert page.status == 429
    assert "Trop d’essais" in page.error_of("password_current")
    assert await in_a_row(runtime, person) == 0


async def test_right_changes_are_not_counted_as_guesses(client: Client, outbox: Outbox) -> None:
    person = Person()
    await register_and_log_in(client, person, outbox)
    for number in range(12):
        new = f"Girafe-{100 + number}-Mauve"
        page = await change(client, person, password=new)
        assert "Votre mot de passe est modifié." in page.text
        person.password = new


async def test_each_problem_is_told_beside_its_field(client: Client, outbox: Outbox) -> None:
    person = Person()
    await register_and_log_in(client, person, outbox)
    page = await change(
        client, person, password_current="", password="court", password_confirmation="autre"
    )
    assert page.status == 422
    assert "Saisissez votre mot de passe actuel." in page.error_of("password_current")
    assert "Ajoutez des chiffres" in page.error_of("password")
    assert "deux fois le même" in page.error_of("password_confirmation")
    links = [part.split('"')[0] for part in page.html.split('href="#')[1:]]
    assert links == ["contenu", "password_current", "password", "password_confirmation"]

    page = await change(client, person, password=person.password)
    assert "différent de l’actuel" in page.error_of("password")
    page = await change(client, person, password=f"Dorange-{person.birth_name}-123")
    assert "ni votre nom" in page.error_of("password")


async def test_a_copy_that_missed_the_answer_gets_the_same_one(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    await register_and_log_in(client, person, outbox)
    page = await client.get(URL)
    sent = {**page.values(URL), **fields(person)}
    before = httpx.Cookies(client.http.cookies)

    await client.post(URL, sent)
    async with Client(app) as late:
        late.http.cookies = before
        again = await late.post(URL, sent, follow=False)
        assert (again.status, again.location) == (303, "/espace/connexions")
        assert (await late.get("/espace", follow=False)).status == 200
    sql = "SELECT count(*) FROM event WHERE kind = 'password_changed'"
    assert await runtime.db.fetchval(sql) == 1


async def test_five_copies_at_once_change_it_once(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    await register_and_log_in(client, person, outbox)
    page = await client.get(URL)
    sent = {**page.values(URL), **fields(person)}
    answers = await asyncio.gather(*(client.post(URL, sent, follow=False) for _ in range(5)))
    assert [(a.status, a.location) for a in answers] == [(303, "/espace/connexions")] * 5
    assert (await client.get("/espace", follow=False)).status == 200
    async with runtime.db.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM session") == 1
        sql = "SELECT count(*) FROM event WHERE kind = 'password_changed'"
        assert await connection.fetchval(sql) == 1


async def test_an_earlier_token_with_another_content_gets_nothing(
    app: Starlette, client: Client, outbox: Outbox
) -> None:
    person = Person()
    await register_and_log_in(client, person, outbox)
    page = await client.get(URL)
    sent = {**page.values(URL), **fields(person)}
    before = httpx.Cookies(client.http.cookies)
    await client.post(URL, sent)
    async with Client(app) as thief:
        thief.http.cookies = before
        guess = {**sent, "password": "Autruche-779-Bleue"}
        answer = await thief.post(URL, guess, follow=False)
        assert answer.location.startswith("/connexion")
        assert (await thief.get("/espace", follow=False)).status == 303


async def test_links_asked_for_before_the_change_open_nothing(
    client: Client, outbox: Outbox
) -> None:
    person = Person()
    await register_and_log_in(client, person, outbox)
    await client.submit(
        await client.get("/mot-de-passe-oublie"), {"nir": person.nir}, action="/mot-de-passe-oublie"
    )
    await outbox.deliver()
    text = outbox.to(person.email)[-1].text
    path = next(word for word in text.split() if "/mot-de-passe/" in word)
    path = path.removeprefix("http://127.0.0.1:8000")
    await change(client, person)
    page = await client.get(path)
    assert page.status == 410
    assert "Votre mot de passe a changé depuis" in page.text


async def test_the_strength_is_told_to_the_titulaire_only(client: Client, outbox: Outbox) -> None:
    person = Person()
    await register(client, person, outbox)
    page = await client.get("/connexion")
    sent = {"csrf": page.values()["csrf"], "password": NEW}
    answer = await client.post(f"{URL}/robustesse", sent, htmx=True)
    assert (answer.status, answer.response.text) == (403, SESSION_ENDED)
    await log_in(client, person)
    sent["csrf"] = (await client.get(URL)).values(URL)["csrf"]
    answer = await client.post(f"{URL}/robustesse", sent, htmx=True)
    assert "Mot de passe : " in answer.text
