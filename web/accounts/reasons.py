"""The reasons that organismes write on a dossier: encrypted, as free text may hold anything."""

from __future__ import annotations

from uuid import UUID

from web.core.crypto import Vault
from web.core.key_rotation import SealedColumn

REASON = SealedColumn(
    "dossier_step",
    "reason",
    "dossier_step:{dossier_id}:{revision}.reason",
    {"dossier_id": "uuid", "revision": "integer"},
)


def seal_reason(vault: Vault, text: str, dossier_id: UUID, revision: int) -> bytes | None:
    """Encrypt a reason for one step of one dossier; return None for an empty text."""
    return vault.seal(text.encode(), _context(dossier_id, revision)) if text else None


def open_reason(vault: Vault, box: bytes | None, dossier_id: UUID, revision: int) -> str:
    """Decrypt the reason of that step; '' if there is none. Raises DecryptionError."""
    return vault.open(bytes(box), _context(dossier_id, revision)).decode() if box else ""


def _context(dossier_id: UUID, revision: int) -> str:
    return REASON.context_of({"dossier_id": dossier_id, "revision": revision})
