"""Comparing e-mail addresses: one mailbox, however it is spelled."""

from __future__ import annotations

import unicodedata


def folded_email(address: str) -> str:
    """Return the spelling that all spellings of a mailbox share; never one to deliver to.

    Standards let a server tell `Jean@` from `jean@`; none does in practice, and people type both.
    For comparing, counting and looking up. The address is expected in its normal form
    (`web.accounts.emails.parse_email`); any other text is folded too.
    """
    # Folding may leave a text decomposed, and composing may make another capital.
    composed = unicodedata.normalize("NFC", address.strip())
    return unicodedata.normalize("NFC", composed.casefold())


def mailbox_of(address: str) -> str:
    """Return what stands for a mailbox in limits: its folded address, without the `+` tag and dots.

    Many providers deliver `jean.dupont+x@` to `jeandupont@`: someone who floods a mailbox writes it
    in a thousand ways. Too broad to tell accounts apart: two people may share a limit, no more.
    """
    local, _, domain = folded_email(address).rpartition("@")
    bare = local.partition("+")[0].replace(".", "")
    return f"{bare or local}@{domain}"
