"""The order of the four steps: none can be skipped, none is lost when going back."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import run, value
from tests.support.desks.agents import InventedAgent, add, log_in_agent
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import (
    register_and_log_in,
    to_identity,
    to_password,
    to_validation,
    to_waiting,
)
from tests.support.titulaires.people import PASSWORD, Person
from web.core.runtime import Runtime
from web.people.terms import TERMS_VERSION

TERMS, IDENTITY = "/inscription/conditions", "/inscription/identite"
PASSWORD_STEP, VALIDATION = "/inscription/mot-de-passe", "/inscription/validation"
STEPS = (TERMS, IDENTITY, PASSWORD_STEP, VALIDATION)
WAITING = "/inscription/courriel"


async def send_step(client: Client, step: str, page: Page, person: Person) -> Page:
    """POST valid fields to a step, with the tokens of any available page."""
    tokens = {name: page.values()[name] for name in ("csrf", "key")}
    typed = {
        TERMS: {"version": TERMS_VERSION, "accepted": "y"},
        IDENTITY: person.identity(challenge=page.values().get("challenge", "")),
        PASSWORD_STEP: {"password": PASSWORD, "password_confirmation": PASSWORD},
        VALIDATION: {},
    }
    return await client.post(step, {**tokens, **typed[step]}, follow=False)


@pytest.mark.parametrize("step", STEPS[1:])
async def test_without_a_registration_every_step_leads_to_the_first(
    client: Client, step: str
) -> None:
    """2.3.1."""
    page = await client.get(step, follow=False)
    assert (page.status, page.location) == (303, TERMS)

    page = await send_step(client, step, await client.get(TERMS), Person())
    assert (page.status, page.location) == (303, TERMS)


async def test_the_start_of_the_journey_is_its_first_step(client: Client) -> None:
    page = await client.get("/inscription", follow=False)
    assert (page.status, page.location) == (303, TERMS)


async def test_after_the_terms_the_later_steps_lead_to_the_identity(client: Client) -> None:
    page = await to_identity(client)
    for step in STEPS[2:]:
        assert (await client.get(step, follow=False)).location == IDENTITY
        assert (await send_step(client, step, page, Person())).location == IDENTITY


async def test_after_the_identity_the_validation_leads_to_the_password(client: Client) -> None:
    page = await to_password(client, Person())
    assert (await client.get(VALIDATION, follow=False)).location == PASSWORD_STEP
    assert (await send_step(client, VALIDATION, page, Person())).location == PASSWORD_STEP


async def test_in_any_order_of_the_four_posts_only_the_right_one_registers(
    app: Starlette, runtime: Runtime
) -> None:
    """2.3.1: no step skipped, in any order."""
    for order in itertools.permutations(STEPS):
        person = Person()
        async with Client(app) as client:
            page = await client.get(TERMS)
            for step in order:
                shown = await client.get(step)
                at_hand = shown if shown.url == step else page
                await send_step(client, step, at_hand, person)
        reached = await value(runtime, "SELECT count(*) FROM registration WHERE status <> 'open'")
        assert reached == (1 if order == STEPS else 0), order
        await run(runtime, "DELETE FROM registration")
        await run(runtime, "DELETE FROM rate_limit")


@pytest.mark.parametrize(
    "reach", [lambda client, _: to_identity(client), to_password, to_validation]
)
async def test_the_stepper_links_what_is_done_and_nothing_further(
    client: Client, reach: Callable[[Client, Person], Awaitable[Page]]
) -> None:
    page = await reach(client, Person())
    number = STEPS.index(page.url) + 1
    assert f"Étape {number} sur 4" in page.text
    assert page.html.count('aria-current="step"') == 1
    stepper = page.html.split('<nav class="stepper"')[1].split("</nav>")[0]
    for step in STEPS:
        is_done = STEPS.index(step) + 1 < number
        assert (f'href="{step}"' in stepper) is is_done, step
    assert stepper.count("(terminée)") == number - 1


async def test_each_step_links_to_the_tutorial_and_spells_its_abbreviation_out(
    client: Client,
) -> None:
    await to_validation(client, Person())
    for step in STEPS:
        page = await client.get(step)
        assert page.url == step
        assert "Tutoriel : Inscription (nouvel onglet)" in page.text
        assert 'href="/aide/inscription" target="_blank"' in page.html
        first = page.html.index("CGU", page.html.index("<main"))
        assert page.html[:first].endswith('<abbr title="Conditions Générales d’Utilisation">')


async def test_going_back_keeps_what_was_typed_but_never_the_password(client: Client) -> None:
    person = Person()
    await to_validation(client, person)

    page = await client.get(TERMS)
    assert page.values()["accepted"] == "y"

    page = await client.get(IDENTITY)
    values = page.values()
    expected = person.identity()
    del expected["answer"]
    assert {name: values[name] for name in expected} == expected
    assert "Vous avez déjà réussi le contrôle de sécurité" in page.text

    page = await client.get(PASSWORD_STEP)
    assert "Vous avez déjà choisi un mot de passe." in page.text
    assert PASSWORD not in page.html
    assert page.values()["password"] == ""

    page = await client.get(VALIDATION)
    assert page.url == VALIDATION


async def test_wrong_values_are_kept_too(client: Client) -> None:
    page = await to_identity(client)
    wrong = Person().identity(nir="12", email="rien", first_name="R2D2", landline="06")
    page = await client.submit(page, wrong)
    assert page.status == 422

    page = await client.get(IDENTITY)
    assert page.status == 200
    assert [page.values()[name] for name in ("nir", "email", "first_name", "landline")] == [
        "12",
        "rien",
        "R2D2",
        "06",
    ]


async def test_the_terms_must_be_accepted(client: Client) -> None:
    page = await client.submit(await client.get(TERMS))
    assert page.status == 422
    assert page.error_of("accepted").endswith("acceptez les conditions en cochant la case.")
    assert (await client.get(IDENTITY, follow=False)).location == TERMS


async def test_the_version_of_the_terms_and_the_time_are_recorded(
    client: Client, runtime: Runtime
) -> None:
    await to_identity(client)
    assert await value(
        runtime,
        "SELECT terms_version = $1 AND now() - terms_accepted_at < interval '1 min'"
        " FROM registration",
        TERMS_VERSION,
    )


async def test_a_changed_identity_asks_for_the_password_again(client: Client) -> None:
    person = Person()
    await to_validation(client, person)

    page = await client.get(IDENTITY)
    page = await client.submit(page, {"birth_name": "Dupont"})
    assert page.url == PASSWORD_STEP
    assert "déjà choisi" not in page.text
    assert (await client.get(VALIDATION, follow=False)).location == PASSWORD_STEP


async def test_a_changed_phone_keeps_the_password(client: Client) -> None:
    await to_validation(client, Person())

    page = await client.submit(await client.get(IDENTITY), {"mobile": "", "landline": "0123456789"})
    assert "déjà choisi" in page.text
    page = await client.get(VALIDATION)
    assert page.url == VALIDATION
    assert "01 23 45 67 89" in page.text


@pytest.mark.parametrize("step", STEPS)
async def test_a_submitted_registration_leads_every_step_to_the_waiting_page(
    client: Client, runtime: Runtime, step: str
) -> None:
    person = Person()
    old = await to_validation(client, person)
    page = await client.submit(old)
    assert page.url == WAITING

    assert (await client.get(step, follow=False)).location == WAITING
    assert (await send_step(client, step, old, person)).location == WAITING
    assert await value(runtime, "SELECT count(*) FROM registration") == 1
    assert await value(runtime, "SELECT count(*) FROM mail") == 1


async def test_someone_else_registers_in_the_same_browser(client: Client, runtime: Runtime) -> None:
    page = await to_waiting(client, Person())
    page = await client.get("/inscription/conditions?autre=1")
    assert "accepted" not in page.values()
    page = await client.submit(page, {"accepted": "y"})
    assert page.url == IDENTITY
    assert page.values()["nir"] == ""
    page = await client.submit(page, Person().identity())
    assert page.url == PASSWORD_STEP
    assert await value(runtime, "SELECT count(*) FROM registration WHERE status = 'submitted'") == 1


@pytest.mark.parametrize("space", ["/espace", "/professionnels/compte"])
async def test_registering_someone_else_keeps_the_session_open(
    client: Client, runtime: Runtime, outbox: Outbox, space: str
) -> None:
    """One is abandoned, one expires, two are submitted, in the browser of one session."""
    if space == "/espace":
        await register_and_log_in(client, Person(), outbox)
    else:
        await log_in_agent(client, await add(runtime, InventedAgent()))
    await to_password(client, Person())
    cancel = await client.get("/inscription/annuler")
    await client.submit(cancel, action="/inscription/annuler")
    await to_validation(client, Person())
    await run(runtime, "UPDATE registration SET last_action_at = now() - interval '2 hours'")
    for path in (TERMS, f"{TERMS}?autre=1"):
        page = await client.submit(await client.get(path), {"accepted": "y"})
        person = Person()
        page = await client.submit(page, person.identity())
        fields = {"password": person.password, "password_confirmation": person.password}
        page = await client.submit(await client.submit(page, fields))
        assert page.url == WAITING
    submitted = "SELECT count(*) FROM registration WHERE status = 'submitted'"
    assert await value(runtime, submitted) == 2
    assert (await client.get(space)).url == space
