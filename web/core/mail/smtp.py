"""SMTP client with persistent connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from socket import socket
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib

from web.core.mail.smtp_refusals import enhanced_code, is_about_us
from web.core.mail.smtp_socket import open_socket
from web.settings.model import STARTTLS_REQUIRED


@dataclass(frozen=True)
class SmtpTimeouts:
    """Timeouts, in seconds, for the greeting and for the reply to each command.

    Generous: a server may be slow to reply to a whole message, and giving up at that point can
    cause a duplicate.
    """

    connect: float = 20
    command: float = 60

    @property
    def whole(self) -> float:
        """The seconds for a whole message."""
        return self.connect + 4 * self.command


class TemporaryMailError(Exception):
    """A temporary failure. The message is a code, never an address.

    `is_ours`: the delay is on our side (our relay is down or refuses us), not the recipient's.
    """

    def __init__(self, reason: str, *, is_ours: bool = False) -> None:
        super().__init__(reason)
        self.is_ours = is_ours


class PermanentMailError(Exception):
    """A permanent failure: the server refused the recipient or the message (5xx)."""


class SmtpConnections:
    """A pool of idle connections; it never exceeds the number of concurrent messages."""

    def __init__(self, url: str, timeouts: SmtpTimeouts | None = None) -> None:
        self._timeouts = timeouts = timeouts or SmtpTimeouts()
        parts = urlsplit(url)
        required = parts.query == STARTTLS_REQUIRED
        implicit = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._port = parts.port or (465 if implicit else 587)
        self._doubtful: set[Any] = set()
        self._new_client: Callable[[socket], aiosmtplib.SMTP] = lambda connected: aiosmtplib.SMTP(
            hostname=self._host,
            sock=connected,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=implicit,
            # None: STARTTLS when the server offers it. True: refuse to go on without it.
            start_tls=True if required else (False if implicit else None),
            timeout=timeouts.connect,
        )
        self._idle: list[aiosmtplib.SMTP] = []
        self._under_way: set[asyncio.Timeout] = set()

    async def send(self, message: EmailMessage) -> None:
        """Send a message. Raises TemporaryMailError or PermanentMailError.

        On return the server has replied 250 to the whole message, and is responsible for it.
        """
        limit = asyncio.timeout(self._timeouts.whole)
        self._under_way.add(limit)
        try:
            async with limit:
                client = await self._connected()
                await self._send_on(client, message)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            # A refusal before RCPT concerns us, not the recipient: a 5xx there is for the operator
            # to fix, and no reason to give up. We only talk to our own relay: when it is down or
            # silent, that is on our side too.
            code = f" {error.code}" if isinstance(error, aiosmtplib.SMTPResponseException) else ""
            raise TemporaryMailError(type(error).__name__ + code, is_ours=True) from None
        finally:
            self._under_way.discard(limit)

    def interrupt(self) -> None:
        """Make the messages being sent fail at once with TemporaryMailError."""
        for limit in self._under_way:
            limit.reschedule(0)

    async def close(self) -> None:
        """Close the idle connections with QUIT."""
        while self._idle:
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await self._idle.pop().quit(timeout=2)

    async def check(self) -> None:
        """Connect and greet. Raises TemporaryMailError."""
        try:
            client = await self._connected()
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise TemporaryMailError(type(error).__name__, is_ours=True) from None
        self._idle.append(client)

    async def _send_on(self, client: aiosmtplib.SMTP, message: EmailMessage) -> None:
        reusable = False
        try:
            await client.send_message(message, timeout=self._timeouts.command)
            reusable = True
        except aiosmtplib.SMTPRecipientsRefused as error:
            reusable = True
            [refusal] = error.recipients
            raise _refusal_error(refusal.code, refusal.message) from None
        except aiosmtplib.SMTPDataError as error:
            reusable = True
            raise _refusal_error(error.code, error.message) from None
        except (aiosmtplib.SMTPNotSupported, ValueError) as error:
            # A non-ASCII address without SMTPUTF8 support, or an address with forbidden characters.
            raise PermanentMailError(type(error).__name__) from None
        finally:
            if reusable and client.is_connected:
                self._idle.append(client)
            else:
                client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        while self._idle:
            client = self._idle.pop()
            # The server may have closed it while idle; a NOOP is cheaper than a failed attempt.
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await client.noop(timeout=5)
                return client
            client.close()
        async with asyncio.timeout(self._timeouts.connect):
            connected = await open_socket(self._host, self._port, self._doubtful)
        address = connected.getpeername()
        client = self._new_client(connected)
        try:
            await client.connect()
        except BaseException:
            # Prefer another of the host's addresses next time.
            self._doubtful.add(address)
            raise
        self._doubtful.discard(address)
        return client


def _refusal_error(code: int, text: str) -> TemporaryMailError | PermanentMailError:
    reason, is_ours = f"{code}{enhanced_code(text)}", is_about_us(code, text)
    if code >= 500 and not is_ours:
        return PermanentMailError(reason)
    return TemporaryMailError(reason, is_ours=is_ours)
