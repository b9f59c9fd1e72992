"""Acts of the owner of an account while another request waits for its lock: the owner wins."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from uuid import UUID

import pytest

from tests.support.db.rows import column, until_someone_waits, value
from tests.support.desks import agents
from tests.support.desks.agents import InventedAgent, log_in_agent
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import PASSWORD, Person
from web.auth.logins import lock_login, set_password
from web.auth.sessions.queries import revoke_sessions
from web.core.db.connection import Connection
from web.core.runtime import Runtime

NEW = {"password": "Girafe-913-Mauve", "password_confirmation": "Girafe-913-Mauve"}
LINK = re.compile(r"https?://[^\s/]+(/\S*mot-de-passe/[A-Za-z0-9_-]{43})")


@dataclass
class Owner:
    """Someone logged in: their login, their current password, their mailbox, their pages."""

    login_id: UUID
    password: str
    email: str
    identifier: dict[str, str]
    base: str
    forgotten: str
    login: str


@pytest.fixture(params=["titulaire", "agent"])
async def owner(request: pytest.FixtureRequest, client: Client, runtime: Runtime) -> Owner:
    """An owner of each kind, logged in with `client`."""
    if request.param == "titulaire":
        person = Person()
        login_id = await open_account(runtime, person)
        await log_in(client, person)
        return Owner(
            login_id,
            PASSWORD,
            person.email,
            {"nir": person.nir},
            "/espace",
            "/mot-de-passe-oublie",
            "/connexion",
        )
    agent = await agents.add(runtime, InventedAgent())
    await log_in_agent(client, agent)
    return Owner(
        agent.id,
        agent.password,
        agent.email,
        {"email": agent.email},
        "/professionnels/compte",
        "/professionnels/mot-de-passe-oublie",
        "/professionnels",
    )


async def reset(connection: Connection, login_id: UUID) -> None:
    """Do what a reset by mail does to the password and the sessions."""
    await set_password(connection, login_id, "the owner's new hash")
    await revoke_sessions(connection, login_id)


async def post_while_reset(
    client: Client, runtime: Runtime, owner: Owner, path: str, fields: dict[str, str]
) -> Page:
    """Send a form that the old password confirms while the owner's reset is being committed."""
    values = (await client.get(path)).values(path)
    async with runtime.db.transaction() as connection:
        await lock_login(connection, owner.login_id)
        sending = asyncio.create_task(client.post(path, values | fields, follow=False))
        await asyncio.create_task(until_someone_waits(runtime))
        await reset(connection, owner.login_id)
    return await sending


async def test_a_change_of_password_under_way_ends_with_its_session(
    client: Client, runtime: Runtime, owner: Owner
) -> None:
    """The old password was right when it was verified; the owner has replaced it since."""
    path = f"{owner.base}/mot-de-passe"
    fields = NEW | {"password_current": owner.password}
    answer = await post_while_reset(client, runtime, owner, path, fields)
    assert answer.location.startswith(owner.login)
    assert await column(runtime, "SELECT password_hash FROM login") == ["the owner's new hash"]


@pytest.mark.parametrize("owner", ["titulaire"], indirect=True)
@pytest.mark.parametrize(
    ("path", "fields", "left"),
    [
        (
            "/espace/informations/courriel",
            {"email": "autre@exemple.fr", "email_confirmation": "autre@exemple.fr"},
            "SELECT count(*) = 0 FROM email_change",
        ),
        ("/espace/informations/fermeture", {"confirmed": "y"}, "SELECT count(*) = 1 FROM account"),
    ],
)
async def test_a_change_of_address_or_a_closing_under_way_does_too(
    client: Client, runtime: Runtime, owner: Owner, path: str, fields: dict[str, str], left: str
) -> None:
    typed = fields | {"password": owner.password}
    answer = await post_while_reset(client, runtime, owner, path, typed)
    assert answer.leads_to_login(owner.login)
    assert await value(runtime, left)


async def test_a_link_voided_while_it_is_followed_changes_nothing(
    client: Client, runtime: Runtime, outbox: Outbox, owner: Owner
) -> None:
    page = await client.get(owner.forgotten)
    await client.submit(page, owner.identifier)
    await outbox.deliver()
    found = LINK.search(outbox.to(owner.email)[-1].text)
    assert found
    path = found[1]
    values = (await client.get(path)).values(path)
    change = f"{owner.base}/mot-de-passe"
    current = (await client.get(change)).values(change) | {"password_current": owner.password}
    current |= {"password": "Autruche-77-9-Bleue", "password_confirmation": "Autruche-77-9-Bleue"}
    # Both wait for the login; the change of password asked first.
    async with runtime.db.transaction() as connection:
        await lock_login(connection, owner.login_id)
        changing = asyncio.create_task(client.post(change, current, follow=False))
        await asyncio.create_task(until_someone_waits(runtime))
        following = asyncio.create_task(client.post(path, values | NEW, follow=False))
        await asyncio.create_task(until_someone_waits(runtime, 2))
    assert (await changing).status == 303
    assert (await following).status == 410
    ends = await column(runtime, "SELECT ended_as FROM password_link")
    assert ends == ["password changed"]
