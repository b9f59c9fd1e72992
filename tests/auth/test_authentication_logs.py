"""Logs record logins, refusals and password changes, and nothing that was typed."""

from __future__ import annotations

import re

from structlog.testing import capture_logs

from tests.support.db.rows import value
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import log_in, register
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime

LINK = re.compile(r"https?://[^\s/]+(/mot-de-passe/[A-Za-z0-9_-]{43})")
NEW, NEWEST = "Girafe-913-Mauve", "Tambour-274-Pluie"
WRONG = 'faux\n{"event": "login"}'


async def test_every_event_of_authentication_is_one_line_that_names_the_account_by_its_id(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    """16.3.1: successes and failures, without any typed value."""
    person = Person()
    await register(client, person, outbox)
    account = str(await value(runtime, "SELECT id FROM account"))
    both = {"password": NEW, "password_confirmation": NEW}
    with capture_logs() as logs:
        for _ in range(11):
            await log_in(client, Person(nir=person.nir, password=WRONG))
        page = await client.get("/mot-de-passe-oublie")
        await client.submit(page, {"nir": person.nir})
        await outbox.deliver()
        found = LINK.search(outbox.to(person.email)[-1].text)
        assert found
        await client.submit(await client.get(found[1]), both)
        person.password = NEW
        await log_in(client, person)
        url = "/espace/mot-de-passe"
        changed = {"password": NEWEST, "password_confirmation": NEWEST, "password_current": NEW}
        page = await client.submit(await client.get(url), changed, action=url)
        await client.post("/deconnexion", page.values("/deconnexion"))

    ours = [line for line in logs if line["event"] not in ("request", "mail sent")]
    events = [(line["event"], line.get("account")) for line in ours]
    assert events == [
        *[("login refused", None)] * 10,
        ("login throttled", None),
        ("forgotten password", None),
        ("password reset", account),
        ("login", account),
        ("password changed", account),
        ("logout", None),
    ]
    for typed in (person.nir, person.email, WRONG, "faux", NEW, NEWEST, found[1]):
        assert typed not in repr(logs)
