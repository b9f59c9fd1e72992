"""A change of address that the service was asked for, its states and its links."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.auth.logins import LoginKind


class State(enum.StrEnum):
    """The state of a change; the values after CONFIRMED are those of `ended_as`."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    EFFECTIVE = "effective"
    REFUSED = "refused"
    EXPIRED = "expired"
    REPLACED = "replaced"
    TAKEN = "taken"


class LinkPurpose(enum.StrEnum):
    """The purpose of a mailed link."""

    CONFIRM = "service-email"
    REFUSE = "service-email-refusal"


@dataclass(frozen=True)
class ServiceChange:
    """A change; `email` is sealed, `from_digest` that of the address that it replaces."""

    id: UUID
    login_id: UUID
    kind: LoginKind
    email: bytes
    from_digest: bytes
    reason: str
    asked_at: datetime
    due_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None
    ended_as: str | None
    is_due: bool
    is_expired: bool

    @property
    def state(self) -> State:
        """The state of the change."""
        if self.ended_as is not None:
            return State(self.ended_as)
        if self.confirmed_at is not None:
            return State.CONFIRMED
        return State.EXPIRED if self.is_expired else State.ASKED

    @property
    def is_pending(self) -> bool:
        """Return whether it may still take effect, and so be refused."""
        return self.state in (State.ASKED, State.CONFIRMED)


@dataclass(frozen=True)
class ServiceLink:
    """A link; `change` is None once its account is closed, or the change forgotten."""

    change: ServiceChange | None
