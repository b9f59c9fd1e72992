"""SMTP: a letter becomes a message, a message is handed over on a connection that is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

import aiosmtplib
from email_validator import validate_email

from web.core.clock import Clock
from web.core.text import printable_line, printable_text
from web.settings import STARTTLS_REQUIRED

# Answers to a recipient that tell about our connection, not about the recipient.
OURS_TO_REPAIR = frozenset({530, 534, 535, 538})


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
    """Not now: network, 4xx, our access refused. The message is a code, never an address."""


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
    """A multipart message in plain French, marked so that no out-of-office answers it.

    What nobody sees is taken out, wherever the words come from.
    """
    message = EmailMessage()
    message["From"] = f"Compte Formation <{sender}>"
    message["To"] = _with_ascii_domain(recipient)
    message["Subject"] = " ".join(printable_line(subject).split())
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(printable_text(text))
    message.add_alternative(printable_text(html), subtype="html")
    # Last: setting the content clears the headers that speak of it.
    message["Content-Language"] = "fr"
    return message


class SmtpConnections:
    """Connections kept between messages; at most as many as messages under way at once."""

    def __init__(self, url: str, patience: Patience | None = None) -> None:
        self._patience = patience = patience or Patience()
        parts = urlsplit(url)
        required = parts.query == STARTTLS_REQUIRED
        implicit = parts.scheme == "smtps"
        self._make: Callable[[], aiosmtplib.SMTP] = lambda: aiosmtplib.SMTP(
            hostname=parts.hostname,
            port=parts.port or (465 if implicit else 587),
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
            # 5xx there is the operator's to repair, and no reason to give a mail up.
            code = f" {error.code}" if isinstance(error, aiosmtplib.SMTPResponseException) else ""
            raise TemporaryMailError(type(error).__name__ + code) from None
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
            raise TemporaryMailError(type(error).__name__) from None
        self._idle.append(client)

    async def _hand_over(self, client: aiosmtplib.SMTP, message: EmailMessage) -> None:
        reusable = False
        try:
            await client.send_message(message, timeout=self._patience.command)
            reusable = True
        except aiosmtplib.SMTPRecipientsRefused as error:
            reusable = True
            raise _by_code(min(refusal.code for refusal in error.recipients)) from None
        except aiosmtplib.SMTPDataError as error:
            reusable = True
            raise _by_code(error.code) from None
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
        client = self._make()
        await client.connect()
        return client


def _by_code(code: int) -> TemporaryMailError | PermanentMailError:
    is_final = code >= 500 and code not in OURS_TO_REPAIR
    return PermanentMailError(str(code)) if is_final else TemporaryMailError(str(code))


def _with_ascii_domain(address: str) -> str:
    """`nom@société.fr` as every server understands it; the part before the @ stays as it is."""
    if address.isascii():
        return address
    found = validate_email(address, check_deliverability=False, test_environment=True)
    return f"{found.local_part}@{found.ascii_domain}"
