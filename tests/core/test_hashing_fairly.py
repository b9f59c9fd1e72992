"""Whoever has passwords hashed by the hundred keeps nobody else from logging in, and is counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from starlette.applications import Starlette

from tests.support.client import Client, Page
from tests.support.journey import log_in, register, to_password, to_validation
from tests.support.outbox import Outbox
from tests.support.people import PASSWORD, Person
from tests.support.rows import value
from web.app import create_app
from web.core.passwords import HASHES_PER_ADDRESS, HASHES_PER_BROWSER
from web.core.runtime import Runtime
from web.settings import Settings

FLOOD, STEP = "198.51.100.9", "/inscription/mot-de-passe"
CHOSEN = {"password": PASSWORD, "password_confirmation": PASSWORD}


@pytest.fixture
async def slow_app(settings: Settings) -> AsyncIterator[Starlette]:
    """An application whose hashes take a moment."""
    app = create_app(settings.model_copy(update={"argon2_memory_kib": 8192, "argon2_time": 8}))
    async with app.router.lifespan_context(app):
        yield app


async def counted(runtime: Runtime) -> int:
    """How many hashes are counted for addresses, those of tests having one each."""
    bucket = runtime.hasher.digest(f"limit:{HASHES_PER_ADDRESS.name}", FLOOD)
    return await value(runtime, "SELECT sum(hits)::int FROM rate_limit WHERE bucket = $1", bucket)


async def test_a_flood_at_the_third_step_is_refused_and_the_others_log_in(
    slow_app: Starlette,
) -> None:
    """15.2.2: by one browser, whatever it has open at once."""
    async with Client(slow_app, address=FLOOD) as robot, Client(slow_app) as person:
        page, login = await to_password(robot, Person()), await person.get("/connexion")
        flood = [asyncio.create_task(robot.submit(page, CHOSEN, follow=False)) for _ in range(40)]
        hasher = slow_app.state.runtime.passwords
        while not hasher.pending:
            await asyncio.sleep(0)
        answers = [
            await person.submit(login, {"nir": Person().nir, "password": PASSWORD})
            for _ in range(3)
        ]
        statuses = [answer.status for answer in await asyncio.gather(*flood)]
    assert {answer.status for answer in answers} == {422}
    assert set(statuses) == {303, 503}
    # In the first places, then one after the other as they are freed.
    assert statuses.count(503) > 20


async def test_a_refused_flood_gets_the_designed_page(slow_app: Starlette) -> None:
    """16.5."""
    async with Client(slow_app, address=FLOOD) as robot:
        page = await to_password(robot, Person())
        pages = await asyncio.gather(*(robot.submit(page, CHOSEN, follow=False) for _ in range(20)))
    refused = [page for page in pages if page.status == 503]
    assert refused
    for page in refused:
        assert "momentanément indisponible" in page.text
        assert int(page.response.headers["retry-after"]) > 0


async def test_who_is_refused_a_place_has_used_up_no_attempt(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    """6.3.1: a flood of hashes must not become failed logins of the people it sends away."""
    person = Person()
    await register(client, person, outbox)
    hasher = runtime.passwords
    async with AsyncExitStack() as stack:
        while hasher.pending < hasher._queue._at_once:
            await stack.enter_async_context(hasher._queue.turn())
        flood = [
            asyncio.create_task(hasher.hash(PASSWORD)) for _ in range(hasher._queue._most_waiting)
        ]
        while hasher.pending < hasher._queue.most_pending:
            await asyncio.sleep(0)
        async with Client(app, address=FLOOD) as other:
            for _ in range(12):
                assert (await log_in(other, person)).status == 503
    await asyncio.gather(*flood)
    async with Client(app, address=FLOOD) as other:
        assert (await log_in(other, person)).url == "/espace"


async def hash_again(client: Client) -> Page:
    """Choose the password of a registration once more."""
    return await client.submit(await client.get(STEP), CHOSEN, follow=False)


async def test_each_hash_of_the_third_step_is_counted_and_the_form_says_when_to_go_on(
    app: Starlette, runtime: Runtime
) -> None:
    """6.3.1: and nothing of the registration is lost."""
    async with Client(app, address=FLOOD) as client:
        await to_validation(client, Person())
        assert await counted(runtime) == 1
        for _ in range(HASHES_PER_BROWSER.hits - 1):
            assert (await hash_again(client)).status == 303
        page = await hash_again(client)
        assert page.status == 429
        assert int(page.response.headers["retry-after"]) > 0
        assert "Votre inscription est conservée : attendez" in page.text
        assert PASSWORD not in page.html
        assert (await client.get("/inscription/validation")).url == "/inscription/validation"
    assert await counted(runtime) == HASHES_PER_BROWSER.hits


async def test_whatever_hashes_is_counted(app: Starlette, outbox: Outbox, runtime: Runtime) -> None:
    """6.3.1: logins, right or wrong, and changes of password, without a feature naming it."""
    person, other = Person(), Person(nir="1850599990002")
    async with Client(app, address=FLOOD) as client:
        await register(client, person, outbox)
        assert await counted(runtime) == 1
        await log_in(client, person)
        assert await counted(runtime) == 2
        page = await client.get("/espace/mot-de-passe")
        changed = "Rivage-Mauve-482"
        new = {"password": changed, "password_confirmation": changed}
        await client.submit(page, {"password_current": PASSWORD, **new})
        assert await counted(runtime) == 4
    async with Client(app, address=FLOOD) as unknown:
        await log_in(unknown, other)
    assert await counted(runtime) == 5


async def test_a_login_is_refused_past_the_limit_of_hashes_and_says_when(
    app: Starlette, runtime: Runtime
) -> None:
    async with Client(app, address=FLOOD) as client:
        await log_in(client, Person())
        async with runtime.db.connection() as connection:
            await connection.execute(
                "UPDATE rate_limit SET hits = $1 WHERE bucket = $2",
                HASHES_PER_ADDRESS.hits,
                runtime.hasher.digest(f"limit:{HASHES_PER_ADDRESS.name}", FLOOD),
            )
        page = await log_in(client, Person())
    assert page.status == 429
    assert "attendez" in page.text
    async with Client(app) as elsewhere:
        assert (await log_in(elsewhere, Person())).status == 422
