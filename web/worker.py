"""The worker: mail jobs, background jobs and the purge of expired data.

It runs until stopped, finishes the jobs in flight, and reconnects when the database recovers. Any
number of workers share one queue; the jobs of a dead worker are picked up by the others once its
heartbeats are missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import structlog
from pgqueuer import PgQueuer
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job, Schedule
from pgqueuer.types import QueueExecutionMode

from web.core.addresses import Addresses
from web.core.db.connections import BoundedConnection, close_soon, open_connection
from web.core.db.database import DatabaseUnavailableError, translate_db_errors
from web.core.db.schema import WrongSchemaError, require_schema
from web.core.http.assets import Assets
from web.core.http.templating import Menus, Templates
from web.core.jobs.queries import refresh_heartbeats
from web.core.jobs.under_way import JobsUnderWay
from web.core.jobs.uninterrupted import uninterrupted
from web.core.mail.backoff import Backoff
from web.core.mail.delivery import MailDelivery
from web.core.mail.outgoing import MAIL_JOB
from web.core.mail.smtp import SmtpConnections, SmtpTimeouts
from web.core.ops.logging import where_it_failed
from web.core.runtime import Runtime, build_runtime
from web.filters import FILTERS
from web.jobs import AGENT_EMAILS, COMPOSERS, JOBS, clear, requeue_lost_mails
from web.people.email_folding import fold_digests
from web.routes import build_routes
from web.settings import Settings

log = structlog.get_logger("worker")

# A dead worker's jobs are picked up after this long; live ones send heartbeats twice as often.
HEARTBEAT = timedelta(seconds=20)
POLL = timedelta(seconds=5)
BATCH = 10
# Messages sent concurrently, hence also the SMTP connections of one worker.
AT_ONCE = 2 * BATCH
RECONNECT_SECONDS = 1
# Grace period of the messages being sent, once the worker has been asked to stop.
FINISH_SECONDS = 7
# Then that of the database, to record their outcome.
CUT_OFF_SECONDS = 8.5
# The queue polls every POLL: a silent database is detected within HEARTBEAT.
QUEUE_STATEMENT_SECONDS, QUEUE_SILENCE_SECONDS = 4.0, 5.0
PURGE_SCHEDULE = "*/5 * * * *"


class Worker:
    """One worker process."""

    def __init__(
        self,
        settings: Settings,
        *,
        runtime: Runtime | None = None,
        backoff: Backoff | None = None,
        heartbeat: timedelta = HEARTBEAT,
        timeouts: SmtpTimeouts | None = None,
    ) -> None:
        assets = Assets()
        addresses = Addresses(build_routes(assets))
        self._runtime = runtime or build_runtime(settings, addresses=addresses)
        self._owns_runtime = runtime is None
        self._smtp = SmtpConnections(settings.smtp_url.get_secret_value(), timeouts)
        templates = Templates(assets, Menus(), addresses)
        for name, function in FILTERS.items():
            templates.add_filter(name, function)
        self._delivery = MailDelivery(self._runtime, self._smtp, templates.env, COMPOSERS, backoff)
        self._heartbeat = heartbeat
        self._jobs = JobsUnderWay(self._runtime.db, heartbeat)
        self._stopping = asyncio.Event()
        self._was_cut_off = False
        self._interruption: tuple[str, dict[str, object]] | None = None
        self._queue: PgQueuer | None = None
        self._connection: BoundedConnection | None = None
        self._deadlines: list[asyncio.TimerHandle] = []

    def stop(self) -> None:
        """Request a stop: run() returns once jobs in flight are done, within FINISH_SECONDS."""
        self._stopping.set()
        if self._queue is not None:
            self._queue.shutdown.set()
        loop = asyncio.get_running_loop()
        self._deadlines += [
            loop.call_later(FINISH_SECONDS, self._delivery.request_stop),
            loop.call_later(CUT_OFF_SECONDS, self._cut_off),
        ]

    async def run(self) -> None:
        """Work until stopped."""
        if self._owns_runtime:
            await self._runtime.db.connect()
        while not self._stopping.is_set():
            try:
                await self._work(QueueExecutionMode.continuous)
            except WrongSchemaError as error:
                self._report_once("wrong schema revision", problem=str(error))
            except Exception as error:  # after any error, the worker must keep running
                self._report_once("worker interrupted", **where_it_failed(error))
                self._was_cut_off = True
                # The pool's idle connections are likely dead too, and a recent one is not pinged.
                self._runtime.db.terminate_idle()
            with suppress(TimeoutError):
                async with asyncio.timeout(RECONNECT_SECONDS):
                    await self._stopping.wait()
        await self._close()

    def _report_once(self, event: str, **details: object) -> None:
        """Log an interruption, but not again at each attempt while its cause lasts."""
        if self._interruption != (event, details):
            log.error(event, **details)
        self._interruption = (event, details)

    async def drain_alone(self) -> None:
        """Call drain() in a process of its own.

        Raises DatabaseUnavailableError, WrongSchemaError.
        """
        await self._runtime.db.connect()
        with translate_db_errors():
            await self.drain()
        await self._close()

    async def drain(self) -> None:
        """Run the jobs that are due, then return; for scripts and tests."""
        await self._work(QueueExecutionMode.drain)
        await self._smtp.close()

    async def _close(self) -> None:
        await self._smtp.close()
        if self._owns_runtime:
            await self._runtime.db.disconnect()
        for deadline in self._deadlines:
            deadline.cancel()

    def _cut_off(self) -> None:
        """Terminate the connections of a database that does not answer."""
        log.warning("stopped without waiting for the database")
        if self._connection is not None:
            self._connection.terminate()
        self._runtime.db.cut_off()

    async def _work(self, mode: QueueExecutionMode) -> None:
        connection = await open_connection(
            self._runtime.settings.direct_url,
            name="compte-formation worker",
            statement_seconds=QUEUE_STATEMENT_SECONDS,
            silence_seconds=QUEUE_SILENCE_SECONDS,
        )
        self._connection = connection
        try:
            queue = PgQueuer.from_asyncpg_connection(connection)
            self._register(queue)
            self._queue = queue
            if self._stopping.is_set():
                return
            await require_schema(connection)
            await requeue_lost_mails(self._runtime)
            # Password reset requests look up the agent by the digest of the address.
            await fold_digests(self._runtime, AGENT_EMAILS)
            if self._interruption is not None:
                self._interruption = None
                log.info("worker resumed")
            await self._jobs.resume(connection, queue.qm.queue_manager_id)
            if self._was_cut_off:
                # No worker could send its heartbeat during the outage: refresh them all.
                await refresh_heartbeats(connection)
                self._was_cut_off = False
            if mode is QueueExecutionMode.drain:
                # Otherwise draining would wait for delayed jobs.
                queries = queue.qm.queries
                queries.queued_work = queries.eligible_queued_work  # type: ignore[method-assign]
            # Otherwise a lost connection would only be noticed at the next poll.
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
            self._queue = self._connection = None
            await close_soon(connection)

    def _register(self, queue: PgQueuer) -> None:
        @queue.entrypoint(MAIL_JOB, on_failure="hold")
        async def mail(job: Job) -> None:
            try:
                delay = await uninterrupted(self._deliver(job))
            except Exception as error:
                log.error("mail job failed", **where_it_failed(error))
                raise _retry(error) from None
            if delay is not None:
                raise RetryRequested(delay, "mail delayed")

        for name, carry_out in JOBS.items():
            self._register_job(queue, name, carry_out)

        @queue.schedule("purge", PURGE_SCHEDULE)
        async def purge(schedule: Schedule) -> None:
            await clear(self._runtime)

    def _register_job(
        self, queue: PgQueuer, name: str, carry_out: Callable[[Runtime, UUID], Awaitable[None]]
    ) -> None:
        @queue.entrypoint(name, on_failure="hold")
        async def work(job: Job) -> None:
            try:
                async with self._jobs.keep(job.id):
                    await carry_out(self._runtime, UUID(bytes=job.payload))
            except Exception as error:
                log.error("job failed", job=name, **where_it_failed(error))
                raise _retry(error) from None

    async def _deliver(self, job: Job) -> timedelta | None:
        async with self._jobs.keep(job.id):
            return await self._delivery.deliver(UUID(bytes=job.payload))


def _retry(error: Exception) -> RetryRequested:
    """Return the request for a retry; it names the error's type only, no values."""
    delay = POLL if isinstance(error, DatabaseUnavailableError) else HEARTBEAT
    return RetryRequested(delay, type(error).__name__)
