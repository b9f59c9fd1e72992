"""The typed values of a form survive a new login."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import count, run
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import PASSWORD, Person
from web.core.runtime import Runtime

RESUME = "/espace/reprise"
PROFILE = "/espace/informations"
EMAIL = f"{PROFILE}/courriel"
IDLE = "UPDATE session SET last_seen_at = now() - interval '31 minutes'"
TOO_LONG = "UPDATE session SET created_at = now() - interval '12 hours 1 minute'"


async def send_too_late(
    space: Client, runtime: Runtime, url: str, typed: Mapping[str, str], ended: str = IDLE
) -> Page:
    """Fill a form, let the session end, send it; returns the login page."""
    page = await space.get(url)
    await run(runtime, ended)
    return await space.submit(page, typed, action=url)


async def log_in_there(space: Client, login: Page, person: Person) -> Page:
    return await space.submit(login, {"nir": person.nir, "password": person.password})


@pytest.mark.parametrize("ended", [IDLE, TOO_LONG])
async def test_dif_hours_typed_in_a_dead_session_are_saved_after_the_login(
    space: Client, runtime: Runtime, person: Person, ended: str
) -> None:
    login = await send_too_late(space, runtime, "/espace/heures", {"dif": "80"}, ended)
    assert "ce que vous aviez saisi est conservé" in login.text
    assert await count(runtime, "movement") == 0

    resume = await log_in_there(space, login, person)
    assert "Reprendre votre saisie" in resume.text
    assert resume.title.startswith("Mon compte d’heures")
    assert await count(runtime, "movement") == 0
    done = await space.submit(resume, action="/espace/heures")
    assert "Votre solde d’heures DIF (droit individuel à la formation) est enregistré." in done.text
    assert "80 h" in done.text


async def test_a_profile_typed_in_a_dead_session_comes_back_with_its_errors(
    space: Client, runtime: Runtime, person: Person
) -> None:
    typed = {"usual_name": "Martin", "street": "12 rue de l’Orée", "postcode": "4900"}
    login = await send_too_late(space, runtime, PROFILE, typed)
    refused = await space.submit(await log_in_there(space, login, person), action=PROFILE)
    assert refused.status == 422
    assert {name: refused.values(PROFILE)[name] for name in typed} == typed
    saved = await space.submit(refused, {"postcode": "49000", "city": "Angers"}, action=PROFILE)
    assert "Zoé Martin" in saved.text


async def test_a_wrong_password_at_the_login_does_not_lose_it(
    space: Client, runtime: Runtime, person: Person
) -> None:
    login = await send_too_late(space, runtime, "/espace/heures", {"dif": "80"})
    again = await space.submit(login, {"nir": person.nir, "password": "Mauvais-123-passe"})
    assert "Reprendre votre saisie" in (await log_in_there(space, again, person)).text


async def test_in_place_saving_leads_to_the_login_and_keeps_it_too(
    space: Client, runtime: Runtime, person: Person
) -> None:
    page = await space.get("/espace/heures")
    await run(runtime, IDLE)
    answer = await space.submit(page, {"dif": "80"}, htmx=True)
    login = await space.get(answer.response.headers["HX-Redirect"])
    assert "Reprendre votre saisie" in (await log_in_there(space, login, person)).text


async def test_passwords_are_never_kept(
    space: Client, runtime: Runtime, person: Person, outbox: Outbox
) -> None:
    typed = {"email": "neuve@exemple.fr", "email_confirmation": "neuve@exemple.fr"}
    login = await send_too_late(space, runtime, EMAIL, {**typed, "password": PASSWORD})
    resume = await log_in_there(space, login, person)
    assert PASSWORD not in resume.html
    asked = await space.submit(resume, action=EMAIL)
    assert asked.error_of("password")
    assert asked.values(EMAIL)["email"] == "neuve@exemple.fr"


async def test_another_person_who_logs_in_there_sees_nothing_of_it(
    space: Client, runtime: Runtime, stranger: Client
) -> None:
    other = Person(first_name="Luc", birth_name="Petit", email="luc@exemple.fr")
    await open_account(runtime, other)
    login = await send_too_late(space, runtime, PROFILE, {"usual_name": "Martin"})
    page = await log_in_there(space, login, other)
    assert page.url == "/espace"
    assert "Martin" not in page.html
    await space.post(RESUME, (await space.get(PROFILE)).values(PROFILE))
    assert await count(runtime, "kept_form") == 1


async def test_a_kept_form_can_be_discarded(
    space: Client, runtime: Runtime, person: Person
) -> None:
    login = await send_too_late(space, runtime, PROFILE, {"usual_name": "Martin"})
    page = await space.submit(await log_in_there(space, login, person), action=RESUME)
    assert "rien n’a été envoyé" in page.text
    assert await count(runtime, "kept_form") == 0
    assert (await space.get(RESUME)).url == "/espace"


async def test_a_kept_form_sent_twice_is_one_request(
    space: Client, runtime: Runtime, person: Person, outbox: Outbox
) -> None:
    typed = {"email": "neuve@exemple.fr", "email_confirmation": "neuve@exemple.fr"}
    login = await send_too_late(space, runtime, EMAIL, typed)
    resume = await log_in_there(space, login, person)
    values = resume.values(EMAIL) | {"password": PASSWORD}
    await space.post(EMAIL, values)
    await space.post(EMAIL, values)
    await outbox.deliver()
    assert len(outbox.to("neuve@exemple.fr")) == 1


async def test_a_kept_form_is_sealed_and_kept_for_an_hour(
    space: Client, runtime: Runtime, person: Person, outbox: Outbox
) -> None:
    login = await send_too_late(space, runtime, PROFILE, {"usual_name": "Martin"})
    box = await runtime.db.fetchval("SELECT content FROM kept_form")
    assert b"Martin" not in bytes(box)
    await run(runtime, "UPDATE kept_form SET created_at = now() - interval '61 minutes'")
    assert (await log_in_there(space, login, person)).url == "/espace"
    await outbox.clear()
    assert await count(runtime, "kept_form") == 0


async def test_values_that_a_session_ended_elsewhere_cannot_keep_are_listed(
    space: Client, runtime: Runtime
) -> None:
    form = await space.get(PROFILE)
    await run(runtime, "DELETE FROM session")
    page = await space.submit(form, {"usual_name": "Martin"}, action=PROFILE)
    assert page.status == 403
    assert "ce que vous aviez saisi ne peut plus être conservé" in page.text
    assert page.described()["Nom d’usage"] == "Martin"
    assert f'href="/connexion?suite={PROFILE}"' in page.html
    assert await count(runtime, "kept_form") == 0


async def test_a_purge_does_not_lose_whose_form_it_is(
    space: Client, runtime: Runtime, person: Person, outbox: Outbox
) -> None:
    page = await space.get("/espace/heures")
    await run(runtime, "UPDATE session SET last_seen_at = now() - interval '8 hours'")
    await outbox.clear()
    login = await space.submit(page, {"dif": "80"}, action="/espace/heures")
    assert "Reprendre votre saisie" in (await log_in_there(space, login, person)).text


async def test_an_action_without_anything_typed_leads_back_to_its_page(
    space: Client, runtime: Runtime
) -> None:
    fields = {"email": "n@exemple.fr", "email_confirmation": "n@exemple.fr", "password": PASSWORD}
    page = await space.submit(await space.get(EMAIL), fields, action=EMAIL)
    await run(runtime, IDLE)
    login = await space.submit(page, action=f"{EMAIL}/annuler")
    assert login.url == f"/connexion?suite={EMAIL}"
    assert await count(runtime, "email_change") == 1


@pytest.mark.parametrize(
    "path", [PROFILE, EMAIL, f"{PROFILE}/fermeture", "/espace/mes-donnees", RESUME]
)
async def test_each_page_leads_through_the_login_and_back(
    app: Starlette, runtime: Runtime, person: Person, account_id: object, path: str
) -> None:
    async with Client(app) as visitor:
        login = await visitor.get(path)
        assert login.url == f"/connexion?suite={path}"
        back = await log_in_there(visitor, login, person)
        assert back.url == ("/espace" if path == RESUME else path)


@pytest.mark.parametrize(
    "path",
    [
        PROFILE,
        EMAIL,
        f"{EMAIL}/annuler",
        f"{PROFILE}/fermeture",
        "/espace/mes-donnees",
        RESUME,
    ],
)
async def test_a_form_sent_without_a_session_changes_nothing(
    client: Client, runtime: Runtime, account_id: object, path: str
) -> None:
    tokens = (await client.get("/connexion")).values()
    fields = {"csrf": tokens["csrf"], "key": tokens["key"], "unknown": "Pirate"}
    answer = await client.post(path, fields, follow=False)
    assert answer.status == 303
    assert answer.location.startswith("/connexion?suite=")
    for table in ("event", "mail", "kept_form", "email_change"):
        assert await count(runtime, table) == 0
