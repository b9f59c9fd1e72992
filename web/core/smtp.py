"""SMTP: a letter becomes a message, a message is handed over on a connection that is kept."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from web.core.clock import Clock

CONNECT_SECONDS = 20
COMMAND_SECONDS = 30


class TemporaryMailError(Exception):
    """Not now: network, 4xx. The message is a code for the logs, never an address."""


class PermanentMailError(Exception):
    """Never: the server refused the recipient or the message (5xx)."""


def build_message(
    *,
    sender: str,
    recipient: str,
    message_id: str,
    subject: str,
    text: str,
    html: str,
    clock: Clock,
) -> EmailMessage:
    """A multipart message in plain French, marked so that no out-of-office answers it."""
    message = EmailMessage()
    message["From"] = f"Compte Formation <{sender}>"
    message["To"] = recipient
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = message_id
    message["Content-Language"] = "fr"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message


class SmtpConnections:
    """Connections kept between messages; at most as many as messages under way at once."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        required = parse_qs(parts.query).get("starttls") == ["required"]
        implicit = parts.scheme == "smtps"
        self._make: Callable[[], aiosmtplib.SMTP] = lambda: aiosmtplib.SMTP(
            hostname=parts.hostname,
            port=parts.port or (465 if implicit else 587),
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=implicit,
            # None: STARTTLS when the server offers it. True: refuse to go on without it.
            start_tls=True if required else (False if implicit else None),
            tls_context=ssl.create_default_context(),
            timeout=CONNECT_SECONDS,
        )
        self._idle: list[aiosmtplib.SMTP] = []

    async def send(self, message: EmailMessage) -> None:
        """Hand a message over. Raises TemporaryMailError or PermanentMailError.

        On return the server has answered 250 to the whole message: it is theirs to deliver.
        """
        try:
            client = await self._connected()
            async with asyncio.timeout(CONNECT_SECONDS + 4 * COMMAND_SECONDS):
                await client.send_message(message, timeout=COMMAND_SECONDS)
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _by_code(min(refusal.code for refusal in error.recipients)) from None
        except aiosmtplib.SMTPAuthenticationError as error:
            # Ours to repair, not the recipient's fault: keep the mail.
            raise TemporaryMailError(f"authentication {error.code}") from None
        except aiosmtplib.SMTPResponseException as error:
            raise _by_code(error.code) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise TemporaryMailError(type(error).__name__) from None
        self._idle.append(client)

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
            raise TemporaryMailError(type(error).__name__) from None
        self._idle.append(client)

    async def _connected(self) -> aiosmtplib.SMTP:
        while self._idle:
            client = self._idle.pop()
            # The server may have closed it while it was idle; asking is cheaper than a lost mail.
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await client.noop(timeout=5)
                return client
            client.close()
        client = self._make()
        await client.connect()
        return client


def _by_code(code: int) -> TemporaryMailError | PermanentMailError:
    return PermanentMailError(str(code)) if code >= 500 else TemporaryMailError(str(code))
