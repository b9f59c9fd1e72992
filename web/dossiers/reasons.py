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


# In brackets: a text among quotations that is not the organisme's.
UNREADABLE_REASON = (
    "[Ce motif ne peut pas être lu. Écrivez-nous par la page « Nous contacter », en indiquant "
    "le numéro du dossier.]"
)


def seal_reason(vault: Vault, text: str, dossier_id: UUID, revision: int) -> bytes | None:
    """Encrypt a reason for one step of one dossier; return None for an empty text."""
    if not text:
        return None
    return REASON.seal(vault, text, dossier_id=dossier_id, revision=revision)


def open_reason(vault: Vault, box: bytes | None, dossier_id: UUID, revision: int) -> str:
    """Decrypt the reason of that step; '' if there is none, a note if it cannot be read."""
    if not box:
        return ""
    reason = REASON.read(vault, box, dossier_id=dossier_id, revision=revision)
    return UNREADABLE_REASON if reason is None else reason
