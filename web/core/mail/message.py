"""Building of MIME messages: headers, a text part and an HTML part."""

from __future__ import annotations

from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import Policy, default
from email.utils import format_datetime

from email_validator import validate_email

from web.core.clock import Clock
from web.core.text import printable_line, printable_text

# Never folded: some programs drop a header whose first line is empty. An address has at most 254
# characters; RFC 5322 allows lines of 998.
ONE_LINE = frozenset({"from", "to", "reply-to", "message-id", "list-unsubscribe"})
# The body of a POST that unsubscribes (RFC 8058).
ONE_CLICK_FIELD, ONE_CLICK = "List-Unsubscribe", "One-Click"


class _Header(BaseHeader):
    def fold(self, *, policy: Policy) -> str:
        if self.name.lower() in ONE_LINE:
            return f"{self.name}: {self}{policy.linesep}"
        if not self.isascii():
            return f"{self.name}: {_encoded_words(self.name, self, policy.linesep)}{policy.linesep}"
        return super().fold(policy=policy)


_POLICY = default.clone(header_factory=HeaderRegistry(base_class=_Header))


def _encoded_words(name: str, text: str, linesep: str) -> str:
    """Encode a header as RFC 2047 words of 75 characters at most.

    With the legacy Header class: EmailPolicy makes longer words, and loses spaces between them.
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
    reply_to: str = "",
    unsubscribe_url: str = "",
) -> EmailMessage:
    """Build a multipart message in French, marked to prevent automatic replies.

    Control and invisible characters are removed. `reply_to` is a valid address, or ''.
    `unsubscribe_url` accepts the POST of RFC 8058.
    """
    message = EmailMessage(_POLICY)
    message["From"] = f"Compte Formation <{sender}>"
    message["To"] = _with_ascii_domain(recipient)
    answered = _with_ascii_domain(reply_to)
    # Any other would have the whole mail refused by a server without SMTPUTF8.
    if answered and answered.isascii():
        message["Reply-To"] = Address(addr_spec=answered)
    message["Subject"] = " ".join(printable_line(subject).split())
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if unsubscribe_url:
        message["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = f"{ONE_CLICK_FIELD}={ONE_CLICK}"
    message.set_content(printable_text(text))
    message.add_alternative(printable_text(html), subtype="html")
    # Last: setting the content clears the Content-* headers.
    message["Content-Language"] = "fr"
    return message


def _with_ascii_domain(address: str) -> str:
    """Return the address with its domain in Punycode, for every server; the local part is kept."""
    if address.isascii():
        return address
    found = validate_email(address, check_deliverability=False, test_environment=True)
    return f"{found.local_part}@{found.ascii_domain}"
