"""The worker: mail jobs, and the clearing of what has had its time.

It runs until told to stop, finishes what is in flight, and starts over by itself when the database
comes back. Any number of workers share one queue; jobs of a dead one are picked up by the others
once its heartbeats are missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import asyncpg
import structlog
from pgqueuer import PgQueuer
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job, Schedule
from pgqueuer.types import QueueExecutionMode

from web.accounts import security_mails
from web.accounts.history_seals import seal_histories
from web.accounts.kept_forms import purge_kept_forms
from web.accounts.sessions import purge_sessions
from web.captcha.service import purge_attempts
from web.contact import service as contact
from web.contact.queries import purge_messages
from web.core.assets import Assets
from web.core.db import UNAVAILABLE, Connection
from web.core.logging import where_it_failed
from web.core.mail import MAIL_JOB, Composer
from web.core.mail_delivery import Backoff, MailDelivery, requeue_orphans
from web.core.purge import purge_core
from web.core.runtime import Runtime, build_runtime
from web.core.smtp import Patience, SmtpConnections
from web.core.templating import Menus, Templates
from web.delegations import service as delegations
from web.dossiers import mails as dossier_mails
from web.filters import FILTERS
from web.professionals import kept_forms as professional_forms
from web.professionals import link_queries as professional_links
from web.professionals import links
from web.professionals import mails as professional_mails
from web.professionals import queries as professional_queries
from web.professionals import sessions as professional_sessions
from web.profile import email_change
from web.profile.queries import purge_email_changes
from web.profile.service import ACCOUNT_CLOSED_MAIL, compose_account_closed
from web.settings import Settings
from web.signin import forgotten
from web.signin.forgotten_queries import purge_requests
from web.signin.queries import purge_failures, record_refused_logins
from web.signup import activation
from web.signup.service import ACTIVATION_MAIL

log = structlog.get_logger("worker")
T = TypeVar("T")

# A dead worker's mails are picked up after this long; a live one says so twice as often.
HEARTBEAT = timedelta(seconds=20)
POLL = timedelta(seconds=5)
BATCH = 10
# Messages under way at once; also how many connections the SMTP server sees from one worker.
AT_ONCE = 2 * BATCH
RECONNECT_SECONDS = 1
# How long a message under way may still take once the worker was told to stop.
FINISH_SECONDS = 7
PURGE_SCHEDULE = "*/5 * * * *"

COMPOSERS: Mapping[str, Composer] = {
    ACTIVATION_MAIL: activation.compose_activation,
    activation.HOLDER_MAIL: activation.compose_already_registered,
    forgotten.RESET_MAIL: forgotten.compose_reset,
    security_mails.PASSWORD_CHANGED_MAIL: security_mails.compose_password_changed,
    security_mails.NEW_DEVICE_MAIL: security_mails.compose_new_device,
    email_change.CONFIRMATION_MAIL: email_change.compose_confirmation,
    email_change.ASKED_MAIL: email_change.compose_asked,
    email_change.CHANGED_MAIL: email_change.compose_changed,
    ACCOUNT_CLOSED_MAIL: compose_account_closed,
    delegations.GRANTED_MAIL: delegations.compose_letter,
    delegations.REVOKED_MAIL: delegations.compose_letter,
    dossier_mails.STEP_MAIL: dossier_mails.compose_step,
    links.INVITATION_MAIL: links.compose_link,
    links.RESET_MAIL: links.compose_link,
    professional_mails.PASSWORD_CHANGED_MAIL: professional_mails.compose_event,
    professional_mails.SECOND_FACTOR_MAIL: professional_mails.compose_event,
    professional_mails.NEW_DEVICE_MAIL: professional_mails.compose_event,
    contact.MESSAGE_MAIL: contact.compose_message,
    contact.RECEIVED_MAIL: contact.compose_received,
}
# What happens out of sight of who asked: an entrypoint of the queue, about one row.
JOBS: Mapping[str, Callable[[Runtime, UUID], Awaitable[None]]] = {
    forgotten.REQUEST_JOB: forgotten.settle_request,
    links.REQUEST_JOB: links.settle_request,
}
PURGES: tuple[Callable[[Connection], Awaitable[None]], ...] = (
    activation.purge,
    purge_sessions,
    record_refused_logins,
    purge_failures,
    purge_requests,
    purge_attempts,
    purge_email_changes,
    purge_kept_forms,
    purge_messages,
    professional_sessions.purge_sessions,
    professional_forms.purge_kept_forms,
    professional_queries.purge_events,
    professional_links.purge_links,
    purge_core,
)


class Worker:
    """One worker process."""

    def __init__(
        self,
        settings: Settings,
        *,
        runtime: Runtime | None = None,
        backoff: Backoff | None = None,
        heartbeat: timedelta = HEARTBEAT,
        patience: Patience | None = None,
    ) -> None:
        self._runtime = runtime or build_runtime(settings)
        self._owns_runtime = runtime is None
        self._smtp = SmtpConnections(settings.smtp_url.get_secret_value(), patience)
        templates = Templates(Assets(), Menus(), demo=False)
        for name, function in FILTERS.items():
            templates.add_filter(name, function)
        self._delivery = MailDelivery(self._runtime, self._smtp, templates.env, COMPOSERS, backoff)
        self._heartbeat = heartbeat
        self._stopping = asyncio.Event()
        self._queue: PgQueuer | None = None

    def stop(self) -> None:
        """Finish what is in flight, within FINISH_SECONDS, then return from run()."""
        self._stopping.set()
        if self._queue is not None:
            self._queue.shutdown.set()
        asyncio.get_running_loop().call_later(FINISH_SECONDS, self._delivery.hurry)

    async def run(self) -> None:
        """Work until stopped."""
        if self._owns_runtime:
            await self._runtime.db.connect()
        while not self._stopping.is_set():
            try:
                await self._work(QueueExecutionMode.continuous)
            except Exception as error:  # whatever it is, mail must go on
                log.error("worker interrupted", **where_it_failed(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(RECONNECT_SECONDS):
                    await self._stopping.wait()
        await self._close()

    async def drain_alone(self) -> None:
        """drain(), for a process that has nothing else to do."""
        await self._runtime.db.connect()
        await self.drain()
        await self._close()

    async def drain(self) -> None:
        """Do what is ready to be done, then return: for scripts and tests."""
        await self._work(QueueExecutionMode.drain)
        await self._smtp.close()

    async def _close(self) -> None:
        await self._smtp.close()
        if self._owns_runtime:
            await self._runtime.db.disconnect()

    async def _work(self, mode: QueueExecutionMode) -> None:
        connection = await asyncpg.connect(
            self._runtime.settings.database_url,
            timeout=5,
            server_settings={"application_name": "compte-formation worker"},
        )
        try:
            queue = PgQueuer.from_asyncpg_connection(connection)
            self._register(queue)
            self._queue = queue
            if self._stopping.is_set():
                return
            await self._requeue_orphans()
            # Told at once: otherwise a lost connection is found out at the next poll.
            connection.add_termination_listener(lambda _: queue.shutdown.set())
            run = queue.run if mode is QueueExecutionMode.continuous else queue.qm.run
            await run(
                dequeue_timeout=POLL,
                batch_size=BATCH,
                mode=mode,
                max_concurrent_tasks=AT_ONCE,
                shutdown_on_listener_failure=True,
                heartbeat_timeout=self._heartbeat,
            )
        finally:
            self._queue = None
            with suppress(*UNAVAILABLE):
                await connection.close(timeout=2)

    def _register(self, queue: PgQueuer) -> None:
        @queue.entrypoint(MAIL_JOB, on_failure="hold")
        async def mail(job: Job) -> None:
            try:
                delay = await _uninterrupted(self._delivery.deliver(UUID(bytes=job.payload)))
            except Exception as error:
                # The queue keeps what it is told about a failure: a type and a place, no values.
                log.error("mail job failed", **where_it_failed(error))
                raise RetryRequested(HEARTBEAT, type(error).__name__) from None
            if delay is not None:
                raise RetryRequested(delay, "mail delayed")

        for name, carry_out in JOBS.items():
            self._register_job(queue, name, carry_out)

        @queue.schedule("purge", PURGE_SCHEDULE)
        async def purge(schedule: Schedule) -> None:
            await self.purge()

    def _register_job(
        self, queue: PgQueuer, name: str, carry_out: Callable[[Runtime, UUID], Awaitable[None]]
    ) -> None:
        @queue.entrypoint(name, on_failure="hold")
        async def work(job: Job) -> None:
            try:
                await carry_out(self._runtime, UUID(bytes=job.payload))
            except Exception as error:
                log.error("job failed", job=name, **where_it_failed(error))
                raise RetryRequested(HEARTBEAT, type(error).__name__) from None

    async def purge(self) -> None:
        """Clear what has had its time, and seal the histories that grew."""
        for step in PURGES:
            async with self._runtime.db.transaction() as connection:
                await step(connection)
        await seal_histories(self._runtime)
        await self._requeue_orphans()
        log.info("purged")

    async def _requeue_orphans(self) -> None:
        async with self._runtime.db.transaction() as connection:
            found = await requeue_orphans(connection)
        if found:
            log.warning("mails without a job queued again", count=found)


async def _uninterrupted(work: Coroutine[None, None, T]) -> T:
    """Carry `work` through although the queue, losing its connection, cancels its jobs.

    A mail cut between the SMTP server's 250 and our note of it would be sent twice.
    """
    task = asyncio.create_task(work)
    while True:
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise
