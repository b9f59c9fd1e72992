"""Registering known data looks, byte for byte, like registering unknown data (ASVS 6.3.8)."""

from __future__ import annotations

import asyncio
import re

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import column, run, until_someone_waits, value
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import LINK, activation_path, register, to_waiting
from tests.support.titulaires.people import PASSWORD, Person
from web.core.runtime import Runtime
from web.signup.activation.mails import notify_holder

RANDOM = (
    (re.compile(r'(name="(?:csrf|key|challenge)" value=)"[^"]+"'), r"\1"),
    (re.compile(r"/captcha/[\w-]+\."), "/captcha/."),
)
ALREADY, ACTIVATE = "Vous avez déjà un compte formation", "Activez votre compte formation"
SHARED = "Un compte utilise déjà cette adresse courriel"
HOLDER = Person(email="titulaire@exemple.fr")
CASES = {
    "known NIR": Person(nir=HOLDER.nir, email="nouvelle1@exemple.fr"),
    "known e-mail": Person(email=HOLDER.email),
    "both known": Person(nir=HOLDER.nir, email=HOLDER.email),
}
MOMENT = re.compile(r"\d+(?:er)?\s\w+\s\d{4}\sà\s\d+\sh\s\d\d|<time.*?</time>")


def same_for_all(page: Page, person: Person) -> list[object]:
    """An answer without random values, the time, and the typed values."""
    text = page.html
    for pattern, replacement in RANDOM:
        text = pattern.sub(replacement, text)
    text = MOMENT.sub("moment", text)
    tail = person.nir[-4:]
    for typed in (person.email, person.nir, f"{tail[0]}\u00a0{tail[1:]}"):
        text = text.replace(typed, "typed")
    # The mask keeps the first letter and the domain.
    text = re.sub(r"\w••••@exemple\.fr", "masked", text)
    headers = [
        (name, re.sub(r"(compte|avant)=[\w.-]+", r"\1=", value))
        for name, value in page.response.headers.multi_items()
        if name != "content-length"
    ]
    return [page.status, headers, text]


async def journey(client: Client, person: Person, outbox: Outbox) -> list[list[object]]:
    """Every answer of a registration, including redirects and the state of the mail."""
    answers: list[Page] = []

    async def send(page: Page, fields: dict[str, str]) -> Page:
        answers.append(await client.submit(page, fields, follow=False))
        answers.append(await client.get(answers[-1].location))
        return answers[-1]

    page = await client.get("/inscription/conditions")
    page = await send(page, {"accepted": "y"})
    page = await send(page, person.identity())
    part = {"csrf": page.values()["csrf"], "password": PASSWORD}
    answers.append(await client.post("/inscription/mot-de-passe/robustesse", part, htmx=True))
    page = await send(page, {"password": PASSWORD, "password_confirmation": PASSWORD})
    page = await send(page, {})
    await send(page, {})  # request the mail again
    await outbox.deliver()
    answers.append(await client.get("/inscription/courriel", htmx=True))
    answers.append(await client.get("/inscription/courriel"))
    steps = ("conditions", "identite", "validation")
    answers += [await client.get(f"/inscription/{step}", follow=False) for step in steps]
    return [same_for_all(answer, person) for answer in answers]


@pytest.mark.parametrize("case", CASES)
async def test_known_and_unknown_people_get_the_same_answers_at_every_step(
    app: Starlette, client: Client, outbox: Outbox, case: str
) -> None:
    await register(client, HOLDER, outbox)
    async with Client(app) as one, Client(app) as two:
        unknown = await journey(one, Person(), outbox)
        known = await journey(two, CASES[case], outbox)
    assert len(unknown) > 12
    for before, after in zip(unknown, known, strict=True):
        assert before == after


