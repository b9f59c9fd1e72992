"""Terms that change during a registration: accepted again before its end, and nothing is lost."""

from __future__ import annotations

from tests.support.db.rows import run, value
from tests.support.http.client import Client
from tests.support.titulaires.journey import to_identity, to_validation
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime
from web.people.terms import OUTDATED, TERMS_VERSION

TERMS, IDENTITY, VALIDATION = (
    "/inscription/conditions",
    "/inscription/identite",
    "/inscription/validation",
)
ACCEPTED = "SELECT terms_version FROM registration"


async def accept_earlier(runtime: Runtime) -> None:
    await run(runtime, "UPDATE registration SET terms_version = $1", OUTDATED[0])


async def test_the_last_step_leads_back_to_the_new_terms_then_on(
    client: Client, runtime: Runtime
) -> None:
    page = await to_validation(client, Person())
    await accept_earlier(runtime)
    page = await client.submit(page)
    assert page.url == TERMS
    assert "Les conditions ont changé depuis que vous les avez acceptées" in page.text
    assert "accepted" not in page.values()
    assert await value(runtime, "SELECT status FROM registration") == "open"
    page = await client.submit(page, {"accepted": "y"})
    assert page.url == VALIDATION
    assert await value(runtime, ACCEPTED) == TERMS_VERSION
    assert (await client.submit(page)).url == "/inscription/courriel"


async def test_a_step_typed_meanwhile_is_still_saved(client: Client, runtime: Runtime) -> None:
    page = await to_identity(client)
    await accept_earlier(runtime)
    page = await client.submit(page, Person().identity(), action=IDENTITY)
    assert page.url == "/inscription/mot-de-passe"
    page = await client.get(TERMS)
    assert (await client.submit(page, {"accepted": "y"})).url == "/inscription/mot-de-passe"


async def test_a_page_opened_before_the_change_does_not_accept_the_new_terms(
    client: Client, runtime: Runtime
) -> None:
    page = await client.get(TERMS)
    page = await client.submit(page, {"version": OUTDATED[0], "accepted": "y"})
    assert page.status == 422
    assert "Les conditions ont changé" in page.error_of("accepted")
    assert await value(runtime, "SELECT count(*) FROM registration") == 0
    assert (await client.submit(page, {"accepted": "y"})).url == IDENTITY
