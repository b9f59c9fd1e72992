"""A message to the service: stored once, mailed to the service, acknowledged to its author.

The acknowledgement repeats nothing of the message: the address may be someone else's.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import structlog

from web.captcha.service import Verdict, check, count_attempt
from web.contact import queries
from web.core.crypto.sealed_column import Codec, SealedColumn
from web.core.db.connection import Connection
from web.core.mail.kinds import internal, receipt
from web.core.mail.outgoing import Letter, Mail, enqueue_mail
from web.core.rate_limit import DAY, HOUR, Limit
from web.core.runtime import Runtime
from web.domain.email_addresses import mailbox_of

log = structlog.get_logger("contact")

# Town halls and libraries share one address.
MESSAGES_PER_ADDRESS = Limit("messages per address", 30, HOUR)
MESSAGES_PER_WRITER = Limit("messages per mailbox and network", 5, DAY)
MESSAGES_PER_ACCOUNT = Limit("messages per account", 10, DAY)

MESSAGE_MAIL = internal("contact-message")
RECEIVED_MAIL = receipt("contact-received")
REFERENCE_LENGTH = 8
# In working days; promised on the pages, in the acknowledgement and in the terms.
ANSWERED_IN = "cinq jours ouvrés"


class CaptchaRefusedError(Exception):
    """The security check was not passed; nothing else is lost."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict


@dataclass(frozen=True)
class Message:
    """A message, and the address for the answer.

    `account` is the reference of the account in whose session it was written, '' without one or
    in a message of an earlier release; `is_agent`: that of an agent.
    """

    subject: str
    text: str
    email: str
    from_account: bool
    account: str = ""
    is_agent: bool = False


def _dump(message: Message) -> str:
    return json.dumps(asdict(message))


def _load(text: str) -> Message:
    return Message(**json.loads(text))


CONTENT = SealedColumn(
    "contact_message", "content", "contact_message:{id}.content", Codec(_dump, _load)
)


@dataclass(frozen=True)
class Sender:
    """The sender, for rate limits: a browser with its answered challenge, or an account."""

    address: str
    browser_digest: bytes
    account_id: UUID | None
    challenge: str = ""
    answer: str = ""


async def send_message(
    runtime: Runtime, message: Message, sender: Sender, request_digest: bytes
) -> str:
    """Store a message and enqueue its two mails; a copy of the request changes nothing.

    Return the reference. Raises CaptchaRefusedError, TooManyAttemptsError.
    """
    # The id derives from the request, so that its copies find the message.
    message_id = UUID(bytes=request_digest[:16], version=4)
    if await queries.message_exists(runtime.db, message_id):
        return reference_of(message_id)
    if sender.account_id is None:
        await count_attempt(runtime, sender.challenge, sender.browser_digest, sender.address)
    verdict, is_new = Verdict.PASSED, False
    async with (
        runtime.limits.counted(*_limits(message, sender)) as messages,
        runtime.db.transaction() as connection,
    ):
        if sender.account_id is None:
            proof = (sender.challenge, sender.answer, sender.browser_digest)
            verdict = await check(runtime, connection, *proof)
        if verdict is Verdict.PASSED:
            is_new = await _receive(runtime, connection, message_id, message)
        elif await queries.message_exists(connection, message_id):
            # A copy of this request used the challenge up while we waited for it.
            verdict = Verdict.PASSED
    if not is_new:
        # An answer to the captcha stays counted, a message that was not stored does not.
        await runtime.limits.give_back(messages)
    if verdict is not Verdict.PASSED:
        raise CaptchaRefusedError(verdict)
    return reference_of(message_id)


def reference_of(message_id: UUID) -> str:
    """Return the reference of a message: eight characters of 0-9 and A-F."""
    return message_id.hex[:REFERENCE_LENGTH].upper()


async def compose_message(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail to the service.

    Of what was typed, only the address goes into a header: it was checked, and takes the answer.
    """
    box = await queries.find_message(connection, mail.subject_id)
    if box is None:
        return None
    message = CONTENT.open(runtime.vault, box, id=mail.subject_id)
    context = {"message": message, **_mail_context(mail.subject_id, mail.created_at)}
    return Letter("contact-message", context, reply_to=message.email)


async def compose_received(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the acknowledgement to the author."""
    context = _mail_context(mail.subject_id, mail.created_at)
    return Letter("contact-received", {**context, "answered_in": ANSWERED_IN})


def _limits(message: Message, sender: Sender) -> tuple[tuple[Limit, str], ...]:
    # Per network, so that nobody elsewhere can exhaust the quota of an address. Acknowledgements to
    # its mailbox are limited where mail is enqueued.
    writer = f"{mailbox_of(message.email)} {sender.address}"
    if sender.account_id is None:
        sent = (MESSAGES_PER_ADDRESS, sender.address)
    else:
        sent = (MESSAGES_PER_ACCOUNT, str(sender.account_id))
    return sent, (MESSAGES_PER_WRITER, writer)


async def _receive(
    runtime: Runtime, connection: Connection, message_id: UUID, message: Message
) -> bool:
    """Store a message and enqueue its mails; return False when a copy of the request did."""
    box = CONTENT.seal(runtime.vault, message, id=message_id)
    if not await queries.add_message(connection, message_id, box):
        return False
    for kind, recipient in (
        (MESSAGE_MAIL, runtime.settings.contact_to),
        (RECEIVED_MAIL, message.email),
    ):
        await enqueue_mail(
            runtime, connection, kind=kind, subject_id=message_id, recipient=recipient
        )
    log.info("message received", reference=reference_of(message_id))
    return True


def _mail_context(message_id: UUID, received_at: datetime) -> dict[str, object]:
    return {"reference": reference_of(message_id), "received_at": received_at}
