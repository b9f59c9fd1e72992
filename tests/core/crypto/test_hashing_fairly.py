"""A client that triggers hundreds of hashes does not block other logins, and is counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette

from tests.support.db.rows import column
from tests.support.event_loop import until
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import log_in, register, to_password, to_validation
from tests.support.titulaires.people import PASSWORD, Person
from web.core.crypto.passwords import HASHES_PER_ADDRESS, HASHES_PER_NETWORK
from web.core.fair_queue import WAITING_PER_BROWSER, FairQueue
from web.core.runtime import Runtime

FLOOD, STEP = "198.51.100.9", "/inscription/mot-de-passe"
CHOSEN = {"password": PASSWORD, "password_confirmation": PASSWORD}


@asynccontextmanager
async def all_threads_busy(runtime: Runtime) -> AsyncIterator[FairQueue]:
    """Block every hashing thread, so that new hashes wait."""
    queue = runtime.passwords._pool
    async with AsyncExitStack() as stack:
        while queue.pending < queue.most_at_once:
            await stack.enter_async_context(queue.slot())
        yield queue


def counted(runtime: Runtime) -> int:
    """The number of hashes counted for the address of the flood."""
    return runtime.passwords._local_limit._done[(FLOOD,)]


async def test_a_flood_at_the_third_step_is_refused_and_the_others_log_in(
    app: Starlette, client: Client, runtime: Runtime
) -> None:
    """15.2.2: from one browser, however many requests it has open; with the error page (16.5)."""
    login = await client.get("/connexion")
    async with Client(app, address=FLOOD) as robot:
        page = await to_password(robot, Person())
        async with all_threads_busy(runtime) as queue:
            held = queue.pending
            flood = [
                asyncio.create_task(robot.submit(page, CHOSEN, follow=False)) for _ in range(20)
            ]
            await until(lambda: sum(task.done() for task in flood) == 20 - WAITING_PER_BROWSER)
            fields = {"nir": Person().nir, "password": PASSWORD}
            person = asyncio.create_task(client.submit(login, fields))
            await until(lambda: queue.pending == held + WAITING_PER_BROWSER + 1)
        assert (await person).status == 422
        pages = await asyncio.gather(*flood)
    assert (
        sorted(page.status for page in pages)[:WAITING_PER_BROWSER] == [303] * WAITING_PER_BROWSER
    )
    for refused in (page for page in pages if page.status != 303):
        assert refused.status == 503
        assert "momentanément indisponible" in refused.text
        assert int(refused.response.headers["retry-after"]) > 0


async def test_a_request_refused_a_place_uses_up_no_attempt(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    """6.3.1: a flood of hashes must not count as failed logins of the people it turns away."""
    person = Person()
    await register(client, person, outbox)
    async with all_threads_busy(runtime) as queue:
        places = queue.most_pending - queue.pending
        flood = [asyncio.create_task(runtime.passwords.hash(PASSWORD)) for _ in range(places)]
        await until(lambda: queue.pending == queue.most_pending)
        async with Client(app, address=FLOOD) as other:
            for _ in range(12):
                assert (await log_in(other, person)).status == 503
    await asyncio.gather(*flood)
    async with Client(app, address=FLOOD) as other:
        assert (await log_in(other, person)).url == "/espace"


async def hash_again(client: Client) -> Page:
    """Choose the password of a registration again."""
    return await client.submit(await client.get(STEP), CHOSEN, follow=False)


async def test_each_hash_of_the_third_step_is_counted_and_the_form_says_when_to_go_on(
    app: Starlette, runtime: Runtime
) -> None:
    """6.3.1: and the registration keeps everything typed."""
    runtime.passwords._local_limit._limits = (4, HASHES_PER_ADDRESS, HASHES_PER_NETWORK)
    async with Client(app, address=FLOOD) as client:
        await to_validation(client, Person())
        assert counted(runtime) == 1
        for _ in range(3):
            assert (await hash_again(client)).status == 303
        page = await hash_again(client)
        assert page.status == 429
        assert int(page.response.headers["retry-after"]) > 0
        assert "Votre inscription est conservée : choisissez de nouveau" in page.text
        assert PASSWORD not in page.html
        assert (await client.get("/inscription/validation")).url == "/inscription/validation"
    assert counted(runtime) == 4


async def test_every_password_hash_is_counted(
    app: Starlette, outbox: Outbox, runtime: Runtime
) -> None:
    """6.3.1: logins, right or wrong, and password changes; features need not declare it."""
    person, other = Person(), Person(nir="1850599990002")
    async with Client(app, address=FLOOD) as client:
        await register(client, person, outbox)
        assert counted(runtime) == 1
        await log_in(client, person)
        assert counted(runtime) == 2
        page = await client.get("/espace/mot-de-passe")
        changed = "Rivage-Mauve-482"
        new = {"password": changed, "password_confirmation": changed}
        await client.submit(page, {"password_current": PASSWORD, **new})
        assert counted(runtime) == 4
    async with Client(app, address=FLOOD) as unknown:
        await log_in(unknown, other)
    assert counted(runtime) == 5


async def test_a_login_is_refused_past_the_limit_of_hashes_and_says_when(
    app: Starlette, runtime: Runtime
) -> None:
    async with Client(app, address=FLOOD) as client:
        await log_in(client, Person())
        runtime.passwords._local_limit._done[(FLOOD,)] = HASHES_PER_ADDRESS
        page = await log_in(client, Person())
    assert page.status == 429
    assert "dans" in page.text
    # The password was not checked: the person's own attempts are unaffected.
    assert set(await column(runtime, "SELECT hits FROM rate_limit")) == {0, 1}
    async with Client(app) as elsewhere:
        assert (await log_in(elsewhere, Person())).status == 422
