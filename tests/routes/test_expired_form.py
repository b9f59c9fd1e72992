"""A form with an expired token is never carried out: its page is shown again, filled in."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette

from tests.routes.typed_forms import SPACES, TYPED, with_fields
from tests.routes.visitors import World, world
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import register_and_log_in, to_identity, to_password
from tests.support.titulaires.people import PASSWORD, Person
from web.core.http.routing import FormRoute

OLD = {"csrf": "too-old"}
SAYS_SO = "Ce formulaire avait expiré"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def send_old(there: World, route: FormRoute) -> tuple[Page, dict[str, str]]:
    """Send every field of the form, with an invalid token."""
    assert route.form is not None
    names = [field.name for field in route.form() if field.name in TYPED]
    typed = {name: TYPED[name] for name in names}
    path = there.paths.get(route.path, route.path)
    return await there.visitor.post(path, {**typed, "password": PASSWORD, **OLD}), typed


@pytest.mark.parametrize("role", SPACES)
async def test_every_form_comes_back_filled_in_and_changes_nothing(
    app: Starlette, outbox: Outbox, role: str
) -> None:
    """3.5.1: whatever the form, its page shows the typed values again, except passwords."""
    problems = []
    async with world(app, outbox, role) as there:
        before = await there.rows()
        for route in with_fields(*SPACES[role]):
            page, typed = await send_old(there, route)
            shown = {
                name: text
                for form in (page.dom.iter("form") if page.dom is not None else ())
                for name, text in page.values(form.get("action")).items()
            }
            lost = {name for name, text in typed.items() if shown.get(name, "").strip() != text}
            # A decision that is no longer possible has no page: its reason is shown as text.
            if "reason" in lost and page.described().get("Commentaire") == "Il manque le devis":
                lost = set()
            if (page.status, SAYS_SO in page.text, lost) != (403, True, set()):
                problems.append(f"{route.path}: {page.status}, lost {lost}")
            assert PASSWORD not in page.html
        after = await there.rows()
    assert not problems, "\n".join(problems)
    assert {name for name in after if before[name] != after[name]} <= {
        "delegation",
        "event",
        "event_head",
        "session",
    }, "only the visit of an employer is recorded"


async def test_the_forms_of_the_registration_come_back_too(client: Client, outbox: Outbox) -> None:
    """3.5.1, accessibility 35."""
    page = await to_identity(client)
    typed = Person().identity(first_name=TYPED["first_name"])
    again = await client.submit(page, {**typed, **OLD})
    assert again.status == 403
    assert {name: again.values()[name] for name in typed} == typed
    routes = with_fields("/inscription")
    assert {one.path for one in routes} == {
        "/inscription/identite",
        "/inscription/courriel/adresse",
    }


async def test_the_answer_to_the_security_check_is_not_asked_twice(client: Client) -> None:
    page = await client.submit(await to_identity(client), {**Person().identity(), **OLD})
    assert (await client.submit(page)).url == "/inscription/mot-de-passe"


async def test_the_original_action_is_completed_from_its_own_page(
    client: Client, outbox: Outbox
) -> None:
    """3.5.1."""
    await register_and_log_in(client, Person(), outbox)
    page = await client.submit(await client.get("/espace/heures"), {"dif": "77", **OLD})
    assert page.status == 403
    assert page.title.startswith("Erreur\u00a0: Mon compte d’heures")
    assert "non renseignées" in (await client.get("/espace")).text

    page = await client.submit(page, action="/espace/heures")

    assert page.url == "/espace/heures"
    assert "77 h" in (await client.get("/espace")).text


async def test_passwords_do_not_come_back_and_are_asked_again(client: Client) -> None:
    """3.5.1, 14.2: passwords are never sent back."""
    page = await to_password(client, Person())
    fields = {"password": PASSWORD, "password_confirmation": PASSWORD}
    expired = await client.submit(page, {**fields, **OLD})
    assert PASSWORD not in expired.html

    page = await client.submit(expired)

    assert page.status == 422
    assert page.error_of("password").startswith("Erreur : Choisissez un mot de passe")


async def test_a_login_keeps_the_identifier_and_where_it_leads(client: Client) -> None:
    person = Person()
    page = await client.get("/connexion?suite=/espace/heures")
    fields = {"nir": person.nir, "password": person.password}

    again = await client.submit(page, {**fields, **OLD})

    assert person.password not in again.html
    assert again.values()["nir"] == person.nir
    assert again.form().get("action") == "/connexion?suite=/espace/heures"


async def test_an_agreement_is_given_anew(client: Client) -> None:
    page = await client.get("/inscription/conditions")
    client.http.cookies.clear()
    expired = await client.submit(page, {"accepted": "y"})
    assert expired.status == 403
    assert "accepted" not in expired.values()

    assert (await client.submit(expired, {"accepted": "y"})).url == "/inscription/identite"


async def test_a_logout_that_got_old_leads_to_the_page_with_its_button(
    client: Client, outbox: Outbox
) -> None:
    await register_and_log_in(client, Person(), outbox)
    page = await client.submit(await client.get("/espace"), OLD, action="/deconnexion")
    assert page.status == 403
    assert SAYS_SO in page.text
    assert (await client.submit(page, action="/deconnexion")).url == "/connexion"


async def test_values_that_the_page_has_no_field_for_are_listed(
    app: Starlette, outbox: Outbox
) -> None:
    """The browser has logged out: the form of the space can be neither shown nor sent."""
    async with Client(app) as visitor:
        await visitor.get("/connexion")
        typed = {"usual_name": "Martin <b>", "city": "Angers", "unknown": "x", "password": "y"}
        page = await visitor.post("/espace/informations", {**typed, **OLD})
    assert page.status == 403
    assert page.described() == {"Nom d’usage": "Martin <b>", "Commune": "Angers"}
    assert 'href="/espace/informations"' in page.html
    assert "<form" not in page.html


async def test_unknown_and_strange_fields_come_back_nowhere(client: Client) -> None:
    """3.5.1: fields unknown to our forms are dropped."""
    sent = [("a", "1"), ("a", "2"), ('"><script>', "<&\u00a0'\"\n\tx"), ("é", ""), ("", "nameless")]
    path = "/connexion?suite=%2Fespace%2Fheures&b=%3C"
    await client.get("/connexion")
    page = Page(await client.http.post(path, content=urlencode(sent), headers=FORM))

    assert set(page.values()) == {"csrf", "key", "nir", "password"}
    assert page.form().get("action") == "/connexion?suite=/espace/heures"


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "//evil.example", "///"])
async def test_the_way_back_stays_on_this_site_whatever_the_path(client: Client, path: str) -> None:
    """3.5.1: the new token stays on this site."""
    response = await client.http.post(f"http://127.0.0.1:8000{path}", data={"nir": "1"})

    assert response.status_code == 403
    for address in re.findall(r'(?:href|action)="([^"]*)"', response.text):
        # The home page names today's account, and links to its site.
        if address != "https://www.moncompteformation.gouv.fr/":
            assert re.match(r"/(?![/\\])|#|data:", address), address


async def test_a_form_without_its_idempotency_key_is_not_carried_out(
    client: Client, outbox: Outbox
) -> None:
    """2.3.3: carried out once, whoever sends it; a POST that only renders a fragment needs none."""
    await register_and_log_in(client, Person(), outbox)
    tokens = (await client.get("/espace/heures")).values("/espace/heures")
    for key in ({}, {"key": ""}, {"key": "k"}, {"key": "é" * 43}):
        page = await client.post("/espace/heures", {"csrf": tokens["csrf"], "dif": "77", **key})
        assert page.status == 403
        assert SAYS_SO in page.text
    assert "non renseignées" in (await client.get("/espace")).text
    robustesse = "/espace/mot-de-passe/robustesse"
    part = await client.post(robustesse, {"csrf": tokens["csrf"], "password": "x"}, htmx=True)
    assert part.status == 200
