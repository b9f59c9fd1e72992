"""The agents of an organisation, as its access manager sees them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.core.crypto.sealed_column import TEXT, SealedColumn

WAITING_EMAIL = SealedColumn("waiting_invitation", "email", "waiting_invitation:{id}.email", TEXT)


class AccessEvent(enum.StrEnum):
    """An act on the access of an agent; its value names the event in `professional_event`.

    Each act is recorded for both parties: for the agent it concerns and, unless the service acted,
    for the manager who acted.
    """

    INVITED = "invited"
    MANAGER_GIVEN = "manager_given"
    MANAGER_REMOVED = "manager_removed"
    COLLEAGUE_INVITED = "colleague_invited"
    COLLEAGUE_WITHDRAWN = "colleague_withdrawn"
    COLLEAGUE_MANAGER_GIVEN = "colleague_manager_given"
    COLLEAGUE_MANAGER_REMOVED = "colleague_manager_removed"


@dataclass(frozen=True)
class Colleague:
    """An agent of the organisation, or someone invited.

    `email` is '' when it cannot be decrypted. `is_active`: a password has been chosen.
    `is_blocked`: the service has blocked the account. `last_login_at` is None without a login in
    the last EVENT_DAYS.
    """

    id: UUID
    email: str
    is_active: bool
    is_blocked: bool
    is_manager: bool
    invited_at: datetime
    last_login_at: datetime | None
