"""A registration in progress: survives a restart, is bound to one browser, expires."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import run, value
from tests.support.http.client import Client, Page
from tests.support.titulaires.journey import to_identity, to_password, to_validation, to_waiting
from tests.support.titulaires.people import PASSWORD, Person
from web.app import create_app
from web.core.runtime import Runtime
from web.settings import Settings
from web.signup.steps.queries import purge_registrations

TERMS, IDENTITY = "/inscription/conditions", "/inscription/identite"
PASSWORD_STEP, VALIDATION = "/inscription/mot-de-passe", "/inscription/validation"
EXPIRED, WAITING = "/inscription/expiree", "/inscription/courriel"


async def age(runtime: Runtime, interval: str) -> None:
    """Move the last action into the past."""
    await run(
        runtime, f"UPDATE registration SET last_action_at = last_action_at - interval '{interval}'"
    )


class RestartingBrowser:
    """The same browser, with an application restarted for each request."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._cookies: object = None

    async def submit(self, path: str, fields: dict[str, str]) -> Page:
        """Show a page, stop the application, start another, press the button."""
        page = await self._with_new_application("get", path)
        values = {**page.values(), **fields}
        return await self._with_new_application("post", path, values)

    async def _with_new_application(self, method: str, *given: object) -> Page:
        app = create_app(self._settings)
        async with app.router.lifespan_context(app), Client(app) as client:
            if self._cookies is not None:
                client.http.cookies.update(self._cookies)  # type: ignore[arg-type]
            page: Page = await getattr(client, method)(*given)
            self._cookies = client.http.cookies
        return page


async def test_the_application_may_restart_between_any_two_requests(settings: Settings) -> None:
    person = Person()
    browser = RestartingBrowser(settings)
    await browser.submit(TERMS, {"accepted": "y"})
    await browser.submit(IDENTITY, person.identity())
    await browser.submit(PASSWORD_STEP, {"password": PASSWORD, "password_confirmation": PASSWORD})
    page = await browser.submit(VALIDATION, {})
    assert page.url == WAITING
    assert "Vous allez recevoir un courriel contenant un lien de confirmation." in page.text


@pytest.mark.parametrize("step", [IDENTITY, PASSWORD_STEP, VALIDATION])
async def test_an_hour_after_the_last_action_each_step_says_it_expired(
    client: Client, runtime: Runtime, step: str
) -> None:
    old = await to_validation(client, Person())
    await age(runtime, "61 minutes")

    page = await client.get(step)
    assert page.url == EXPIRED
    assert page.title.startswith("Votre inscription a expiré")
    assert 'href="/inscription/conditions"' in page.html
    tokens = {name: old.values()[name] for name in ("csrf", "key")}
    page = await client.post(step, tokens)
    assert page.url == EXPIRED
    assert await value(runtime, "SELECT count(*) FROM mail") == 0


async def test_each_action_gives_another_hour(client: Client, runtime: Runtime) -> None:
    await to_password(client, Person())
    for path in (IDENTITY, "/inscription/prolonger", TERMS, PASSWORD_STEP):
        await age(runtime, "59 minutes")
        page = await client.get(path)
        assert page.url == path
    assert "prolongée" in (await client.get("/inscription/prolonger")).text


async def test_pages_of_the_same_minute_write_nothing_and_still_give_their_hour(
    client: Client, runtime: Runtime
) -> None:
    await to_password(client, Person())
    await age(runtime, "50 seconds")
    version = "SELECT xmin::text || ' ' || last_action_at FROM registration"
    before = await value(runtime, version)
    for path in (IDENTITY, "/inscription/prolonger", PASSWORD_STEP):
        assert (await client.get(path)).url == path
    assert await value(runtime, version) == before
    await age(runtime, "60 minutes")
    assert (await client.get(PASSWORD_STEP)).url == PASSWORD_STEP


async def test_an_expired_registration_cannot_be_extended(client: Client, runtime: Runtime) -> None:
    await to_identity(client)
    await age(runtime, "61 minutes")
    assert (await client.get("/inscription/prolonger")).url == EXPIRED
    assert (await client.get(IDENTITY)).url == EXPIRED


