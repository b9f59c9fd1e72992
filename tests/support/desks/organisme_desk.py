"""Addresses of an organisme's desk."""

from __future__ import annotations

from uuid import UUID


def dossier_path(dossier_id: UUID, action: str = "") -> str:
    """The path of a dossier, or of an action on it."""
    return f"/organisme/dossiers/{dossier_id}" + (f"/{action}" if action else "")


def queue_after(dossier_id: UUID) -> str:
    """The queue that reports the decision on this dossier."""
    return f"/organisme?decision={dossier_id}"
