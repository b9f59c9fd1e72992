"""Invitations of agents, and the links mailed to them."""

from __future__ import annotations

import re

from tests.support.desks.agents import ORGANISME_SIRET
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from web.agents.invitations.command import Options, run_invitation
from web.settings import Settings

LINK = re.compile(r"https?://[^\s/]+(/professionnels/mot-de-passe/[A-Za-z0-9_-]{43})")
FORGOTTEN = "/professionnels/mot-de-passe-oublie"
EMAIL = "jeanne.martin@opcalys.example"
NEW = {"password": "Girafe-913-Mauve", "password_confirmation": "Girafe-913-Mauve"}
OPTIONS = {"kind": "organisme", "siret": ORGANISME_SIRET, "name": "Opcalys", "email": EMAIL}


async def invite(settings: Settings, **changes: str) -> int:
    """Invite as the command does."""
    typed = {**OPTIONS, **changes}
    options = Options(
        typed["kind"],
        typed["siret"],
        typed["name"],
        typed["email"],
        category=typed.get("category", ""),
    )
    return await run_invitation(settings, options)


async def link_to(outbox: Outbox, email: str = EMAIL) -> str:
    """The path of the newest link mailed to an address."""
    await outbox.deliver()
    found = LINK.search(outbox.to(email)[-1].text)
    assert found, outbox.to(email)[-1].text
    return found[1]


async def ask(client: Client, email: str) -> Page:
    """Request a link by « Mot de passe oublié »."""
    return await client.submit(await client.get(FORGOTTEN), {"email": email})
