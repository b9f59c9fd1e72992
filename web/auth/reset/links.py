"""E-mailed links to choose a password: invitations of agents, and resets by anybody."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

INVITATION_DAYS = 7
RESET_MINUTES = 60


class Purpose(enum.StrEnum):
    """The purpose of a link."""

    INVITATION = "invitation"
    RESET = "reset"


LIFETIME_MINUTES = {
    Purpose.INVITATION: INVITATION_DAYS * 24 * 60,
    Purpose.RESET: RESET_MINUTES,
}


class LinkState(enum.Enum):
    """The state of a link; each one except OPEN has its own page."""

    OPEN = "open"
    USED = "used"
    REPLACED = "replaced"
    PASSWORD_CHANGED = "password changed"  # noqa: S105 - a state
    ADDRESS_CHANGED = "address changed"
    ACCOUNT_BLOCKED = "account blocked"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class LinkError(Exception):
    """The link is not open: nothing was done."""

    def __init__(self, state: LinkState) -> None:
        super().__init__(state.value)
        self.state = state


@dataclass(frozen=True)
class PasswordLink:
    """A link found by its token; `login_id` is None before it is assigned."""

    link_id: UUID
    purpose: Purpose
    login_id: UUID | None
    ended_as: str | None
    is_expired: bool

    @property
    def state(self) -> LinkState:
        """The state of the link."""
        if self.ended_as is not None:
            return LinkState(self.ended_as)
        is_over = self.is_expired or self.login_id is None
        return LinkState.EXPIRED if is_over else LinkState.OPEN


@dataclass(frozen=True)
class LinkRequest:
    """A pending request: the kind of device it came from, '' when not kept, and its time."""

    device: str
    asked_at: datetime


@dataclass(frozen=True)
class Deliverable:
    """An assigned link whose mail may still be sent."""

    login_id: UUID
    purpose: Purpose
