"""« Compte et sécurité » of an agent, and the records that expire."""

from __future__ import annotations

import pytest

from tests.support.db.rows import run, value
from tests.support.desks.agents import InventedAgent, log_in_agent
from tests.support.http.client import Client
from tests.support.logins.devices import make_known
from tests.support.mail.outbox import Outbox
from web.core.runtime import Runtime

ACCOUNT = "/professionnels/compte"
PASSWORD, SESSIONS = f"{ACCOUNT}/mot-de-passe", f"{ACCOUNT}/connexions"


@pytest.fixture
async def space(client: Client, employer: InventedAgent) -> Client:
    """The employer's agent, logged in with a known browser."""
    await make_known(client, employer)
    await log_in_agent(client, employer)
    return client


async def test_the_account_page_shows_the_agent_and_the_second_factor(
    space: Client, employer: InventedAgent
) -> None:
    page = await space.get(ACCOUNT)
    assert employer.email in page.text
    assert "999 999 808 00010" in page.text
    assert "Mettre en place un code de connexion" in page.text
    for path in (PASSWORD, SESSIONS):
        assert f'href="{path}"' in page.html


async def test_expired_rows_are_purged(space: Client, runtime: Runtime, outbox: Outbox) -> None:
    await run(runtime, "UPDATE session SET created_at = now() - interval '25 hours'")
    await run(runtime, "UPDATE professional_event SET occurred_at = now() - interval '366 days'")
    await run(runtime, "UPDATE known_device SET last_used_at = now() - interval '366 days'")
    await run(
        runtime,
        """
        INSERT INTO password_link (id, kind, purpose, identifier_digest, created_at)
        VALUES (gen_random_uuid(), 'agent', 'reset', '\\x01', now() - interval '31 days')
        """,
    )
    await outbox.clear()
    for table in ("session", "professional_event", "password_link"):
        assert await value(runtime, f"SELECT count(*) FROM {table}") == 0
    assert await value(runtime, "SELECT count(*) FROM known_device") == 0