async def test_an_expired_registration_is_started_again_from_nothing(
    client: Client, runtime: Runtime
) -> None:
    await to_validation(client, Person())
    await age(runtime, "2 hours")

    page = await client.get(TERMS)
    assert "accepted" not in page.values()
    assert "(terminée)" not in page.text
    page = await client.submit(page, {"accepted": "y"})
    assert page.url == IDENTITY
    assert page.values()["nir"] == ""
    assert await value(runtime, "SELECT count(*) FROM registration") == 1


async def test_typed_data_are_erased_after_the_hour_and_the_page_still_explains(
    client: Client, runtime: Runtime
) -> None:
    await to_validation(client, Person())
    await age(runtime, "61 minutes")
    async with runtime.db.transaction() as connection:
        await purge_registrations(connection)

    assert await value(
        runtime,
        "SELECT num_nonnulls(draft, identity, password_hash, nir_digest, email_digest) = 0"
        " FROM registration",
    )
    assert (await client.get(IDENTITY)).url == EXPIRED
    await age(runtime, "24 hours")
    async with runtime.db.transaction() as connection:
        await purge_registrations(connection)
    assert await value(runtime, "SELECT count(*) FROM registration") == 0


async def test_purging_leaves_live_registrations_alone(client: Client, runtime: Runtime) -> None:
    await to_validation(client, Person())
    await age(runtime, "59 minutes")
    async with runtime.db.transaction() as connection:
        await purge_registrations(connection)
    assert (await client.get(VALIDATION)).url == VALIDATION


async def test_nothing_is_lost_before_abandoning_is_confirmed(
    client: Client, runtime: Runtime
) -> None:
    await to_password(client, Person())
    page = await client.get("/inscription/annuler")
    assert 'href="/inscription/mot-de-passe"' in page.html
    assert (await client.get(PASSWORD_STEP)).url == PASSWORD_STEP

    page = await client.submit(page)
    assert page.url == "/"
    assert "Votre inscription est abandonnée" in page.text
    assert await value(runtime, "SELECT count(*) FROM registration") == 0
    assert (await client.get(IDENTITY)).url == TERMS
    assert "Votre inscription est abandonnée" not in (await client.get("/")).text


async def test_a_submitted_registration_is_not_abandoned_by_an_old_page(
    client: Client, runtime: Runtime
) -> None:
    page = await to_validation(client, Person())
    cancel = await client.get("/inscription/annuler")
    await client.submit(page)

    page = await client.submit(cancel)
    assert page.url == WAITING
    assert "abandonnée" not in page.text
    assert await value(runtime, "SELECT status FROM registration") == "submitted"
    assert (await client.get("/inscription/annuler")).url == "/"


async def test_two_browsers_do_not_see_each_other(app: Starlette, client: Client) -> None:
    first, second = Person(), Person(first_name="Maëlle")
    async with Client(app) as other:
        await to_validation(client, first)
        await to_password(other, second)
        assert first.email in (await client.get(VALIDATION)).text
        assert (await other.get(VALIDATION)).url == PASSWORD_STEP
        assert (await other.get(IDENTITY)).values()["first_name"] == "Maëlle"
        await client.get("/inscription/annuler")
        await client.submit(await client.get("/inscription/annuler"))
        assert (await other.get(PASSWORD_STEP)).url == PASSWORD_STEP


async def test_one_nir_may_be_registered_in_two_browsers(
    app: Starlette, client: Client, runtime: Runtime
) -> None:
    person = Person()
    async with Client(app) as other:
        assert (await to_waiting(client, person)).url == WAITING
        page = await to_waiting(other, Person(nir=person.nir, email="autre@exemple.fr"))
        assert page.url == WAITING
    assert await value(runtime, "SELECT count(*) FROM mail") == 2


async def test_nothing_identifying_is_in_an_address_or_readable_in_a_cookie(
    client: Client,
) -> None:
    person = Person()
    page = await to_waiting(client, person)
    cookies = " ".join(f"{cookie.name}={cookie.value}" for cookie in client.http.cookies.jar)
    for secret in (person.nir, person.email, person.birth_name, PASSWORD):
        assert secret not in cookies
        for step in (*page.response.history, page.response):
            assert secret not in str(step.request.url)
