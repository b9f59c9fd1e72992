"""The journey, step by step, with the client without scripts."""

from __future__ import annotations

import re

from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.people import Person

LINK = re.compile(r"https?://[^\s/]+(/activation/[A-Za-z0-9_-]{43})")


async def to_identity(client: Client) -> Page:
    """Accept the terms; return the second step."""
    page = await client.get("/inscription/conditions")
    return await client.submit(page, {"accepted": "y"})


async def to_password(client: Client, person: Person) -> Page:
    """Return the third step."""
    return await client.submit(await to_identity(client), person.identity())


async def to_validation(client: Client, person: Person) -> Page:
    """Return the fourth step."""
    page = await to_password(client, person)
    fields = {"password": person.password, "password_confirmation": person.password}
    return await client.submit(page, fields)


async def to_waiting(client: Client, person: Person) -> Page:
    """Return the waiting page."""
    return await client.submit(await to_validation(client, person))


async def to_mailed_link(client: Client, person: Person, outbox: Outbox) -> str:
    """Let a worker send the mail; return the path of its link."""
    await to_waiting(client, person)
    await outbox.deliver()
    return activation_path(outbox, person)


async def register(client: Client, person: Person, outbox: Outbox) -> Page:
    """Register and follow the mailed link; return the login."""
    page = await client.get(await to_mailed_link(client, person, outbox))
    return await client.submit(page)


async def log_in(client: Client, person: Person) -> Page:
    """Return the first page of the personal space."""
    page = await client.get("/connexion")
    return await client.submit(page, {"nir": person.nir, "password": person.password})


async def register_and_log_in(client: Client, person: Person, outbox: Outbox) -> Page:
    """Return the first page of the personal space of a new account."""
    await register(client, person, outbox)
    return await log_in(client, person)


def activation_path(outbox: Outbox, person: Person) -> str:
    """The path of the newest link mailed to the person."""
    found = LINK.search(outbox.to(person.email)[-1].text)
    assert found, "no link in the mail"
    return found[1]
