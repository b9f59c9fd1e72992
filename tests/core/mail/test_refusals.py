"""Permanent refusals are recorded, with their reason and for the address; they delay no mail."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.support.http.client import Client
from tests.support.mail.peers import ACCEPTED
from tests.support.mail.post_office import PostOffice
from tests.support.programs.processes import volume
from tests.support.titulaires.journey import to_waiting
from tests.support.titulaires.people import Person
from web.core.crypto.digests import email_digest
from web.core.db.purge import purge_core
from web.core.mail.backoff import Backoff

ADDRESS = "personne@exemple.fr"
REFUSED = "SELECT email_digest FROM unreachable_address"


@pytest.mark.parametrize("stage", ["on_recipient", "on_message"])
@pytest.mark.parametrize("code", ["550", "552", "554"])
async def test_a_final_refusal_holds_the_mail_with_its_reason(
    office: PostOffice, stage: str, code: str
) -> None:
    async def refuse(_: str) -> str:
        return f"{code} 5.0.0 no"

    setattr(office.peer, stage, refuse)
    mail_id = await office.write("personne@exemple.fr")
    await office.deliver()

    row = await office.row(mail_id)
    assert (row["status"], row["reason"]) == ("held", f"refused {code} 5.0.0")
    assert (row["attempts"], row["sent_at"]) == (1, None)
    assert not await office.fetch("SELECT FROM pgqueuer")


@pytest.mark.parametrize("code", ["530", "535"])
async def test_a_recipient_refused_because_of_our_access_is_kept(
    office: PostOffice, code: str
) -> None:
    async def refuse(_: str) -> str:
        return f"{code} 5.7.0 who are you?"

    office.peer.on_recipient = refuse
    mail_id = await office.write("personne@exemple.fr")
    await office.deliver()

    assert (await office.row(mail_id))["status"] == "retrying"


@pytest.mark.faults
async def test_one_address_in_ten_refused_delays_nobody(office: PostOffice) -> None:
    async def refuse_some(address: str) -> str:
        return "550 unknown" if address.startswith("refus") else ACCEPTED

    office.peer.on_recipient = refuse_some
    ids = [
        await office.write(f"{'refus' if number % 10 == 0 else 'bon'}{number}@exemple.fr")
        for number in range(volume(100, 1000))
    ]
    await office.deliver()

    rows = [await office.row(mail_id) for mail_id in ids]
    refused = len(ids) // 10
    assert [row["status"] for row in rows[::10]] == ["held"] * refused
    assert sum(row["status"] == "sent" for row in rows) == len(ids) - refused
    assert all(row["attempts"] == 1 for row in rows)
    assert len(office.peer.delivered) == len(ids) - refused


async def test_an_address_whose_server_hangs_holds_up_none_of_the_others(
    office: PostOffice,
) -> None:
    others_are_there = asyncio.Event()

    async def hang(address: str) -> str:
        if address.startswith("lent"):
            await others_are_there.wait()
        return ACCEPTED

    office.peer.on_recipient = hang
    slow = await office.write("lent@exemple.fr")
    for number in range(30):
        await office.write(f"bon{number}@exemple.fr")
    running = asyncio.create_task(office.deliver())
    async with asyncio.timeout(10):
        while len(office.peer.delivered) < 30:
            await asyncio.sleep(0.01)
    assert (await office.row(slow))["status"] == "queued"
    others_are_there.set()
    await running

    assert (await office.row(slow))["status"] == "sent"


async def test_the_person_is_told_of_the_refusal_and_corrects_the_address(
    client: Client, office: PostOffice
) -> None:
    async def refuse(address: str) -> str:
        return "550 unknown" if address == "faute@exemple.fr" else ACCEPTED

    office.peer.on_recipient = refuse
    await to_waiting(client, Person(email="faute@exemple.fr"))
    await office.deliver()
    page = await client.get("/inscription/courriel")
    assert "Courriel refusé" in page.text

    page = await client.get("/inscription/courriel/adresse")
    right = "juste@exemple.fr"
    page = await client.submit(page, {"email": right, "email_confirmation": right})
    assert "Courriel en préparation" in page.text
    await office.deliver()

    assert [one.recipient for one in office.peer.delivered] == [right]
    assert "Courriel envoyé" in (await client.get("/inscription/courriel")).text


async def test_a_mail_with_nothing_left_to_say_is_held_as_obsolete(
    client: Client, office: PostOffice
) -> None:
    await to_waiting(client, Person())
    await office.execute("UPDATE registration SET expires_at = now() - interval '1 second'")
    await office.deliver()

    [row] = await office.fetch("SELECT status, reason FROM mail")
    assert (row["status"], row["reason"]) == ("held", "obsolete")
    assert not office.peer.delivered
    assert not await office.fetch("SELECT FROM pgqueuer")


async def answer(office: PostOffice, text: str) -> None:
    """Answer this to every recipient."""

    async def reply(_: str) -> str:
        return text

    office.peer.on_recipient = reply


async def unreachable(office: PostOffice) -> list[bytes]:
    return [row["email_digest"] for row in await office.fetch(REFUSED)]


@pytest.mark.parametrize("stage", ["on_recipient", "on_message"])
async def test_a_final_refusal_is_remembered_until_a_mail_is_accepted(
    office: PostOffice, stage: str
) -> None:
    async def refuse(_: str) -> str:
        return "550 5.1.1 unknown"

    async def accept(_: str) -> str:
        return ACCEPTED

    setattr(office.peer, stage, refuse)
    for _ in range(2):
        await office.write(ADDRESS.upper())
        await office.deliver()
        assert await unreachable(office) == [email_digest(office.runtime.hasher, ADDRESS)]

    setattr(office.peer, stage, accept)
    await office.write("autre@exemple.fr")
    await office.deliver()
    assert len(await unreachable(office)) == 1
    await office.write(ADDRESS)
    await office.deliver()
    assert await unreachable(office) == []


@pytest.mark.parametrize(
    ("text", "remembered"),
    [("450 4.2.1 try later", True), ("550 5.7.1 we are on a blocklist", False)],
    ids=["theirs", "ours"],
)
async def test_giving_up_is_remembered_unless_the_delay_is_on_our_side(
    office: PostOffice, text: str, remembered: bool
) -> None:
    await answer(office, text)
    mail_id = await office.write(ADDRESS)
    await office.deliver(backoff=Backoff(give_up_after=timedelta(days=1)))
    assert (await office.row(mail_id))["status"] == "retrying"
    assert await unreachable(office) == []

    await office.execute("UPDATE mail SET created_at = now() - interval '2 days'")
    await office.later()
    await office.deliver(backoff=Backoff(give_up_after=timedelta(days=1)))
    assert (await office.row(mail_id))["status"] == "held"
    assert bool(await unreachable(office)) is remembered


async def test_only_a_keyed_digest_is_kept_for_a_year_at_most(office: PostOffice) -> None:
    await answer(office, "550 5.1.1 unknown")
    await office.write(ADDRESS)
    await office.deliver()
    [row] = await office.fetch("SELECT unreachable_address::text AS text FROM unreachable_address")
    assert "personne" not in row["text"]
    assert b"personne".hex() not in row["text"]

    for days, kept in ((364, 1), (2, 0)):
        await office.execute(
            f"UPDATE unreachable_address SET refused_at = refused_at - interval '{days} days'"
        )
        async with office.runtime.db.transaction() as connection:
            await purge_core(connection)
        assert len(await unreachable(office)) == kept
