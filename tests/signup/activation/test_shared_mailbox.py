"""Two people with one mailbox: the same page, and a mail that explains how to proceed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import column, value
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import LINK, activation_path, log_in, register, to_waiting
from tests.support.titulaires.people import Person
from web.core.mail.outgoing import Mail
from web.core.runtime import Runtime
from web.signup.activation.mails import compose_activation

WRITTEN_AT = datetime(2026, 1, 15, 12, tzinfo=UTC)

HOLDER = Person(email="foyer@exemple.fr")
ADDRESS = "/inscription/courriel/adresse"


async def test_the_second_of_a_couple_is_told_whose_account_it_may_be_and_goes_on(
    app: Starlette, client: Client, outbox: Outbox
) -> None:
    await register(client, HOLDER, outbox)
    outbox.peer.received.clear()
    partner = Person(email=HOLDER.email)
    async with Client(app) as browser:
        await to_waiting(browser, partner)
        await outbox.deliver()
        [mail] = outbox.to(HOLDER.email)
        assert mail.subject == "Un compte utilise déjà cette adresse courriel"
        for text in (mail.text, mail.html):
            assert "pour un autre numéro de Sécurité sociale" in text
            assert "celui d’une personne qui partage cette messagerie avec vous" in text
            assert f"http://127.0.0.1:8000{ADDRESS}" in text
            assert not LINK.search(text)
            assert partner.nir not in text

        own = Person(nir=partner.nir, email="a-moi@exemple.fr")
        page = await browser.get(ADDRESS)
        await browser.submit(page, {"email": own.email, "email_confirmation": own.email})
        await outbox.deliver()
        page = await browser.submit(await browser.get(activation_path(outbox, own)))
        assert "Votre compte a bien été activé." in page.text
        assert "Synthèse" in (await log_in(browser, own)).text


async def test_a_person_who_registers_again_is_told_that_they_have_an_account(
    app: Starlette, client: Client, outbox: Outbox
) -> None:
    await register(client, HOLDER, outbox)
    outbox.peer.received.clear()
    async with Client(app) as browser:
        await to_waiting(browser, HOLDER)
        await outbox.deliver()
    [mail] = outbox.to(HOLDER.email)
    assert mail.subject == "Vous avez déjà un compte formation"
    assert "avec votre numéro de Sécurité sociale et cette adresse courriel" in mail.text


async def test_the_holder_of_a_number_is_told_that_another_address_was_given(
    app: Starlette, client: Client, outbox: Outbox
) -> None:
    await register(client, HOLDER, outbox)
    outbox.peer.received.clear()
    async with Client(app) as browser:
        await to_waiting(browser, Person(nir=HOLDER.nir, email="autre@exemple.fr"))
        await outbox.deliver()
    [mail] = outbox.to(HOLDER.email)
    assert "et une autre adresse courriel" in mail.text
    assert "autre@exemple.fr" not in mail.text + mail.html


class RecordingConnection:
    """A connection that records its statements."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.noted: list[str] = []

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._connection, name)

        async def call(sql: str, *arguments: Any, **options: Any) -> Any:
            self.noted.append(f"{name}: {sql}")
            return await real(sql, *arguments, **options)

        return call if name in ("execute", "fetch", "fetchrow", "fetchval") else real


@pytest.mark.parametrize("known", [("email",), ("nir",), ("nir", "email")], ids=" and ".join)
async def test_the_mail_of_what_is_known_costs_the_worker_the_same_statements(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime, known: tuple[str, ...]
) -> None:
    """6.3.8: it is sent neither sooner nor later."""
    await register(client, HOLDER, outbox)
    lists = []
    for typed in (Person(**{name: getattr(HOLDER, name) for name in known}), Person()):
        async with Client(app) as browser:
            await to_waiting(browser, typed)
        registration = await value(
            runtime, "SELECT id FROM registration ORDER BY submitted_at DESC NULLS LAST LIMIT 1"
        )
        mail = Mail(registration, "activation", registration, typed.email, "", 1, WRITTEN_AT)
        async with runtime.db.transaction() as connection:
            noting = RecordingConnection(connection)
            assert await compose_activation(runtime, noting, mail) is not None
        lists.append(noting.noted)
    assert lists[0] == lists[1]
    assert any("INSERT INTO bearer_token" in statement for statement in lists[0])


async def test_the_link_made_for_a_known_address_is_told_to_nobody(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    await register(client, HOLDER, outbox)
    async with Client(app) as browser:
        await to_waiting(browser, Person(email=HOLDER.email))
        await outbox.deliver()
    assert await column(
        runtime, "SELECT count(*) FROM bearer_token WHERE purpose = 'activation'"
    ) == [2]
    assert (
        len({found[1] for mail in outbox.peer.received if (found := LINK.search(mail.text))}) == 1
    )
