"""A real SMTP peer that keeps its mails and answers as a test decides; and a worker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.db.rows import column, run
from tests.support.pages.kept_pages import keep
from web.core.mail.backoff import Backoff
from web.core.runtime import Runtime
from web.jobs import clear
from web.settings import Settings
from web.worker import Worker

ACCEPTED = "250 OK"
AT_ONCE = Backoff(delays=(timedelta(0),))


@dataclass
class Received:
    """A received mail."""

    recipient: str
    message: EmailMessage

    @property
    def text(self) -> str:
        """The plain part."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML part."""
        return self._part("html")

    @property
    def subject(self) -> str:
        """The subject."""
        return str(self.message["Subject"])

    def _part(self, kind: str) -> str:
        body = self.message.get_body((kind,))
        assert body is not None
        return str(body.get_content())


@dataclass
class Peer:
    """An SMTP server on loopback, in this event loop."""

    received: list[Received] = field(default_factory=list)
    # The answers to a recipient and to a message; tests replace them.
    on_recipient: Callable[[str], str] = lambda address: ACCEPTED
    on_data: Callable[[str], str] = lambda address: ACCEPTED
    port: int = 0

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to a recipient."""
        answer = self.on_recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Answer to a message, and keep it."""
        recipient = envelope.rcpt_tos[0]
        answer = self.on_data(recipient)
        if answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(content)
            received = Received(recipient, message)
            keep(received.html, f"mail {received.subject}")
            self.received.append(received)
        return answer

    async def start(self) -> None:
        """Listen on a free port."""
        self._controller = UnthreadedController(
            self, hostname="127.0.0.1", port=0, loop=asyncio.get_running_loop()
        )
        self._controller.server_coro = self._controller._create_server()
        self._controller.server = await self._controller.server_coro
        assert isinstance(self._controller.server, asyncio.Server)
        self.port = self._controller.server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening."""
        assert self._controller.server is not None
        self._controller.server.close()
        await self._controller.server.wait_closed()


class Outbox:
    """The peer, and a worker that sends to it on demand."""

    def __init__(self, peer: Peer, runtime: Runtime, settings: Settings) -> None:
        self.peer = peer
        self._runtime = runtime
        self._settings = settings

    async def deliver(self, backoff: Backoff = AT_ONCE) -> None:
        """Run all the jobs that are due; concurrent mails are sorted by order of enqueuing."""
        await self.worker(backoff).drain()
        promised = await column(self._runtime, "SELECT message_id FROM mail ORDER BY created_at")
        places = {message_id: place for place, message_id in enumerate(promised)}
        self.peer.received.sort(key=lambda mail: places.get(str(mail.message["Message-ID"]), -1))

    async def deliver_later(self) -> None:
        """Also run the postponed jobs."""
        await run(self._runtime, "UPDATE pgqueuer SET execute_after = now()")
        await self.deliver()

    async def clear(self) -> None:
        """Run the worker's periodic task."""
        await clear(self._runtime)

    def worker(self, backoff: Backoff = AT_ONCE) -> Worker:
        """A worker on the same database, sending to the peer."""
        return Worker(self._settings, runtime=self._runtime, backoff=backoff)

    def to(self, address: str) -> list[Received]:
        """The mails received for an address, in order."""
        return [mail for mail in self.peer.received if mail.recipient == address]
