"""Keyed digests by which personal data are found."""

from __future__ import annotations

from web.core.crypto.vault import Hasher
from web.domain.email_addresses import folded_email


def email_digest(hasher: Hasher, email: str) -> bytes:
    """Return the digest by which an e-mail address is found, whatever its case."""
    return hasher.digest("email", folded_email(email))
