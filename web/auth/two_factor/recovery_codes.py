"""Recovery codes: single-use codes that replace a lost second factor.

They are shown once, in the answer to the request that generated them, and derived from that
request, so that a repeat sent because the answer was lost shows the same ones. The database only
has their keyed digests.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from web.core.crypto.vault import Hasher

NUMBER = 10
DIGITS = 12
GROUP = 4


def codes_of(material: bytes) -> tuple[str, ...]:
    """Derive ten codes of twelve digits from 32 unpredictable bytes."""
    return tuple(
        str(int.from_bytes(sha256(material + bytes([rank])).digest()) % 10**DIGITS).zfill(DIGITS)
        for rank in range(NUMBER)
    )


def shown_code(code: str) -> str:
    """Format a code in groups: « 1234 5678 9012 »."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def code_digest(hasher: Hasher, login_id: UUID, code: str) -> bytes:
    """Return the keyed digest of a code of this login."""
    return hasher.digest("recovery code", f"{login_id}:{code}")


def digest_codes(hasher: Hasher, login_id: UUID, codes: Sequence[str]) -> list[bytes]:
    """Return the keyed digests of codes of this login, as stored."""
    return [code_digest(hasher, login_id, code) for code in codes]
