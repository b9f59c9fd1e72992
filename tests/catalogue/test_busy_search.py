"""Concurrent searches, however many and however slow, leave the other pages responsive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from starlette.applications import Starlette

from tests.support.db.roles import APPLICATION
from tests.support.db.rows import run, value
from tests.support.event_loop import until
from tests.support.http.client import Client, Page
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import give_hours, person_of
from tests.support.training.importing import import_lines, line
from web.catalogue import service
from web.core.db.database import POOL_MAX
from web.core.fair_queue import WAITING_PER_ADDRESS, BusyError
from web.core.runtime import SEARCHES_AT_ONCE, Runtime

URL, NEW = "/titulaire/ma-liste-de-formations", "/espace/dossiers/nouveau"
RUNNING = (
    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND wait_event_type = 'Lock'"
)

SEARCHES = """
    SELECT count(*) FROM pg_stat_activity
    WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%catalogue_word%'
"""


@pytest.fixture
async def catalogue(runtime: Runtime) -> None:
    await import_lines(runtime, [line(2368, "Menuisier agenceur")])


@asynccontextmanager
async def slow_catalogue(runtime: Runtime) -> AsyncIterator[None]:
    """Make every search wait for a lock."""
    async with runtime.db.transaction() as connection:
        await connection.execute("LOCK TABLE catalogue_word IN ACCESS EXCLUSIVE MODE")
        yield


@asynccontextmanager
async def endless_search(runtime: Runtime) -> AsyncIterator[None]:
    """Make every search compute without end.

    A lock would not do: on other days (`make days`), PostgreSQL's timers do not end a wait.
    """
    await run(
        runtime,
        f"""
        ALTER TABLE catalogue_word RENAME TO words;
        CREATE VIEW catalogue_word AS SELECT words.* FROM words, generate_series(1, 1e12);
        GRANT SELECT ON catalogue_word TO {APPLICATION};
        """,
    )
    yield
    await run(runtime, "DROP VIEW catalogue_word; ALTER TABLE words RENAME TO catalogue_word")


@asynccontextmanager
async def busy(runtime: Runtime) -> AsyncIterator[None]:
    """Take every search slot, and every waiting slot of cookieless browsers at one address."""
    async with AsyncExitStack() as stack:
        for _ in range(SEARCHES_AT_ONCE):
            await stack.enter_async_context(runtime.searching.slot())
        yield


async def search(client: Client, text: str, *, htmx: bool = False) -> Page:
    return await client.get(f"{URL}?q={text}", htmx=htmx)


async def search_in_crowds(client: Client, runtime: Runtime) -> list[asyncio.Task[Page]]:
    """Start as many searches as one address may have waiting."""
    waiting = [asyncio.create_task(search(client, "menuisier")) for _ in range(WAITING_PER_ADDRESS)]
    await until(lambda: runtime.searching.pending == SEARCHES_AT_ONCE + WAITING_PER_ADDRESS)
    return waiting


async def test_a_flood_of_searches_leaves_the_other_pages_their_connections(
    app: Starlette, runtime: Runtime, catalogue: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """15.2.2: without its own bound, the search would use up the connection pool."""
    monkeypatch.setattr(service, "SEARCH_SECONDS", 30)
    async with AsyncExitStack() as stack:
        robots = [
            await stack.enter_async_context(Client(app, address=f"198.51.{n}.9")) for n in range(20)
        ]
        flood = []
        async with slow_catalogue(runtime):
            flood = [asyncio.create_task(search(robot, "menuisier")) for robot in robots]
            await until(lambda: runtime.searching.pending == len(robots))
            assert len(robots) > POOL_MAX
            reader = await stack.enter_async_context(Client(app))
            assert (await reader.get("/sante/pret")).status == 200
            assert await asyncio.create_task(value(runtime, RUNNING)) <= SEARCHES_AT_ONCE
        assert {page.status for page in await asyncio.gather(*flood)} == {200}


async def test_a_search_is_stopped_by_the_server_before_it_takes_long(
    runtime: Runtime, catalogue: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "SEARCH_SECONDS", 0.05)
    async with endless_search(runtime):
        with pytest.raises(BusyError):
            await service.find(runtime, "menuisier")
        assert await value(runtime, SEARCHES) == 0
    assert runtime.searching.pending == 0
    monkeypatch.setattr(service, "SEARCH_SECONDS", 30)
    assert (await service.find(runtime, "menuisier")).total == 1


@pytest.mark.parametrize("htmx", [False, True])
async def test_a_busy_search_says_so_and_keeps_what_was_typed(
    client: Client, runtime: Runtime, catalogue: None, htmx: bool
) -> None:
    """16.5."""
    async with busy(runtime):
        waiting = await search_in_crowds(client, runtime)
        page = await search(client, "soudeur+%26+fils", htmx=htmx)
        assert page.status == 503
        assert int(page.response.headers["retry-after"]) > 0
        assert "La recherche est très demandée en ce moment" in page.text
        assert "« soudeur & fils »" in page.text
        assert f'href="{URL}?q=soudeur+%26+fils"' in page.html
        assert "Aucune formation" not in page.text
        if not htmx:
            assert page.values(f"{URL}#resultats") == {"q": "soudeur & fils"}
            assert "aucune" not in page.title
            assert "Le code CPF" in page.text
    assert {page.status for page in await asyncio.gather(*waiting)} == {200}


async def test_others_search_while_an_address_is_refused(
    client: Client, app: Starlette, runtime: Runtime, catalogue: None
) -> None:
    async with Client(app, address="198.51.100.9") as other:
        async with busy(runtime):
            waiting = await search_in_crowds(client, runtime)
            theirs = asyncio.create_task(search(other, "menuisier"))
            pending = SEARCHES_AT_ONCE + WAITING_PER_ADDRESS + 1
            await until(lambda: runtime.searching.pending == pending)
        assert (await theirs).status == 200
        await asyncio.gather(*waiting)


async def test_the_form_of_a_dossier_stays_as_it_was_typed(
    app: Starlette,
    client: Client,
    runtime: Runtime,
    catalogue: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = Person()
    person_id = await person_of(runtime, await open_account(runtime, person))
    await give_hours(runtime, person_id, dif=15)
    await log_in(client, person)
    page = await client.get(NEW)
    monkeypatch.setattr(service, "SEARCH_SECONDS", 0.05)
    typed = {"search": "menuisier", "title": "Ébénisterie", "duration": "35", "rechercher": "1"}
    async with endless_search(runtime):
        page = await client.submit(page, typed, action=NEW)
    assert page.status == 200
    assert "La recherche est très demandée en ce moment" in page.text
    monkeypatch.setattr(service, "SEARCH_SECONDS", 30)
    assert page.values(NEW) | typed == page.values(NEW) | {"rechercher": "1"}
    page = await client.submit(page, typed, action=NEW)
    assert "1 formation pour « menuisier »" in page.text
