"""The reasons that organismes write on a dossier: encrypted, as free text may hold anything."""

from __future__ import annotations

from uuid import UUID

from web.core.crypto.sealed_column import TEXT, SealedColumn
from web.core.crypto.vault import Vault

REASON = SealedColumn(
    "dossier_step",
    "reason",
    "dossier_step:{dossier_id}:{revision}.reason",
    TEXT,
    {"dossier_id": "uuid", "revision": "integer"},
)


def seal_reason(vault: Vault, text: str, dossier_id: UUID, revision: int) -> bytes | None:
    """Encrypt a reason for one step of one dossier; return None for an empty text."""
    if not text:
        return None
    return REASON.seal(vault, text, dossier_id=dossier_id, revision=revision)


def open_reason(vault: Vault, box: bytes | None, dossier_id: UUID, revision: int) -> str:
    """Decrypt the reason of that step; '' if there is none. Raises DecryptionError."""
    if not box:
        return ""
    return REASON.open(vault, box, dossier_id=dossier_id, revision=revision)
