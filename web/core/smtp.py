"""SMTP: a message is handed over on a connection that is kept."""

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

from web.core.smtp_refusals import enhanced_code, is_about_us
from web.core.smtp_socket import open_socket
from web.settings import STARTTLS_REQUIRED


@dataclass(frozen=True)
class Patience:
    """How many seconds a server may take to greet, and to answer each command.

    A server that reads the whole message before its answer may be slow at it; giving up then is
    what can make a copy.
    """

    connect: float = 20
    command: float = 60

    @property
    def whole(self) -> float:
        """For a message from start to end."""
        return self.connect + 4 * self.command


class TemporaryMailError(Exception):
    """Not now. The message is a code, never an address.

    `is_ours`: the delay is on our side (our relay is away or refuses us), not the recipient's.
    """

    def __init__(self, reason: str, *, is_ours: bool = False) -> None:
        super().__init__(reason)
        self.is_ours = is_ours


class PermanentMailError(Exception):
    """Never: the server refused this recipient (5xx)."""


class SmtpConnections:
    """Connections kept between messages; at most as many as messages under way at once."""

    def __init__(self, url: str, patience: Patience | None = None) -> None:
        self._patience = patience = patience or Patience()
        parts = urlsplit(url)
        required = parts.query == STARTTLS_REQUIRED
        implicit = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._port = parts.port or (465 if implicit else 587)
        self._doubtful: set[Any] = set()
        self._make: Callable[[socket], aiosmtplib.SMTP] = lambda connected: aiosmtplib.SMTP(
            hostname=self._host,
            sock=connected,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=implicit,
            # None: STARTTLS when the server offers it. True: refuse to go on without it.
            start_tls=True if required else (False if implicit else None),
            timeout=patience.connect,
        )
        self._idle: list[aiosmtplib.SMTP] = []
        self._under_way: set[asyncio.Timeout] = set()

    async def send(self, message: EmailMessage) -> None:
        """Hand a message over. Raises TemporaryMailError or PermanentMailError.

        On return the server has answered 250 to the whole message: it is theirs to deliver.
        """
        limit = asyncio.timeout(self._patience.whole)
        self._under_way.add(limit)
        try:
            async with limit:
                client = await self._connected()
                await self._hand_over(client, message)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            # Before a recipient or the message is answered, what is refused is us, not them: a
            # 5xx there is the operator's to repair, and no reason to give a mail up. We only speak
            # to our own relay: when it is away or silent, that is ours too.
            code = f" {error.code}" if isinstance(error, aiosmtplib.SMTPResponseException) else ""
            raise TemporaryMailError(type(error).__name__ + code, is_ours=True) from None
        finally:
            self._under_way.discard(limit)

    def interrupt(self) -> None:
        """Make the messages under way fail as temporary errors, now."""
        for limit in self._under_way:
            limit.reschedule(0)

    async def close(self) -> None:
        """Say goodbye on every connection."""
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

    async def _hand_over(self, client: aiosmtplib.SMTP, message: EmailMessage) -> None:
        reusable = False
        try:
            await client.send_message(message, timeout=self._patience.command)
            reusable = True
        except aiosmtplib.SMTPRecipientsRefused as error:
            reusable = True
            [refusal] = error.recipients
            raise _refused(refusal.code, refusal.message) from None
        except aiosmtplib.SMTPDataError as error:
            reusable = True
            raise _refused(error.code, error.message) from None
        except (aiosmtplib.SMTPNotSupported, ValueError) as error:
            # An accented address that the server cannot carry, or one it must not be given.
            raise PermanentMailError(type(error).__name__) from None
        finally:
            if reusable and client.is_connected:
                self._idle.append(client)
            else:
                client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        while self._idle:
            client = self._idle.pop()
            # The server may have closed it while it was idle; asking is cheaper than a lost mail.
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await client.noop(timeout=5)
                return client
            client.close()
        async with asyncio.timeout(self._patience.connect):
            connected = await open_socket(self._host, self._port, self._doubtful)
        address = connected.getpeername()
        client = self._make(connected)
        try:
            await client.connect()
        except BaseException:
            # Another address, if there is one, comes first at the next try.
            self._doubtful.add(address)
            raise
        self._doubtful.discard(address)
        return client


def _refused(code: int, text: str) -> TemporaryMailError | PermanentMailError:
    reason, is_ours = f"{code}{enhanced_code(text)}", is_about_us(code, text)
    if code >= 500 and not is_ours:
        return PermanentMailError(reason)
    return TemporaryMailError(reason, is_ours=is_ours)
