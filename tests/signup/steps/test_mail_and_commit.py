"""The mail of a registration exists exactly when its registration does."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from tests.support.db.rows import count, run
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import to_validation
from tests.support.titulaires.people import Person
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.signup.steps import service

# The commit itself fails, once everything has been written.
FAIL = """
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '57P03'; END $$
"""
AT_COMMIT = """
    CREATE CONSTRAINT TRIGGER fail AFTER UPDATE ON registration DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.status = 'submitted') EXECUTE FUNCTION fail()
"""


async def assert_a_failed_commit_mails_nothing(
    client: Client, runtime: Runtime, outbox: Outbox
) -> None:
    person = Person()
    page = await to_validation(client, person)
    await run(runtime, FAIL)
    await run(runtime, AT_COMMIT)
    assert (await client.submit(page)).status == 503
    assert await count(runtime, "mail") == 0
    assert await count(runtime, "pgqueuer") == 0
    await outbox.deliver()
    assert outbox.to(person.email) == []
    await run(runtime, "DROP TRIGGER fail ON registration")
    assert (await client.submit(page)).url == "/inscription/courriel"
    await outbox.deliver()
    assert len(outbox.to(person.email)) == 1


async def test_a_commit_that_fails_mails_nothing_and_the_form_can_be_sent_again(
    client: Client, runtime: Runtime, outbox: Outbox
) -> None:
    await assert_a_failed_commit_mails_nothing(client, runtime, outbox)


async def test_a_mail_before_its_commit_would_be_noticed(
    client: Client,
    runtime: Runtime,
    outbox: Outbox,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A planted fault: the mail is enqueued by a transaction of its own."""

    async def enqueue_apart(runtime: Runtime, _: Any, **mail: Any) -> None:
        connection = await asyncpg.connect(database_url)
        async with connection.transaction():
            await enqueue_mail(runtime, connection, **mail)
        await connection.close()

    monkeypatch.setattr(service, "enqueue_mail", enqueue_apart)
    with pytest.raises(AssertionError):
        await assert_a_failed_commit_mails_nothing(client, runtime, outbox)
    assert await count(runtime, "mail") == 1
