"""« Mot de passe oublié », and the mailed links that choose a password, for both kinds."""

from __future__ import annotations

import re

from tests.support.db.rows import run
from tests.support.http.client import Client, Page
from tests.support.logins.kinds import Account, Kind
from tests.support.mail.outbox import Outbox
from web.core.runtime import Runtime

NEW = {"password": "Girafe-913-Mauve", "password_confirmation": "Girafe-913-Mauve"}
STOLEN = {"password": "Autruche-77-9-Bleue", "password_confirmation": "Autruche-77-9-Bleue"}


async def ask(client: Client, kind: Kind, identifier: str) -> Page:
    """Request a link."""
    return await client.submit(await client.get(kind.forgotten), {kind.identifier: identifier})


async def asked_link(client: Client, account: Account, outbox: Outbox) -> str:
    """Request a link and return the path mailed."""
    await ask(client, account.kind, account.identifier)
    await outbox.deliver()
    return link_in(account.kind, outbox.to(account.email)[-1].text)


def link_in(kind: Kind, text: str) -> str:
    """Return the path of the link in a mail."""
    found = re.search(rf"https?://[^\s/]+({kind.links}/[A-Za-z0-9_-]{{43}})", text)
    assert found, text
    return found[1]


async def age_tokens(runtime: Runtime, interval: str) -> None:
    """Move the links into the past."""
    await run(runtime, f"UPDATE bearer_token SET expires_at = expires_at - interval '{interval}'")
