"""The site through PgBouncer, in transaction pooling, with the file of deploy/pgbouncer.

Where PgBouncer is not installed, or is too old, a relay takes its place: the two addresses differ,
and nothing is pooled.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.support.db.pooler import pgbouncer, pooler
from tests.support.db.relay import Relay
from tests.support.db.roles import APPLICATION
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox, Peer
from tests.support.programs.commands import run_command
from tests.support.programs.settings import DEFAULTS, NOWHERE, make_settings
from tests.support.titulaires.journey import register_and_log_in
from tests.support.titulaires.people import Person
from web.app import create_app
from web.core.runtime import Runtime

HOURS, NEW = "/espace/heures", "/espace/dossiers/nouveau"
CONNECTIONS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'compte-formation'
"""
POOL = 2
PEOPLE = 4


@pytest.fixture
async def pooled_url(postgres: Any, database_url: str, relay: Relay) -> AsyncIterator[str]:
    """The database through PgBouncer, or through a relay."""
    path = pgbouncer()
    if path is None:
        yield relay.url
        return
    with pooler(postgres, path, APPLICATION, POOL) as one:
        yield one.url(database_url)


async def live(client: Client, outbox: Outbox) -> str:
    """Register, log in, declare DIF hours and save a dossier; return the dossier's address."""
    await register_and_log_in(client, Person(), outbox)
    page = await client.submit(await client.get(HOURS), {"dif": "80"}, action=HOURS)
    assert "80 h" in page.text
    page = await client.submit(await client.get(NEW), {"title": "Soudure"}, action=NEW)
    assert "Votre dossier est enregistré." in page.text
    return page.url


@pytest.mark.own_session
async def test_people_register_declare_hours_and_save_dossiers_through_it(
    pooled_url: str, database_url: str
) -> None:
    """The processes have more connections than there are to PostgreSQL."""
    peer = Peer()
    await peer.start()
    smtp = f"smtp://127.0.0.1:{peer.port}"
    settings = make_settings(
        database_url=pooled_url, direct_database_url=database_url, smtp_url=smtp
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        runtime: Runtime = app.state.runtime
        outbox = Outbox(peer, runtime, settings)
        addresses = set()
        for _ in range(PEOPLE):
            async with Client(app) as client:
                addresses.add(await live(client, outbox))
                pages = await asyncio.gather(
                    *(client.get(path) for path in ("/espace", HOURS, *addresses) for _ in range(5))
                )
                assert {page.status for page in pages} <= {200, 404}
        assert len(addresses) == PEOPLE
        connections = await runtime.db.fetchval(CONNECTIONS)
    await peer.stop()
    if pgbouncer():
        assert 1 <= connections <= POOL


@pytest.mark.parametrize("command", [("failed-mails",), ("rotate-keys",), ("migrate",)])
def test_what_keeps_a_session_goes_past_the_pooler(owner_url: str, command: tuple[str]) -> None:
    settings = {**DEFAULTS, "database_url": NOWHERE, "direct_database_url": owner_url}
    done = run_command(*command, **settings)
    assert (done.status, done.err) == (0, "")
