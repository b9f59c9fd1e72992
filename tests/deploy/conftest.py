"""A scripted SMTP server."""

from __future__ import annotations

from tests.support.mail.scripted_peer import peer

__all__ = ["peer"]
