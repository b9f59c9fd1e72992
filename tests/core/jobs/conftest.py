"""A worker and the SMTP server it speaks to."""

from __future__ import annotations

from tests.support.mail.post_office import office
from tests.support.mail.scripted_peer import peer

__all__ = ["office", "peer"]
