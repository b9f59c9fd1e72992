"""A worker and the SMTP server that it sends to, in the hands of a test."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from pydantic import SecretStr

from tests.support.db.roles import ADMINISTRATOR, connected_as
from tests.support.mail.peers import ScriptedPeer
from web.core.mail.kinds import MailKind
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.settings import Settings
from web.signup.activation.mails import HOLDER_MAIL
from web.worker import Worker

# A monotonic clock: now() is read before the snapshot is taken, and a job queued again in between,
# with a later now(), would look postponed.
READY = """
    SELECT FROM pgqueuer
    WHERE status IN ('picked', 'failed')
       OR (status = 'queued' AND execute_after <= clock_timestamp())
"""
CUT = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass
class PostOffice:
    """Mails to send and their outcome, on a real database with a real worker."""

    peer: ScriptedPeer
    runtime: Runtime
    settings: Settings

    async def write(self, recipient: str, *, kind: MailKind = HOLDER_MAIL) -> UUID:
        """Enqueue a mail that needs no subject."""
        async with self.runtime.db.transaction() as connection:
            return await enqueue_mail(
                self.runtime, connection, kind=kind, subject_id=uuid4(), recipient=recipient
            )

    def worker(self, **options: Any) -> Worker:
        return Worker(self.settings, runtime=self.runtime, **options)

    async def deliver(self, **options: Any) -> None:
        """Attempt each mail that is due once; delays are those of production."""
        worker = self.worker(**options)
        running = asyncio.create_task(worker.run())
        async with asyncio.timeout(30):
            while await self.fetch(READY):
                await asyncio.sleep(0.02)
        worker.stop()
        await running

    async def later(self) -> None:
        """Advance past the retry delays."""
        await self.execute("UPDATE pgqueuer SET execute_after = now()")

    async def hours_pass(self, hours: int) -> None:
        """Move the sent mails into the past."""
        await self.execute(
            """
            UPDATE mail SET created_at = created_at - make_interval(hours => $1),
                            due_at = due_at - make_interval(hours => $1)
            """,
            hours,
        )

    async def states(self) -> dict[str, int]:
        """The number of mails in each status."""
        rows = await self.fetch("SELECT status, count(*) AS number FROM mail GROUP BY status")
        return {row["status"]: row["number"] for row in rows}

    async def row(self, mail_id: UUID) -> Any:
        return await self.runtime.db.fetchrow("SELECT * FROM mail WHERE id = $1", mail_id)

    async def execute(self, sql: str, *arguments: Any) -> None:
        await self.runtime.db.execute(sql, *arguments)

    async def fetch(self, sql: str, *arguments: Any) -> list[Any]:
        return list(await self.runtime.db.fetch(sql, *arguments))

    def to(self, settings: dict[str, Any]) -> PostOffice:
        """The same with other settings."""
        return PostOffice(self.peer, self.runtime, self.settings.model_copy(update=settings))


@pytest.fixture
def office(peer: ScriptedPeer, runtime: Runtime, settings: Settings) -> PostOffice:
    """A worker and the SMTP server it speaks to."""
    url = SecretStr(f"smtp://127.0.0.1:{peer.port}")
    return PostOffice(peer, runtime, settings.model_copy(update={"smtp_url": url}))


async def cut_connections(office: PostOffice) -> None:
    """Cut all database connections of the office and of its workers."""
    async with as_administrator(office) as connection:
        await connection.execute(CUT)


def as_administrator(office: PostOffice) -> AbstractAsyncContextManager[asyncpg.Connection]:
    """A separate connection as the server's administrator."""
    return connected_as(ADMINISTRATOR, office.settings.database_url)
