"""Concurrent copies of a form, and browsers that leave before the answer."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import urlencode, urlsplit

import pytest

from tests.support.http.client import Page
from tests.support.mail.peers import ScriptedPeer
from tests.support.programs.processes import Machines, RemoteClient, until, volume
from tests.support.titulaires.journey import (
    log_in,
    to_identity,
    to_password,
    to_validation,
    to_waiting,
)
from tests.support.titulaires.people import Person
from tests.support.titulaires.steps import link_to

AGAIN = "/inscription/courriel/renvoyer"
TIMES = 5


async def five_times(client: RemoteClient, page: Page, fields: dict[str, str]) -> list[Page]:
    """Send five copies at once and follow their answers; none may be a 5xx."""
    answers = await asyncio.gather(*(client.submit(page, fields) for _ in range(TIMES)))
    assert {answer.status for answer in answers} == {200}, [a.text for a in answers]
    return list(answers)


async def test_every_form_of_the_journey_sent_five_times_at_once_counts_once(
    machines: Machines, peer: ScriptedPeer
) -> None:
    await asyncio.gather(machines.serve(), machines.work())
    for number in range(1, volume(1, 1000) + 1):
        person, client = Person(), machines.client()
        page = await client.get("/inscription/conditions")
        await five_times(client, page, {"accepted": "y"})
        page = await client.get("/inscription/identite")
        await five_times(client, page, person.identity())
        password = {"password": person.password, "password_confirmation": person.password}
        await five_times(client, await client.get("/inscription/mot-de-passe"), password)
        await five_times(client, await client.get("/inscription/validation"), {})
        page = await client.get(await link_to(peer, person))
        answers = await five_times_activated(client, page)
        assert all("a bien été activé" in answer.text for answer in answers)
        await log_in(client, person)
        await five_times(client, await client.get("/espace/heures"), {"dif": "80"})

        assert len(peer.to(person.email)) == 1
        assert await machines.sql("SELECT count(*) FROM account") == number
        assert await machines.sql("SELECT count(*) FROM movement") == number
        assert await machines.sql("SELECT count(*) FROM mail WHERE kind = 'activation'") == number


async def five_times_activated(client: RemoteClient, page: Page) -> list[Page]:
    """The notice is shown once per browser: each copy is followed separately."""
    answers = await asyncio.gather(*(client.submit(page, follow=False) for _ in range(TIMES)))
    assert {(answer.status, answer.location) for answer in answers} == {(303, "/connexion")}
    return [await client.get("/connexion")]


async def mails_after_five_requests(machines: Machines, *, statuses: set[int]) -> int:
    client = machines.client()
    await to_waiting(client, Person())
    page = await client.get("/inscription/courriel")
    values = page.values(AGAIN)
    answers = await asyncio.gather(
        *(client.post(AGAIN, values, follow=False) for _ in range(TIMES))
    )
    assert {answer.status for answer in answers} == statuses
    return int(await machines.sql("SELECT count(*) FROM mail")) - 1


async def test_another_mail_asked_five_times_at_once_is_one_mail(machines: Machines) -> None:
    await machines.serve()

    assert await mails_after_five_requests(machines, statuses={303}) == 1


async def test_without_the_record_of_requests_the_harness_detects_several_mails(
    machines: Machines,
) -> None:
    """The idempotency table is bypassed: no copy is recognised."""
    await machines.serve()
    await machines.sql(
        """
        CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.key_digest := uuid_send(gen_random_uuid()); RETURN NEW; END $$
        """
    )
    await machines.sql(
        """
        CREATE TRIGGER forget BEFORE INSERT ON carried_out
        FOR EACH ROW EXECUTE FUNCTION forget()
        """
    )

    # Counted as five requests, they also reach the limit on mails.
    assert await mails_after_five_requests(machines, statuses={303, 429}) > 1


def post_and_leave(client: RemoteClient, page: Page, fields: dict[str, str], sent: float) -> None:
    """Send part of a form, then close the connection without reading."""
    action = urlsplit(page.form().get("action") or page.url).path or page.url
    body = urlencode({**page.values(), **fields}).encode()
    cookies = "; ".join(f"{name}={value}" for name, value in client.http.cookies.items())
    head = (
        f"POST {action} HTTP/1.1\r\nHost: {client.http.base_url.netloc.decode()}\r\n"
        f"X-Forwarded-For: {client.http.headers['X-Forwarded-For']}\r\n"
        f"Cookie: {cookies}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    ).encode()
    raw = head + body
    address = (client.http.base_url.host, client.http.base_url.port)
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(raw[: int(len(raw) * sent)])


@pytest.mark.parametrize("sent", [0.5, 0.99, 1.0])
async def test_a_browser_that_leaves_before_the_answer_comes_back_to_the_same_result(
    machines: Machines, peer: ScriptedPeer, sent: float
) -> None:
    await asyncio.gather(machines.serve(), machines.work())
    for number in range(1, volume(1, 400) + 1):
        person, client = Person(), machines.client()
        password = {"password": person.password, "password_confirmation": person.password}
        for step, given, fields in (
            (to_identity, (), person.identity()),
            (to_password, (person,), password),
            (to_validation, (person,), {}),
        ):
            client.http.cookies.clear()
            page = await step(client, *given)
            for _ in range(3):
                await asyncio.to_thread(post_and_leave, client, page, fields, sent)
            answer = await client.submit(page, fields)
            assert answer.status == 200, answer.text
            assert not answer.title.startswith("Erreur"), answer.text

        await client.submit(await client.get(await link_to(peer, person)))
        assert "Synthèse de votre compte" in (await log_in(client, person)).text
        assert len(peer.to(person.email)) == 1
        assert await machines.sql("SELECT count(*) FROM account") == number
    await until(
        lambda: machines.sql(
            """
            SELECT NOT EXISTS (
                SELECT FROM pg_stat_activity
                WHERE application_name = 'compte-formation' AND state <> 'idle'
            )
            """
        ),
        "all connections given back",
        10,
    )
