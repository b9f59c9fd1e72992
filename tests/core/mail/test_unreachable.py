"""Addresses that refuse our mail are remembered until they accept one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.core.mail.post_office import PostOffice
from tests.support.mail.peers import ACCEPTED
from web.core.crypto.digests import email_digest
from web.core.db.purge import purge_core
from web.core.mail.backoff import Backoff

ADDRESS = "personne@exemple.fr"
REFUSED = "SELECT email_digest FROM unreachable_address"


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
