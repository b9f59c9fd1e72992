"""What the database tells of délégations, and of what they let see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from web.accounts.balances import Balances
from web.domain.delegation import Period, Scope, Stage
from web.domain.dossier import ClosingReason, Status


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
        """Whether nothing can make it run again."""
        return self.stage in (Stage.ENDED, Stage.REVOKED)


@dataclass(frozen=True)
class Standing:
    """What a new délégation meets: those of the same employer, not over, that share a day with it.

    `granted_lately` counts all those of the last 24 hours.
    """

    overlapping: tuple[Delegation, ...]
    granted_lately: int


@dataclass(frozen=True)
class Addressee:
    """Whose délégation a mail is about; `identity` is sealed, in the account's name."""

    account_id: UUID
    identity: bytes
    delegation: Delegation


@dataclass(frozen=True)
class DossierLine:
    """A dossier in a list; its title may not be filled in yet."""

    id: UUID
    number: str
    title: str
    status: Status
    closing: ClosingReason | None

    @property
    def status_label(self) -> str:
        """« Validé », « Clos : terminé », as on the pages of dossiers."""
        label = self.status.label[:1].upper() + self.status.label[1:]
        return f"{label}\u00a0: {self.closing.label}" if self.closing else label


@dataclass(frozen=True)
class Visible:
    """The hours free to use, and the dossiers, newest first.

    `confidential` are those that no employer is ever shown.
    """

    balances: Balances
    dossiers: tuple[DossierLine, ...]
    confidential: tuple[DossierLine, ...]


@dataclass(frozen=True)
class LiveDelegation:
    """A délégation that runs, for the employer who has it; `identity` is sealed."""

    id: UUID
    person_id: UUID
    scope: Scope
    period: Period
    account_id: UUID
    identity: bytes

    @property
    def may_modify(self) -> bool:
        """Whether the employer may prepare dossiers."""
        return self.scope is Scope.MODIFY
