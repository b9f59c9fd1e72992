"""Records of délégations, and of the data they show, as read from the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from web.domain.delegation import Period, Scope, Stage
from web.domain.dossier import ClosingReason, Status
from web.hours.balances import Balances


@dataclass(frozen=True)
class Delegation:
    """A délégation; `used_on` is the last day an agent of the employer used it."""

    id: UUID
    siret: str
    employer_name: str
    scope: Scope
    period: Period
    granted_at: datetime
    revoked_at: datetime | None
    used_on: date | None
    stage: Stage

    @property
    def is_over(self) -> bool:
        """Return whether the délégation has ended for good."""
        return self.stage in (Stage.ENDED, Stage.REVOKED)


@dataclass(frozen=True)
class GrantContext:
    """The délégations of the same employer, not over, that share a day with a new one.

    `granted_lately` counts the grants to any employer in the last 24 hours.
    """

    overlapping: tuple[Delegation, ...]
    granted_lately: int


@dataclass(frozen=True)
class Addressee:
    """The recipient of a mail about a délégation; `identity` is sealed for the account."""

    account_id: UUID
    identity: bytes
    delegation: Delegation


@dataclass(frozen=True)
class DossierLine:
    """A dossier in a list; `title` may still be ''."""

    id: UUID
    number: str
    title: str
    status: Status
    closing: ClosingReason | None

    @property
    def status_label(self) -> str:
        """The status as on the pages of dossiers: « Validé », « Clos : terminé »."""
        label = self.status.label[:1].upper() + self.status.label[1:]
        return f"{label}\u00a0: {self.closing.label}" if self.closing else label


@dataclass(frozen=True)
class Visible:
    """The hours free to use, and the dossiers, newest first.

    `confidential` are those hidden from every employer.
    """

    balances: Balances
    dossiers: tuple[DossierLine, ...]
    confidential: tuple[DossierLine, ...]


@dataclass(frozen=True)
class LiveDelegation:
    """A délégation in force, as its employer gets it; `identity` is sealed."""

    id: UUID
    person_id: UUID
    scope: Scope
    period: Period
    account_id: UUID
    identity: bytes

    @property
    def may_modify(self) -> bool:
        """Return whether the employer may prepare dossiers."""
        return self.scope is Scope.MODIFY
