"""Classification of SMTP refusals: about the recipient's address, or about us.

A refusal about us (relaying, authentication, a blocklist, a policy) says nothing about the address:
the mail is retried, and the person is informed that the delay is on our side.
"""

from __future__ import annotations

import re

# RFC 3463, at the start of the text: class, subject, detail.
_ENHANCED = re.compile(r"\s*([45])\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9])")
# Bad command or state, or missing authentication (RFC 4954).
_OUR_CODES = frozenset({421, 432, 454, 500, 502, 503, 504, 530, 534, 535, 538})
# Subjects: 3 mail system, 5 protocol, 7 security and policy.
_OUR_SUBJECTS = frozenset({3, 5, 7})
# Details of these subjects that concern the recipient: account disabled, owner changed, no mailbox.
_THEIRS = frozenset({(7, 13), (7, 17), (5, 0)})
# About the sender's address, in reply to RCPT or DATA.
_ABOUT_SENDER = frozenset({(1, 7), (1, 8)})
# Words of servers that send no code of RFC 3463, or the vague x.0.0.
_OUR_WORDS = re.compile(
    r"relay|block(ed|ing|list)|black ?list|deny ?list|reputation|reverse dns|authenti|client host"
    r"|\b(rbl|dnsbl|spamhaus|spamcop|spam|spf|dkim|dmarc|ptr|rdns|sender|policy)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"<[^>]*>|[^\s@]+@\S+")


def is_about_us(code: int, text: str) -> bool:
    """Return whether the refusal of a recipient or of a message is on our side.

    A temporary refusal (4xx) that mentions a policy is usually greylisting, hence not ours.
    """
    if code in _OUR_CODES:
        return True
    found = _ENHANCED.match(text)
    subject, detail = (int(found[2]), int(found[3])) if found else (0, 0)
    if code < 500:
        return subject == 3
    if (subject, detail) == (0, 0):
        return bool(_OUR_WORDS.search(_ADDRESS.sub(" ", text)))
    if (subject, detail) in _THEIRS:
        return False
    return subject in _OUR_SUBJECTS or (subject, detail) in _ABOUT_SENDER


def enhanced_code(text: str) -> str:
    """Return the enhanced code after a space, as " 5.7.1", or ''; not the text (an address)."""
    found = _ENHANCED.match(text)
    return " " + ".".join(found.groups()) if found else ""
