"""A forged request is never one press away from taking effect."""

from __future__ import annotations

from tests.support.db.rows import run, value
from tests.support.http.client import Client, Page
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import Person
from tests.support.training.delegations import GRANT, NEW, SIRET, fields
from web.core.crypto.tokens import new_token
from web.core.runtime import Runtime

GRANTED = "SELECT count(*) FROM delegation"
FORGED = fields(employer_name="Attaquant", scope="modifier")
IDLE = "UPDATE session SET last_seen_at = now() - interval '31 minutes'"


async def press_everything(client: Client, page: Page) -> list[Page]:
    """Press each button of the page except the logout, without changing any field."""
    assert page.dom is not None
    actions = {form.get("action") or "" for form in page.dom.iter("form")} - {"/deconnexion"}
    return [await client.submit(page, action=action) for action in sorted(actions)]


async def test_a_forged_delegation_is_not_granted_at_one_press_in_a_browser_of_text(
    space: Client, runtime: Runtime
) -> None:
    """3.5.1: without Sec-Fetch-Site the origin is unproven; the form is shown again for review."""
    await space.get("/espace")
    del space.http.headers["Sec-Fetch-Site"]
    for origin in ({}, {"Origin": "null"}):
        space.http.headers.update(origin)
        page = await space.post(GRANT, {**FORGED, "csrf": "", "key": new_token(runtime.randomness)})
        assert page.status == 403
        assert page.values(NEW)["employer_name"] == "Attaquant"
        assert page.values(NEW)["siret"].replace(" ", "") == SIRET
        forms = (
            {form.get("action") for form in page.dom.iter("form")}
            if page.dom is not None
            else set()
        )
        assert GRANT not in forms
        preview = await space.submit(page, action=NEW)
        assert "Ce que verra Attaquant" in preview.text
        await press_everything(space, page)
        assert await value(runtime, GRANTED) == 0


async def test_a_form_planted_with_the_cookie_of_an_ended_session_grants_nothing_at_one_press(
    space: Client, runtime: Runtime, person: Person, stranger: Client
) -> None:
    """3.5.1, 7.4.1: a shared computer keeps the token of an expired session."""
    tokens = (await space.get(NEW)).values(NEW)
    await run(runtime, IDLE)
    stranger.carry(compte=space.http.cookies["compte"])
    planted = await stranger.post(GRANT, {**FORGED, "csrf": tokens["csrf"], "key": tokens["key"]})
    assert planted.url == "/connexion?suite=/espace/reprise"

    await log_in(space, person)
    page = await space.get("/espace/reprise")

    assert "Reprendre votre saisie" in page.text
    assert page.values(NEW)["employer_name"] == "Attaquant"
    await press_everything(space, page)
    assert await value(runtime, GRANTED) == 0


async def test_a_cross_site_form_that_got_old_is_not_kept_for_later(
    space: Client, runtime: Runtime
) -> None:
    """3.5.1: only a form proven to come from our pages replaces the one kept."""
    await run(runtime, IDLE)
    del space.http.headers["Sec-Fetch-Site"]
    page = await space.post(GRANT, {**FORGED, "csrf": "", "key": new_token(runtime.randomness)})
    assert page.status == 403
    assert page.described()["Nom de l’employeur"] == "Attaquant"
    assert await value(runtime, "SELECT count(*) FROM kept_form") == 0


async def test_a_form_that_got_old_after_its_session_ended_is_kept(
    space: Client, runtime: Runtime
) -> None:
    await run(runtime, IDLE)
    page = await space.post(GRANT, {**FORGED, "csrf": "", "key": new_token(runtime.randomness)})
    assert page.url == "/connexion?suite=/espace/reprise"
    assert await value(runtime, "SELECT count(*) FROM kept_form") == 1
