"""Browsers known to an account, as after an earlier login."""

from __future__ import annotations

from tests.support.desks.agents import InventedAgent
from tests.support.http.client import Client
from tests.support.logins.kinds import TITULAIRE, Account
from tests.support.titulaires.people import Person
from web.agents.records import login_subject
from web.auth.sessions.known_devices import Device, remember_device
from web.core.crypto.tokens import new_token
from web.core.http.browser.device_cookie import DEVICE_COOKIE, SEPARATOR
from web.core.http.browser.device_kind import device_kind
from web.core.runtime import Runtime
from web.people.identity import nir_digest

COOKIE = DEVICE_COOKIE.name(secure=False)
# Each names an account: its owner, or the account itself.
Owner = Person | InventedAgent | Account


def is_titulaire(who: Owner) -> bool:
    return who.kind is TITULAIRE if isinstance(who, Account) else isinstance(who, Person)


def subject_of(runtime: Runtime, who: Owner) -> bytes:
    """The subject of their account in the login limits."""
    if isinstance(who, Account):
        identifier = who.identifier
    else:
        identifier = who.nir if isinstance(who, Person) else who.email
    digest = nir_digest if is_titulaire(who) else login_subject
    return digest(runtime.hasher, identifier)


async def make_known(client: Client, who: Owner) -> None:
    """Make the account know this browser."""
    runtime: Runtime = client.app.state.runtime
    token = new_token(runtime.randomness)
    kind = device_kind(client.http.headers["User-Agent"])
    async with runtime.db.transaction() as connection:
        digest = runtime.hasher.digest("device", token)
        device = Device(kind, offered=digest)
        await remember_device(connection, subject_of(runtime, who), device, as_logged_in=True)
    held = client.http.cookies.get(COOKIE, "")
    client.carry(**{COOKIE: SEPARATOR.join(filter(None, (token, held)))})
