"""Several password links: each works until one of them is used."""

from __future__ import annotations

import asyncio

from tests.signin.forgotten import LINK, NEW, ask, asked_link
from tests.support.client import Client
from tests.support.journey import register
from tests.support.outbox import Outbox
from tests.support.people import Person
from tests.support.rows import column
from web.core.runtime import Runtime


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
