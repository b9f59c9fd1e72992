"""Comparison of e-mail addresses, whatever their spelling."""

from __future__ import annotations

import unicodedata


def folded_email(address: str) -> str:
    """Return the canonical spelling of an address; not to be used for delivery.

    Standards allow a server to distinguish `Jean@` from `jean@`; none does in practice, and people
    type both. For comparisons, counts and look-ups. The address is expected in its normal form
    (`web.people.emails.parse_email`); any other text is folded too.
    """
    # Folding may decompose a text, and composing may produce another capital.
    composed = unicodedata.normalize("NFC", address.strip())
    return unicodedata.normalize("NFC", composed.casefold())


def mailbox_of(address: str) -> str:
    """Return the mailbox's key in rate limits: the folded address without its `+` tag and dots.

    Many providers deliver `jean.dupont+x@` to `jeandupont@`, so that one mailbox can be flooded
    through a thousand spellings. Too broad to identify an account: two people may share a limit.
    """
    local, _, domain = folded_email(address).rpartition("@")
    bare = local.partition("+")[0].replace(".", "")
    return f"{bare or local}@{domain}"
