"""The mail that informs a person that their hours were credited or corrected."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from tests.support.db.rows import count, run, value
from tests.support.mail.outbox import Outbox
from tests.support.programs.reporter import RecordingReporter
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import Person, synthetic_nir
from tests.support.training.feeding import EMPLOYERS, Line, feed
from web.core.db.bulk import RefusedFileError
from web.core.runtime import Runtime
from web.hours.credit_notice_queries import add_credit_notices
from web.hours.credit_notices import enqueue_credit_notices

A, B, _ = EMPLOYERS
MAILS = "mail WHERE kind = 'hours-credited'"
SUBJECT = "Vos heures de formation ont changé"


@pytest.fixture
def person() -> Person:
    """A person with an account."""
    return Person(first_name="Philomène", email="philomene@exemple.fr")


@pytest.fixture
async def account_id(runtime: Runtime, person: Person) -> UUID:
    """Their account."""
    return await open_account(runtime, person)


def worked(person: Person, hours: int = 1607, year: int = 2020, siret: str = A) -> Line:
    """The line of one year."""
    return (person.nir, year, siret, hours, 1607)


async def test_a_credit_is_announced_without_amounts(
    runtime: Runtime, person: Person, account_id: UUID, outbox: Outbox
) -> None:
    await feed(runtime, [worked(person)])
    await outbox.clear()
    await outbox.deliver()

    [mail] = outbox.to(person.email)
    assert mail.subject == SUBJECT
    for text in (mail.text, mail.html):
        assert "Bonjour Philomène," in text
        assert "http://127.0.0.1:8000/espace/heures" in text
        assert person.nir not in text
    assert not any(character.isdigit() for character in mail.text.replace("127.0.0.1:8000", ""))
    assert "List-Unsubscribe" not in mail.message


async def test_people_without_an_account_get_none(
    runtime: Runtime, person: Person, account_id: UUID
) -> None:
    await feed(runtime, [worked(person), (synthetic_nir(77), 2020, A, 1607, 1607)])
    await enqueue_credit_notices(runtime)
    assert await count(runtime, MAILS) == 1


async def test_the_same_file_again_announces_nothing(
    runtime: Runtime, person: Person, account_id: UUID
) -> None:
    await feed(runtime, [worked(person)])
    await enqueue_credit_notices(runtime)
    await run(runtime, "UPDATE credit_notice SET announced_at = now() - interval '2 days'")
    await feed(runtime, [worked(person)])
    await enqueue_credit_notices(runtime)
    assert await count(runtime, MAILS) == 1


async def test_years_without_credit_announce_nothing(
    runtime: Runtime, person: Person, account_id: UUID
) -> None:
    await feed(runtime, [worked(person, hours=0)])
    assert await count(runtime, "movement") == 1
    assert await count(runtime, "credit_notice") == 0


async def test_corrections_that_cancel_out_announce_nothing(
    runtime: Runtime, person: Person, account_id: UUID
) -> None:
    await feed(runtime, [worked(person), worked(person, 0, 2021)])
    await enqueue_credit_notices(runtime)
    await run(runtime, "UPDATE credit_notice SET announced_at = now() - interval '2 days'")
    await feed(runtime, [worked(person, 0), worked(person, 1607, 2021)])
    assert await value(runtime, "SELECT is_pending FROM credit_notice") is False


async def test_two_corrections_in_a_day_make_one_mail_that_day_and_one_the_next(
    runtime: Runtime, person: Person, account_id: UUID, outbox: Outbox
) -> None:
    await feed(runtime, [worked(person)])
    await enqueue_credit_notices(runtime)
    await feed(runtime, [worked(person, hours=800)])
    await feed(runtime, [worked(person, hours=400)])
    await enqueue_credit_notices(runtime)
    assert await count(runtime, MAILS) == 1

    await run(runtime, "UPDATE credit_notice SET announced_at = now() - interval '1 day'")
    for _ in range(2):
        await enqueue_credit_notices(runtime)
    assert await count(runtime, MAILS) == 2
    await outbox.deliver()
    assert [mail.subject for mail in outbox.to(person.email)] == [SUBJECT, SUBJECT]


async def test_several_changes_before_the_worker_runs_make_one_mail(
    runtime: Runtime, person: Person, account_id: UUID
) -> None:
    await feed(runtime, [worked(person)])
    await feed(runtime, [worked(person, hours=800)])
    await asyncio.gather(*(enqueue_credit_notices(runtime) for _ in range(4)))
    assert await count(runtime, MAILS) == 1


async def test_an_exceptional_credit_is_announced_too_and_a_declaration_is_not(
    runtime: Runtime, person: Person, account_id: UUID
) -> None:
    insert = """
        INSERT INTO movement (person_id, balance, kind, hours)
        SELECT person_id, $1, $2, 100 FROM account
    """
    for balance, kind in (("dif", "dif_declared"), ("cpf", "exceptional_credit")):
        async with runtime.db.transaction() as connection:
            await connection.execute(insert, balance, kind)
            await add_credit_notices(connection)
        announced = await count(runtime, "credit_notice")
        assert announced == (kind == "exceptional_credit")


async def test_a_refused_file_announces_nothing(
    runtime: Runtime, person: Person, account_id: UUID
) -> None:
    with pytest.raises(RefusedFileError):
        await feed(runtime, [worked(person), worked(person)], RecordingReporter())
    assert await count(runtime, "credit_notice") == 0


async def test_an_account_closed_meanwhile_gets_no_mail(
    runtime: Runtime, person: Person, account_id: UUID, outbox: Outbox
) -> None:
    await feed(runtime, [worked(person)])
    await enqueue_credit_notices(runtime)
    await run(runtime, "DELETE FROM login WHERE id = $1", account_id)
    await outbox.deliver()
    assert outbox.peer.received == []

    await run(runtime, "UPDATE credit_notice SET is_pending = true, announced_at = NULL")
    await enqueue_credit_notices(runtime)
    assert await count(runtime, MAILS) == 1


async def test_a_large_file_costs_one_statement_and_its_mails_come_after_all_others(
    runtime: Runtime, outbox: Outbox
) -> None:
    people = [Person() for _ in range(250)]
    for one in people:
        await open_account(runtime, one)
    await feed(runtime, [worked(one) for one in people])
    assert await count(runtime, "credit_notice WHERE is_pending") == 250
    await enqueue_credit_notices(runtime)
    assert await count(runtime, MAILS) == 250
    assert await count(runtime, "credit_notice WHERE is_pending") == 0
    assert await value(runtime, "SELECT max(priority) FROM pgqueuer") < 0


async def test_announced_notices_are_purged_and_those_that_wait_are_kept(
    runtime: Runtime, person: Person, account_id: UUID, outbox: Outbox
) -> None:
    await feed(runtime, [worked(person)])
    await enqueue_credit_notices(runtime)
    await outbox.clear()
    assert await count(runtime, "credit_notice") == 1
    await run(runtime, "UPDATE credit_notice SET announced_at = now() - interval '3 days'")
    await outbox.clear()
    assert await count(runtime, "credit_notice") == 0
