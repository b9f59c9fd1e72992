"""The queue holds nothing but ids, and loses no waiting mail."""

from __future__ import annotations

import asyncio
import json

import pytest
import structlog

from tests.support.http.client import Client
from tests.support.mail.peers import ACCEPTED
from tests.support.mail.post_office import PostOffice
from tests.support.titulaires.journey import LINK, to_waiting
from tests.support.titulaires.people import Person
from web.core.mail.delivery import requeue_orphans
from web.core.mail.held import list_held
from web.core.mail.kinds import notice

TABLES = (
    "pgqueuer",
    "pgqueuer_log",
    "pgqueuer_statistics",
    "pgqueuer_schedules",
    "mail",
    "bearer_token",
)


async def test_the_payload_of_a_mail_s_job_is_its_id_and_nothing_else(
    client: Client, office: PostOffice
) -> None:
    await to_waiting(client, Person())

    [mail] = await office.fetch("SELECT id FROM mail")
    jobs = await office.fetch("SELECT payload, headers, dedupe_key FROM pgqueuer")
    assert [dict(job) for job in jobs] == [
        {"payload": mail["id"].bytes, "headers": "null", "dedupe_key": None}
    ]


@pytest.mark.parametrize("answer", [ACCEPTED, "451 {address}", "550 {address}", "surprise"])
async def test_neither_the_queue_nor_the_logs_learn_who_is_written_to(
    client: Client, office: PostOffice, answer: str
) -> None:
    """Whatever the server answers; its text may well include the address."""

    async def reply(address: str) -> str:
        if answer == "surprise":
            office.peer.hang_up()
        return answer.format(address=address)

    person = Person(email="canari.file@exemple.fr", first_name="Canarizoé")
    await to_waiting(client, person)
    office.peer.on_message = reply
    with structlog.testing.capture_logs() as logs:
        await office.deliver()
    canaries = [person.email, "canari", person.nir, person.password, "Canarizo"]
    canaries += [
        found[1].rpartition("/")[2]
        for one in office.peer.delivered
        if (found := LINK.search(one.part("plain")))
    ]
    kept = json.dumps(logs, default=str)
    for table in TABLES:
        kept += "".join(str(dict(row)) for row in await office.fetch(f"SELECT * FROM {table}"))

    assert "mail" in kept
    for canary in canaries:
        assert canary not in kept


async def test_an_unforeseen_failure_leaves_no_value_in_the_queue_s_log(
    office: PostOffice,
) -> None:
    await office.write("canari@exemple.fr", kind=notice("inconnu"))
    with structlog.testing.capture_logs() as logs:
        await office.deliver()

    entries = await office.fetch("SELECT traceback FROM pgqueuer_log WHERE traceback IS NOT NULL")
    assert entries
    output = json.dumps(logs, default=str) + "".join(entry["traceback"] for entry in entries)
    assert "canari" not in output
    assert [log["event"] for log in logs if log["log_level"] == "error"] == ["mail failed"]


async def test_a_mail_whose_job_was_lost_gets_another_one(office: PostOffice) -> None:
    lost = await office.write("perdu@exemple.fr")
    await office.execute("DELETE FROM pgqueuer")
    kept = await office.write("garde@exemple.fr")
    await office.deliver()

    assert (await office.row(lost))["status"] == (await office.row(kept))["status"] == "sent"
    assert len(office.peer.delivered) == 2


async def test_a_job_marked_failed_is_tried_again(office: PostOffice) -> None:
    mail_id = await office.write("personne@exemple.fr")
    await office.execute("UPDATE pgqueuer SET status = 'failed', attempts = 3")
    await office.deliver()

    assert (await office.row(mail_id))["status"] == "sent"
    assert len(office.peer.delivered) == 1


async def test_workers_that_look_for_lost_jobs_together_queue_each_mail_once(
    office: PostOffice,
) -> None:
    for number in range(20):
        await office.write(f"perdu{number}@exemple.fr")
    await office.execute("DELETE FROM pgqueuer")

    async def look() -> int:
        async with office.runtime.db.transaction() as connection:
            return await requeue_orphans(connection)

    found = await asyncio.gather(*(look() for _ in range(8)))

    assert sorted(found) == [0] * 7 + [20]
    assert len(await office.fetch("SELECT FROM pgqueuer")) == 20


async def test_settled_mails_and_jobs_under_way_are_left_alone(office: PostOffice) -> None:
    await office.write("envoye@exemple.fr")
    await office.deliver()
    await office.write("en-cours@exemple.fr")
    await office.execute("UPDATE pgqueuer SET status = 'picked'")
    async with office.runtime.db.transaction() as connection:
        assert await requeue_orphans(connection) == 0

    assert len(await office.fetch("SELECT FROM pgqueuer")) == 1


async def test_held_mails_are_listed_with_their_reason_and_without_addresses(
    office: PostOffice,
) -> None:
    async def refuse(address: str) -> str:
        return "550 unknown"

    office.peer.on_recipient = refuse
    mail_id = await office.write("canari@exemple.fr")
    await office.deliver()

    [line] = await list_held(office.settings, requeue=False)
    assert "already-registered" in line
    assert "refusé par le serveur\u00a0: 550" in line
    assert "1 essai " in line
    assert str(mail_id) in line
    assert "canari" not in line


async def test_requeued_mails_are_sent_and_listed_no_more(office: PostOffice) -> None:
    async def refuse(address: str) -> str:
        return "550 unknown"

    office.peer.on_recipient = refuse
    mail_id = await office.write("personne@exemple.fr")
    await office.execute("UPDATE mail SET created_at = now() - interval '10 days'")
    await office.deliver()
    assert await list_held(office.settings, requeue=True) == [
        "1 courriel remis dans la file d’envoi."
    ]
    office.peer.on_recipient = type(office.peer).on_recipient
    await office.deliver()

    assert (await office.row(mail_id))["status"] == "sent"
    assert await list_held(office.settings, requeue=False) == []
