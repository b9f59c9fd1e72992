"""Temporary failures are retried with growing delays, for four days."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.support.http.client import Client
from tests.support.mail.peers import ACCEPTED
from tests.support.mail.post_office import PostOffice
from tests.support.programs.processes import volume
from tests.support.titulaires.journey import to_waiting
from tests.support.titulaires.people import Person
from web.core.mail.backoff import DELAYS, Backoff
from web.core.mail.kinds import notice
from web.core.mail.smtp import SmtpTimeouts
from web.signup.activation.mails import HOLDER_MAIL

QUICK = SmtpTimeouts(connect=0.3, command=0.3)


@pytest.mark.faults
async def test_mails_refused_for_now_are_sent_later_and_the_waits_grow(office: PostOffice) -> None:
    refusals, mails = 5, volume(1, 300)
    asked: Counter[str] = Counter()

    async def refuse_at_first(address: str) -> str:
        asked[address] += 1
        return "451 4.7.1 greylisted" if asked[address] <= refusals else ACCEPTED

    office.peer.on_recipient = refuse_at_first
    for number in range(mails):
        await office.write(f"personne{number}@exemple.fr")
    waits = []
    for _ in range(refusals):
        await office.deliver()
        rows = await office.fetch("SELECT status, reason FROM mail")
        assert {(row["status"], row["reason"]) for row in rows} == {("retrying", "451 4.7.1")}
        [job] = await office.fetch("SELECT DISTINCT execute_after - updated AS wait FROM pgqueuer")
        waits.append(job["wait"])
        await office.later()
    await office.deliver()

    rows = await office.fetch("SELECT status, reason, attempts FROM mail")
    assert [tuple(row.values()) for row in rows] == [("sent", None, refusals + 1)] * mails
    assert waits == list(DELAYS[:refusals])
    assert all(later > sooner for sooner, later in pairwise(waits))
    assert Counter(one.recipient for one in office.peer.delivered) == Counter(
        dict.fromkeys(asked, 1)
    )


async def test_the_longest_wait_repeats(office: PostOffice) -> None:
    backoff = Backoff()

    assert backoff.after(1) == timedelta(seconds=15)
    assert backoff.after(len(DELAYS)) == backoff.after(10_000) == timedelta(hours=1)


async def test_a_message_refused_for_now_after_data_is_sent_later(office: PostOffice) -> None:
    answers = iter(["452 4.2.2 full", ACCEPTED])

    async def answer(address: str) -> str:
        return next(answers)

    office.peer.on_message = answer
    mail_id = await office.write("personne@exemple.fr")
    await office.deliver()
    await office.later()
    await office.deliver()

    assert (await office.row(mail_id))["attempts"] == 2
    assert len(office.peer.delivered) == 1


async def test_a_server_that_is_away_is_tried_again_until_it_is_back(office: PostOffice) -> None:
    await office.peer.stop()
    mail_id = await office.write("personne@exemple.fr")
    await office.deliver()
    row = await office.row(mail_id)
    assert (row["status"], row["attempts"]) == ("retrying", 1)
    assert "ConnectionRefusedError" in row["reason"]

    await office.peer.start()
    await office.later()
    await office.deliver()

    assert (await office.row(mail_id))["status"] == "sent"


async def test_a_server_that_never_greets_is_left_and_tried_again(office: PostOffice) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    office.peer.before_banner = never
    mail_id = await office.write("personne@exemple.fr")
    await office.deliver(timeouts=QUICK)

    row = await office.row(mail_id)
    assert row["status"] == "retrying"
    assert "Timeout" in row["reason"]


@pytest.mark.parametrize("stage", ["on_sender", "on_recipient"])
async def test_a_server_that_stops_answering_is_left_and_tried_again(
    office: PostOffice, stage: str
) -> None:
    async def never(_: str) -> str:
        return str(await asyncio.Event().wait())

    setattr(office.peer, stage, never)
    mail_id = await office.write("personne@exemple.fr")
    await office.deliver(timeouts=QUICK)

    row = await office.row(mail_id)
    assert row["status"] == "retrying"
    assert "Timeout" in row["reason"]


async def test_a_server_that_hangs_up_in_the_middle_is_tried_again(office: PostOffice) -> None:
    async def hang_up(_: str) -> str:
        office.peer.hang_up()
        return ACCEPTED

    office.peer.on_recipient = hang_up
    mail_id = await office.write("personne@exemple.fr")
    await office.deliver()

    assert (await office.row(mail_id))["status"] == "retrying"


@pytest.mark.parametrize("answer", ["550 5.7.1 sender refused", "553 5.7.1 not owned", "421 bye"])
async def test_a_sender_refused_is_ours_to_repair_and_no_mail_is_given_up(
    office: PostOffice, answer: str
) -> None:
    async def refuse(_: str) -> str:
        return answer

    office.peer.on_sender = refuse
    mail_id = await office.write("personne@exemple.fr")
    await office.deliver()

    assert (await office.row(mail_id))["status"] == "retrying"


@pytest.mark.parametrize(
    ("age", "status"), [("3 days 23 hours", "retrying"), ("4 days 1 minute", "held")]
)
async def test_a_mail_is_given_up_after_four_days_by_the_database_s_clock(
    office: PostOffice, age: str, status: str
) -> None:
    async def refuse(_: str) -> str:
        return "450 4.2.0 busy"

    office.peer.on_recipient = refuse
    mail_id = await office.write("personne@exemple.fr")
    await office.execute(f"UPDATE mail SET created_at = created_at - interval '{age}'")
    await office.deliver()

    row = await office.row(mail_id)
    assert row["status"] == status
    assert row["reason"] == ("gave up: 450 4.2.0" if status == "held" else "450 4.2.0")
    jobs = await office.fetch("SELECT status::text FROM pgqueuer")
    assert [job["status"] for job in jobs] == ([] if status == "held" else ["queued"])


async def test_a_mail_nobody_knows_how_to_write_waits_for_a_program_that_does(
    office: PostOffice,
) -> None:
    mail_id = await office.write("personne@exemple.fr", kind=notice("of a newer version"))
    await office.deliver()
    row = await office.row(mail_id)
    assert (row["status"], row["reason"]) == ("retrying", "unexpected KeyError")

    await office.execute("UPDATE mail SET kind = $1", HOLDER_MAIL.name)
    await office.later()
    await office.deliver()

    assert (await office.row(mail_id))["status"] == "sent"


async def test_a_mail_that_can_never_be_written_ends_held_with_the_reason(
    office: PostOffice,
) -> None:
    mail_id = await office.write("personne@exemple.fr")
    await office.execute("UPDATE mail SET recipient = 'no sealed box'")
    await office.execute("UPDATE mail SET created_at = created_at - interval '5 days'")
    await office.deliver()

    row = await office.row(mail_id)
    assert row["status"] == "held"
    assert row["reason"] == "gave up: unexpected DecryptionError"


async def test_the_person_is_told_that_the_mail_is_late_and_then_that_it_is_sent(
    client: Client, office: PostOffice
) -> None:
    asked: list[str] = []

    async def refuse_once(address: str) -> str:
        asked.append(address)
        return "451 later" if len(asked) == 1 else ACCEPTED

    office.peer.on_recipient = refuse_once
    page = await to_waiting(client, Person())
    assert "Courriel en préparation" in page.text

    await office.deliver()
    page = await client.get("/inscription/courriel")
    assert "Courriel retardé" in page.text
    assert "Nous réessaierons vers" in page.text

    await office.later()
    await office.deliver()
    page = await client.get("/inscription/courriel")
    assert "Courriel envoyé" in page.text
    assert "Actualiser" not in page.text
