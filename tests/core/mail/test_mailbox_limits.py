"""The number of mails sent to one mailbox, whoever requests them and however it is spelled."""

from __future__ import annotations

import asyncio
from itertools import product
from uuid import UUID, uuid4

import pytest

from tests.support.db.rows import until_someone_waits
from tests.support.mail.post_office import PostOffice
from web.core.mail.held import list_held
from web.core.mail.kinds import (
    AWAITED_PER_DAY,
    AWAITED_PER_HOUR,
    NOTICES_PER_HOUR,
    RECEIPTS_PER_HOUR,
    awaited,
    receipt,
)
from web.core.mail.outgoing import enqueue_mail
from web.jobs import requeue_lost_mails
from web.signup.activation.mails import HOLDER_MAIL

# Kinds of mail that need no subject, by their limits.
LINK = awaited(HOLDER_MAIL.name)
RECEIPT = receipt(HOLDER_MAIL.name)
ONE = "victime@exemple.fr"


async def kept(office: PostOffice) -> list[tuple[str, str | None]]:
    """The status and reason of each mail, in order of enqueuing."""
    rows = await office.fetch("SELECT status, reason FROM mail ORDER BY created_at, due_at")
    return [(row["status"], row["reason"]) for row in rows]


async def test_a_flood_in_every_spelling_of_a_mailbox_sends_what_one_spelling_gets(
    office: PostOffice,
) -> None:
    """2.4.1: 80 requests, as many spellings."""
    names = ["".join(letters) for letters in product(*zip("victim", "VICTIM", strict=True))]
    spelt = [f"{name}e@Exemple.FR" for name in names[:40]]
    spelt += [f"vic.time+{number}@exemple.fr" for number in range(40)]
    for address in spelt:
        await office.write(address, kind=LINK)
    await office.deliver()

    assert len(office.peer.delivered) == AWAITED_PER_HOUR
    # Each intent is recorded: the newest is sent later, in place of the others.
    assert await office.states() == {
        "sent": AWAITED_PER_HOUR,
        "queued": 1,
        "limited": 80 - AWAITED_PER_HOUR - 1,
    }
    # Each is sent to the spelling that was given.
    assert {one.recipient for one in office.peer.delivered} == set(spelt[:AWAITED_PER_HOUR])


async def test_a_day_and_a_night_of_requests_stay_bounded(office: PostOffice) -> None:
    """2.4.1: once the daily number is reached, one every three hours."""
    for _ in range(24):
        for _ in range(AWAITED_PER_HOUR + 2):
            await office.write(ONE, kind=LINK)
        await office.execute(
            "UPDATE pgqueuer SET execute_after = now() FROM mail "
            "WHERE payload = uuid_send(mail.id) AND due_at <= now()"
        )
        await office.deliver()
        await office.hours_pass(1)

    sent = len(office.peer.delivered)
    assert AWAITED_PER_DAY < sent <= AWAITED_PER_DAY + 8


async def test_a_delayed_link_leaves_in_its_turn_and_only_the_newest(
    office: PostOffice,
) -> None:
    ids = [await office.write(ONE, kind=LINK) for _ in range(AWAITED_PER_HOUR + 3)]
    await office.deliver()
    last = await office.row(ids[-1])
    assert (last["status"], last["attempts"]) == ("queued", 0)
    assert (await _job_of(office, ids[-1]))["is_later"]

    await office.later()
    await office.deliver()

    assert (await office.row(ids[-1]))["status"] == "sent"
    assert {(await office.row(one))["status"] for one in ids[AWAITED_PER_HOUR:-1]} == {"limited"}


async def test_mails_promised_at_once_do_not_pass_the_limit_together(office: PostOffice) -> None:
    await asyncio.gather(*(office.write(ONE, kind=LINK) for _ in range(30)))

    states = await office.states()
    assert states == {"queued": AWAITED_PER_HOUR + 1, "limited": 30 - AWAITED_PER_HOUR - 1}


async def test_a_mail_of_a_transaction_that_fails_counts_for_nothing(office: PostOffice) -> None:
    for _ in range(AWAITED_PER_HOUR):
        with pytest.raises(ZeroDivisionError):
            await _promise_and_fail(office)
    await office.write(ONE, kind=LINK)

    assert await kept(office) == [("queued", None)]


async def test_using_up_one_kind_silences_no_other_and_no_other_mailbox(
    office: PostOffice,
) -> None:
    for _ in range(AWAITED_PER_HOUR + 5):
        await office.write(ONE, kind=awaited("another kind"))
    notice_id = await office.write(ONE)
    neighbour_id = await office.write("voisine@exemple.fr", kind=awaited("another kind"))

    for mail_id in (notice_id, neighbour_id):
        row = await office.row(mail_id)
        assert (row["status"], row["next_attempt_at"]) == ("queued", None)


