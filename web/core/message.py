"""A letter as a message: its headers and its two parts."""

from __future__ import annotations

from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import Policy, default
from email.utils import format_datetime

from email_validator import validate_email

from web.core.clock import Clock
from web.core.text import printable_line, printable_text

# Written on one line however long: some programs drop a header that has nothing on its first line.
# An address is at most 254 characters, a line of a message 998.
ONE_LINE = frozenset({"from", "to", "message-id"})


class _Header(BaseHeader):
    def fold(self, *, policy: Policy) -> str:
        if self.name.lower() in ONE_LINE:
            return f"{self.name}: {self}{policy.linesep}"
        if not self.isascii():
            return f"{self.name}: {_encoded_words(self.name, self, policy.linesep)}{policy.linesep}"
        return super().fold(policy=policy)


_POLICY = default.clone(header_factory=HeaderRegistry(base_class=_Header))


def _encoded_words(name: str, text: str, linesep: str) -> str:
    """RFC 2047, in words of 75 characters at most.

    By the older class: EmailPolicy makes longer ones, and loses a space between two of them.
    """
    return Header(text, "utf-8", 76, name).encode(linesep=linesep)


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
    message = EmailMessage(_POLICY)
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


def _with_ascii_domain(address: str) -> str:
    """`nom@société.fr` as every server understands it; the part before the @ stays as it is."""
    if address.isascii():
        return address
    found = validate_email(address, check_deliverability=False, test_environment=True)
    return f"{found.local_part}@{found.ascii_domain}"
