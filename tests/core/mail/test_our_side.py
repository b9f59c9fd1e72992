"""Failures on our side are retried and counted, and never blamed on the recipient's address."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.http.client import Client
from tests.support.mail.post_office import PostOffice
from tests.support.titulaires.journey import to_waiting
from tests.support.titulaires.people import Person
from web.core.mail.smtp_refusals import is_about_us
from web.core.ops.metrics_server import MailQueue

OURS = (
    "554 5.7.1 <personne@exemple.fr>: Relay access denied",
    "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
    "550 5.7.26 This mail is unauthenticated, which poses a security risk",
    "550 5.7.25 The IP address sending this message does not have a PTR record",
    "550 5.7.1 Message rejected due to content",
    "553 5.7.1 Sender address rejected: not owned by user",
    "550 5.1.8 Sender domain not found",
    "550 5.1.7 Bad sender address",
    "554 5.3.0 mail system not configured",
    "552 5.3.4 Message size exceeds fixed limit",
    "503 5.5.1 Error: need MAIL command",
    "550 relaying denied",
    "550 relay not permitted",
    "554 Relay access denied",
    "550 Your host is on our blacklist, see rbl.example.net",
    "550 5.0.0 blocked by DNSBL",
    "550 SPF check failed",
    "530 Authentication required",
    "550 Denied by policy",
)
THEIRS = (
    "550 5.1.1 <personne@exemple.fr>: user unknown",
    "550 5.1.2 bad destination system",
    "550 5.1.10 null MX",
    "550 5.2.1 mailbox disabled",
    "552 5.2.2 mailbox full",
    "550 5.4.1 Recipient address rejected: Access denied",
    "550 5.5.0 Requested action not taken: mailbox unavailable",
    "550 5.7.13 User account disabled",
    "550 unknown user",
    "550 No such user here",
    "551 User not local",
    "550 <relay.policy@spam.example>: no such user",
    "550 <blocked@exemple.fr> unknown",
    "554 5.0.0 no",
    "501 bad address",
)


@pytest.mark.parametrize("answer", OURS)
@pytest.mark.parametrize("stage", ["on_recipient", "on_message"])
async def test_a_refusal_that_is_about_us_is_tried_again(
    office: PostOffice, answer: str, stage: str
) -> None:
    async def refuse(_: str) -> str:
        return answer

    setattr(office.peer, stage, refuse)
    mail_id = await office.write("personne@exemple.fr")
    await office.deliver()

    row = await office.row(mail_id)
    assert (row["status"], row["is_ours"]) == ("retrying", True)
    assert row["next_attempt_at"] is not None
    assert "personne" not in row["reason"]


@pytest.mark.parametrize("answer", THEIRS)
def test_a_refusal_that_is_about_the_address_is_final(answer: str) -> None:
    code, _, text = answer.partition(" ")
    assert not is_about_us(int(code), text)


@pytest.mark.parametrize(
    ("answer", "is_ours"),
    [
        ("451 4.7.1 greylisted", False),
        ("450 4.2.1 busy", False),
        ("452 4.2.2 full", False),
        ("452 4.3.1 Insufficient system storage", True),
        ("454 4.7.0 Temporary authentication failure", True),
        ("421 4.3.2 shutting down", True),
    ],
)
def test_a_refusal_for_now_is_ours_when_our_relay_says_so(answer: str, is_ours: bool) -> None:
    code, _, text = answer.partition(" ")
    assert is_about_us(int(code), text) is is_ours


async def _states(office: PostOffice) -> dict[str, float]:
    url = office.settings.database_url
    families = await asyncio.to_thread(lambda: list(MailQueue(url).collect()))
    return {sample.name: sample.value for family in families for sample in family.samples}


async def test_the_page_and_the_metrics_say_that_the_delay_is_on_our_side(
    client: Client, office: PostOffice
) -> None:
    async def refuse(_: str) -> str:
        return "554 5.7.1 Relay access denied"

    person = Person()
    office.peer.on_recipient = refuse
    await to_waiting(client, person)
    await office.deliver()
    page = await client.get("/inscription/courriel")
    assert "Courriel retardé" in page.text
    assert "Le retard vient de notre service, pas de votre adresse." in page.text
    assert "(heure de Paris)" in page.text
    assert "faute" not in page.text
    assert (await _states(office))["mail_delayed_by_us"] == 1

    office.peer.on_recipient = type(office.peer).on_recipient
    await office.later()
    await office.deliver()
    assert "Courriel envoyé" in (await client.get("/inscription/courriel")).text
    assert (await _states(office))["mail_delayed_by_us"] == 0


@pytest.mark.parametrize("cause", ["away", "sender refused", "password refused"])
async def test_a_relay_that_is_away_or_refuses_us_is_our_side_too(
    client: Client, office: PostOffice, cause: str
) -> None:
    async def refuse(_: str) -> str:
        return "550 5.7.1 sender refused"

    await to_waiting(client, Person())
    if cause == "away":
        await office.peer.stop()
    elif cause == "sender refused":
        office.peer.on_sender = refuse
    else:
        office.peer.password = "another"
    await office.deliver()

    assert "Le retard vient de notre service" in (await client.get("/inscription/courriel")).text


async def test_a_mail_given_up_for_our_relay_is_not_blamed_on_the_address(
    client: Client, office: PostOffice
) -> None:
    async def refuse(_: str) -> str:
        return "554 5.7.1 Relay access denied"

    office.peer.on_recipient = refuse
    await to_waiting(client, Person())
    await office.execute("UPDATE mail SET created_at = created_at - interval '5 days'")
    await office.deliver()

    [row] = await office.fetch("SELECT status, reason, is_ours FROM mail")
    assert (row["status"], row["reason"]) == ("held", "gave up: 554 5.7.1")
    page = await client.get("/inscription/courriel")
    assert "Courriel non envoyé" in page.text
    assert "Le problème vient de notre service" in page.text
    assert "faute" not in page.text
