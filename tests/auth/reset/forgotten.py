"""« Mot de passe oublié », and the link mailed to a titulaire."""

from __future__ import annotations

import re

from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.people import Person

LINK = re.compile(r"https?://[^\s/]+(/mot-de-passe/[A-Za-z0-9_-]{43})")
FORGOTTEN = "/mot-de-passe-oublie"
NEW = {"password": "Girafe-913-Mauve", "password_confirmation": "Girafe-913-Mauve"}


async def ask(client: Client, nir: str) -> Page:
    """Request a link."""
    return await client.submit(await client.get(FORGOTTEN), {"nir": nir})


async def asked_link(client: Client, person: Person, outbox: Outbox) -> str:
    """Request a link and return the path mailed."""
    await ask(client, person.nir)
    await outbox.deliver()
    found = LINK.search(outbox.to(person.email)[-1].text)
    assert found, outbox.to(person.email)[-1].text
    return found[1]