async def test_a_known_nir_is_told_to_its_holder_once(
    app: Starlette, client: Client, outbox: Outbox
) -> None:
    await register(client, HOLDER, outbox)
    outbox.peer.received.clear()
    newcomer = CASES["known NIR"]
    async with Client(app) as other:
        await journey(other, newcomer, outbox)
        await other.submit(await other.get("/inscription/courriel"))
        await outbox.deliver()
    assert [mail.subject for mail in outbox.to(HOLDER.email)] == [ALREADY]
    assert {mail.subject for mail in outbox.to(newcomer.email)} == {ACTIVATE}
    notice = outbox.to(HOLDER.email)[0]
    assert not LINK.search(notice.text)
    assert newcomer.email not in notice.text + notice.html
    assert "/connexion" in notice.text


async def test_a_holder_is_told_once_although_two_jobs_tell_them_at_once(
    client: Client, app: Starlette, outbox: Outbox, runtime: Runtime
) -> None:
    await register(client, HOLDER, outbox)
    async with Client(app) as other:
        await to_waiting(other, CASES["known NIR"])
    registration = await value(runtime, "SELECT id FROM registration WHERE status = 'submitted'")

    async with runtime.db.transaction() as connection:
        # The first job locks the account until it ends.
        await connection.execute("SELECT FROM account FOR NO KEY UPDATE")
        jobs = [asyncio.create_task(notify_holder(runtime, registration)) for _ in range(2)]
        await until_someone_waits(runtime, 2)
    await asyncio.gather(*jobs)
    count_sql = "SELECT count(*) FROM mail WHERE kind = 'already-registered'"
    assert await value(runtime, count_sql) == 1


@pytest.mark.parametrize("case", ["known e-mail", "both known"])
async def test_a_known_address_is_told_that_it_has_an_account_and_gets_no_link(
    app: Starlette, client: Client, outbox: Outbox, case: str
) -> None:
    await register(client, HOLDER, outbox)
    outbox.peer.received.clear()
    async with Client(app) as other:
        await register_without_link(other, CASES[case], outbox)
    [mail] = outbox.peer.received
    assert (mail.recipient, mail.subject) == (
        HOLDER.email,
        ALREADY if case == "both known" else SHARED,
    )
    assert not LINK.search(mail.text + mail.html)


async def test_two_known_holders_are_each_told(
    app: Starlette, client: Client, outbox: Outbox
) -> None:
    other_holder = Person(email="autre@exemple.fr")
    await register(client, HOLDER, outbox)
    async with Client(app) as second, Client(app) as third:
        await register(second, other_holder, outbox)
        outbox.peer.received.clear()
        mixed = Person(nir=HOLDER.nir, email=other_holder.email)
        await register_without_link(third, mixed, outbox)
    subjects = {mail.recipient: mail.subject for mail in outbox.peer.received}
    assert subjects == {HOLDER.email: ALREADY, other_holder.email: SHARED}


async def test_a_holder_is_told_again_the_day_after(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    await register(client, HOLDER, outbox)
    outbox.peer.received.clear()
    for number in (1, 2, 3):
        if number == 3:
            await run(runtime, "UPDATE mail SET created_at = created_at - interval '25 hours'")
        async with Client(app) as other:
            newcomer = Person(nir=HOLDER.nir, email=f"autre{number}@exemple.fr")
            await register_without_link(other, newcomer, outbox)
    assert len(outbox.to(HOLDER.email)) == 2


async def test_the_link_sent_for_a_known_nir_opens_nothing_and_explains(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    await register(client, HOLDER, outbox)
    newcomer = CASES["known NIR"]
    async with Client(app) as other:
        await register_without_link(other, newcomer, outbox)
        page = await other.get(activation_path(outbox, newcomer))
        page = await other.submit(page)
    assert (page.status, "Un compte existe déjà" in page.text) == (409, True)
    assert HOLDER.email not in page.html
    assert await column(runtime, "SELECT count(*) FROM account") == [1]


async def register_without_link(client: Client, person: Person, outbox: Outbox) -> None:
    """Register and let the worker send, without following the link."""
    await to_waiting(client, person)
    await outbox.deliver()
