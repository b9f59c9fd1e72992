"""Several password links: each works until one of them is used."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette

from tests.signin.forgotten import LINK, NEW, ask, asked_link
from tests.support.client import Client
from tests.support.journey import log_in, register
from tests.support.outbox import Outbox
from tests.support.people import Person
from tests.support.rows import column, value
from web.core.runtime import Runtime


async def test_a_stranger_s_requests_leave_the_owner_s_link_as_it_is(
    app: Starlette, client: Client, outbox: Outbox
) -> None:
    """6.1.1: repeated requests do not prevent the owner from choosing a password."""
    person = Person()
    await register(client, person, outbox)
    mine = await asked_link(client, person, outbox)
    page = await client.get(mine)
    async with Client(app, address="198.51.100.9") as stranger:
        for _ in range(4):
            await ask(stranger, person.nir)
            await outbox.deliver()
    assert (await client.submit(page, NEW)).url == "/connexion"
    person.password = NEW["password"]
    assert "Synthèse de votre compte" in (await log_in(client, person)).text


@pytest.mark.parametrize("chosen", [0, 1, 2])
async def test_once_a_link_has_served_the_others_open_nothing(
    client: Client, outbox: Outbox, runtime: Runtime, chosen: int
) -> None:
    person = Person()
    await register(client, person, outbox)
    links = [await asked_link(client, person, outbox) for _ in range(3)]
    pages = [await client.get(link) for link in links]
    assert [page.status for page in pages] == [200] * 3
    await client.submit(pages.pop(chosen), NEW)
    others = [await client.get(link) for place, link in enumerate(links) if place != chosen]
    assert [page.status for page in others] == [410] * 2
    assert all("Votre mot de passe a changé depuis" in page.text for page in others)
    stolen = {"password": "Autruche-77-9-Bleue", "password_confirmation": "Autruche-77-9-Bleue"}
    assert [(await client.submit(page, stolen)).status for page in pages] == [410] * 2
    assert await value(runtime, "SELECT count(*) FROM event WHERE kind = 'password_reset'") == 1


async def test_two_links_pressed_at_once_choose_one_password(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    await register(client, person, outbox)
    pages = [await client.get(await asked_link(client, person, outbox)) for _ in range(2)]
    answers = await asyncio.gather(
        *(client.post(page.url, {**page.values(), **NEW}, follow=False) for page in pages)
    )
    assert sorted(answer.status for answer in answers) == [303, 410]
    ends = await column(runtime, "SELECT ended_as FROM password_link ORDER BY ended_as")
    assert ends == ["password changed", "used"]


async def test_requests_that_wait_together_each_send_a_link_that_works(
    client: Client, outbox: Outbox
) -> None:
    person = Person()
    await register(client, person, outbox)
    sent = len(outbox.peer.received)
    for _ in range(2):
        await ask(client, person.nir)
    await outbox.deliver()
    links = [LINK.search(mail.text) for mail in outbox.peer.received[sent:]]
    assert [(await client.get(link[1])).status for link in links if link] == [200, 200]


async def test_the_pages_say_that_any_of_the_links_serves(client: Client, outbox: Outbox) -> None:
    person = Person()
    await register(client, person, outbox)
    page = await ask(client, person.nir)
    assert "Chacun fonctionne pendant une heure" in page.text
    await outbox.deliver()
    assert "chacun fonctionne pendant une heure" in outbox.to(person.email)[-1].text