async def test_a_neighbour_whose_address_differs_by_a_dot_puts_no_notice_off(
    office: PostOffice,
) -> None:
    for _ in range(NOTICES_PER_HOUR + 2):
        await office.write("j.dupont@exemple.fr")
    row = await office.row(await office.write("jdupont@exemple.fr"))
    again = await office.row(await office.write("J.Dupont@exemple.fr"))

    assert (row["status"], row["next_attempt_at"]) == ("queued", None)
    assert again["status"] == "grouped"


async def test_notices_beyond_the_limit_are_told_in_one_and_none_is_dropped(
    office: PostOffice,
) -> None:
    """6.3.7: repeated up to the limit, a notice still arrives."""
    ids = [await office.write(ONE) for _ in range(NOTICES_PER_HOUR + 4)]
    await office.deliver()
    assert len(office.peer.delivered) == NOTICES_PER_HOUR
    last = await office.row(ids[NOTICES_PER_HOUR])
    assert {(await office.row(one))["told_by"] for one in ids[NOTICES_PER_HOUR + 1 :]} == {
        last["id"]
    }

    await office.later()
    await office.deliver()

    assert len(office.peer.delivered) == NOTICES_PER_HOUR + 1
    for part in ("plain", "html"):
        assert "Cela s’est reproduit 3 fois depuis." in office.peer.delivered[-1].part(part)
        assert "s’est reproduit" not in office.peer.delivered[0].part(part)
    assert await office.states() == {"sent": NOTICES_PER_HOUR + 1, "grouped": 3}


async def test_a_notice_that_comes_while_the_one_that_tells_them_is_written_is_told_too(
    office: PostOffice,
) -> None:
    for _ in range(NOTICES_PER_HOUR + 1):
        await office.write(ONE)
    await office.deliver()
    await office.later()

    async with office.runtime.db.transaction() as connection:
        await enqueue_mail(
            office.runtime, connection, kind=HOLDER_MAIL, subject_id=uuid4(), recipient=ONE
        )
        sending = asyncio.create_task(office.deliver())
        await until_someone_waits(office.runtime)
    await sending

    assert "Cela s’est reproduit une fois depuis." in office.peer.delivered[-1].part("plain")


async def test_a_notice_that_comes_too_late_for_it_waits_for_the_next(office: PostOffice) -> None:
    for _ in range(NOTICES_PER_HOUR + 1):
        await office.write(ONE)
    waiting = await office.fetch("SELECT id FROM mail WHERE due_at > created_at")
    await office.execute("UPDATE mail SET attempts = 1 WHERE id = $1", waiting[0]["id"])
    late = await office.row(await office.write(ONE))

    assert (late["status"], late["told_by"]) == ("queued", None)
    assert late["due_at"] > late["created_at"]


async def test_receipts_beyond_the_limit_are_not_sent_and_the_reason_is_kept(
    office: PostOffice,
) -> None:
    for _ in range(RECEIPTS_PER_HOUR + 2):
        await office.write(ONE, kind=RECEIPT)
    await office.deliver()

    assert len(office.peer.delivered) == RECEIPTS_PER_HOUR
    assert (
        await kept(office)
        == [("sent", None)] * RECEIPTS_PER_HOUR + [("limited", "too many to this mailbox")] * 2
    )


async def test_operators_see_what_was_not_sent_and_do_not_send_it_by_mistake(
    office: PostOffice,
) -> None:
    for _ in range(RECEIPTS_PER_HOUR + 3):
        await office.write("canari@exemple.fr", kind=RECEIPT)
    await office.deliver()

    for requeue in (False, True):
        [line] = await list_held(office.settings, requeue=requeue)
        assert "already-registered" in line
        assert "3 courriels en 24\u00a0h pour 1 boîte, non envoyés" in line
        assert "canari" not in line
    assert not await office.fetch("SELECT FROM pgqueuer")


async def test_a_mail_put_off_that_lost_its_job_still_waits_for_its_turn(
    office: PostOffice,
) -> None:
    ids = [await office.write(ONE, kind=LINK) for _ in range(AWAITED_PER_HOUR + 1)]
    await office.execute("DELETE FROM pgqueuer")
    await requeue_lost_mails(office.runtime)
    await office.deliver()

    assert len(office.peer.delivered) == AWAITED_PER_HOUR
    assert (await _job_of(office, ids[-1]))["is_later"]


async def _promise_and_fail(office: PostOffice) -> None:
    async with office.runtime.db.transaction() as connection:
        await enqueue_mail(office.runtime, connection, kind=LINK, subject_id=uuid4(), recipient=ONE)
        raise ZeroDivisionError


async def _job_of(office: PostOffice, mail_id: UUID) -> dict[str, bool]:
    [row] = await office.fetch(
        """
        SELECT execute_after > now() + interval '50 minutes' AS is_later FROM pgqueuer
        WHERE payload = uuid_send($1)
        """,
        mail_id,
    )
    return dict(row)
