"""What an SMTP server's refusal is about: the address, or us.

A refusal that is about us (relaying, authentication, a blocklist, a policy) says nothing of the
address: the mail is tried again, and the person is told that the delay is on our side.
"""

from __future__ import annotations

import re

# RFC 3463: class, subject, detail; at the start of the text.
_ENHANCED = re.compile(r"\s*([45])\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9])")
# The command or the state is wrong, or authentication (RFC 4954) is missing.
_OUR_CODES = frozenset({421, 432, 454, 500, 502, 503, 504, 530, 534, 535, 538})
# Subjects: 3 the mail system, 5 the protocol, 7 security and policy.
_OUR_SUBJECTS = frozenset({3, 5, 7})
# Details that are about the other side all the same: account disabled, owner changed, no mailbox.
_THEIRS = frozenset({(7, 13), (7, 17), (5, 0)})
# About the sender's address, in answer to a recipient or to the message.
_ABOUT_SENDER = frozenset({(1, 7), (1, 8)})
# What servers write without a code of RFC 3463, or with the vague x.0.0.
_OUR_WORDS = re.compile(
    r"relay|block(ed|ing|list)|black ?list|deny ?list|reputation|reverse dns|authenti|client host"
    r"|\b(rbl|dnsbl|spamhaus|spamcop|spam|spf|dkim|dmarc|ptr|rdns|sender|policy)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"<[^>]*>|[^\s@]+@\S+")


def is_about_us(code: int, text: str) -> bool:
    """Return whether the refusal of a recipient or of a message is ours to repair.

    A refusal for now (4xx) that names a policy is mostly a greylist: theirs.
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
    """A space and `5.7.1`, or nothing; never the text, which may hold an address."""
    found = _ENHANCED.match(text)
    return " " + ".".join(found.groups()) if found else ""
