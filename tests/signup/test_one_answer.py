"""Registering someone we know shows what registering a stranger shows (ASVS 6.3.8)."""

from __future__ import annotations

import re

from starlette.applications import Starlette

from tests.support.client import Client, Page
from tests.support.journey import activation_path, register, to_identity
from tests.support.outbox import Outbox
from tests.support.people import Person

RANDOM = re.compile(
    r'(?<=name="csrf" value=")[^"]+|(?<=name="key" value=")[^"]+|(?<=name="challenge" value=")[^"]+'
    r"|(?<=/captcha/)[^.?\"]+|(?<=[0-9]\u00a0h\u00a0)[0-9]{2}"
)
PRIVATE_HEADERS = {"set-cookie", "content-length", "location"}
ALREADY = "Vous avez déjà un compte formation"
ACTIVATE = "Activez votre compte formation"


async def test_every_page_is_byte_for_byte_that_of_a_stranger(
    app: Starlette, outbox: Outbox
) -> None:
    holder = Person(email="holder@exemple.fr")
    async with Client(app) as client:
        await register(client, holder, outbox)

    stranger = await _walk(app, outbox, Person(email="strange@exemple.fr"))
    known_nir = await _walk(app, outbox, Person(nir=holder.nir, email="another@exemple.fr"))
    known_email = await _walk(app, outbox, Person(email="holder@exemple.fr"))
    known_both = await _walk(app, outbox, Person(nir=holder.nir, email="holder@exemple.fr"))

    assert known_nir == stranger
    assert known_email == stranger
    assert known_both == stranger


async def test_the_holder_of_a_known_nir_is_told_and_the_other_address_gets_its_link(
    app: Starlette, outbox: Outbox
) -> None:
    holder = Person()
    async with Client(app) as client:
        await register(client, holder, outbox)
    other = Person(nir=holder.nir, email="another@exemple.fr")

    await _walk(app, outbox, other)

    assert [mail.subject for mail in outbox.to(holder.email)] == [ACTIVATE, ALREADY]
    assert [mail.subject for mail in outbox.to(other.email)] == [ACTIVATE, ACTIVATE]
    async with Client(app) as client:
        page = await client.get(activation_path(outbox, other))
        page = await client.submit(page)
    assert page.status == 409
    assert "Un compte existe déjà" in page.text


async def test_a_known_address_gets_a_word_in_place_of_a_link(
    app: Starlette, outbox: Outbox
) -> None:
    holder = Person()
    async with Client(app) as client:
        await register(client, holder, outbox)

    await _walk(app, outbox, Person(email=holder.email))

    assert [mail.subject for mail in outbox.to(holder.email)] == [ACTIVATE, ALREADY, ALREADY]
    assert "/activation/" not in outbox.to(holder.email)[-1].text


async def _walk(app: Starlette, outbox: Outbox, person: Person) -> list[tuple[object, ...]]:
    """Every answer of a registration whose mail is asked for twice, without its random parts."""
    passwords = {"password": person.password, "password_confirmation": person.password}
    async with Client(app) as client:
        pages = [await to_identity(client)]
        for fields in (person.identity(), passwords, {}):
            pages.append(await client.submit(pages[-1], fields))
        await outbox.deliver()
        pages.append(await client.get("/inscription/courriel"))
        pages.append(await client.submit(pages[-1], action="/inscription/courriel/renvoyer"))
        await outbox.deliver()
        pages.append(await client.get("/inscription/courriel"))
    return [answer for page in pages for answer in _plain(page, person)]


def _plain(page: Page, person: Person) -> list[tuple[object, ...]]:
    answers: list[tuple[object, ...]] = []
    for response in (*page.response.history, page.response):
        headers = {k: v for k, v in response.headers.items() if k not in PRIVATE_HEADERS}
        cookies = [cookie.partition("=")[0] for cookie in response.headers.get_list("set-cookie")]
        text = RANDOM.sub("…", response.text).replace(person.email, "…")
        text = re.sub(r"<dd>[• \u00a0]*[0-9\u00a0]+</dd>", "<dd>…</dd>", text)
        text = re.sub(r"[a-z]••••@", "…@", text)
        answers.append((response.status_code, headers, cookies, text))
    return answers
