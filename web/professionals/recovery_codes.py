"""Recovery codes: what opens an account once when the second factor is lost.

Shown once, in the answer to the request that made them. They are derived from that request, so that
a copy of it, sent because the answer was missed, shows the same ones; the database has their keyed
digests only.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from web.core.crypto import Hasher

NUMBER = 10
DIGITS = 12
GROUP = 4


def codes_of(material: bytes) -> tuple[str, ...]:
    """Ten codes of twelve digits, made of 32 unpredictable bytes."""
    return tuple(
        str(int.from_bytes(sha256(material + bytes([rank])).digest()) % 10**DIGITS).zfill(DIGITS)
        for rank in range(NUMBER)
    )


def shown_code(code: str) -> str:
    """« 1234 5678 9012 »."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def code_digest(hasher: Hasher, agent_id: UUID, code: str) -> bytes:
    """What a code is found by, for its agent alone."""
    return hasher.digest("recovery code", f"{agent_id}:{code}")


def digests_of(hasher: Hasher, agent_id: UUID, codes: Sequence[str]) -> list[bytes]:
    """What codes are kept as."""
    return [code_digest(hasher, agent_id, code) for code in codes]
