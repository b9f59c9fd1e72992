"""What the database tells of dossiers de formation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from web.accounts.balances import Balances
from web.accounts.history import Actor
from web.core.paging import Paging
from web.domain.dossier import ClosingReason, Event, Status
from web.domain.submission import Draft


@dataclass(frozen=True)
class Hours:
    """The hours a validated dossier holds of each balance, or has used once closed."""

    dif: int
    cpf: int
    elsewhere: int


@dataclass(frozen=True)
class Dossier:
    """A dossier as it is now. `contents.organisme` is the id of the organisme, as text, or ''.

    `is_seen`: whether the account that its person has now sees it; not one that an earlier account
    left, nobody having proved whose it was.
    """

    id: UUID
    person_id: UUID
    is_seen: bool
    number: str
    status: Status
    closing: ClosingReason | None
    revision: int
    contents: Draft
    organisme_id: UUID | None
    organisme_name: str
    created_at: datetime
    changed_at: datetime
    consent_at: datetime | None
    submitted_at: datetime | None
    hours: Hours | None


@dataclass(frozen=True)
class Step:
    """Something that happened to a dossier; `reason` is still sealed here."""

    revision: int
    kind: Event
    actor: Actor
    actor_name: str
    reason: bytes | None
    followed: int | None
    at: datetime


@dataclass(frozen=True)
class Organisme:
    """An organisme financeur to choose; `id` as text."""

    id: str
    name: str


@dataclass(frozen=True)
class AccountOf:
    """The web account of a person; `identity` is sealed."""

    id: UUID
    identity: bytes


@dataclass(frozen=True)
class Found:
    """A dossier with its steps, oldest first, the free hours of its person, and the organismes.

    `account`: that of its person, when it was asked for, is not closed and sees the dossier.
    """

    dossier: Dossier
    steps: tuple[Step, ...]
    balances: Balances
    organismes: tuple[Organisme, ...]
    account: AccountOf | None = None


@dataclass(frozen=True)
class Listed:
    """A line of a list of dossiers; `was_sent_back` tells a draft that waits for a correction."""

    id: UUID
    number: str
    title: str
    status: Status
    closing: ClosingReason | None
    starts_on: date | None
    ends_on: date | None
    created_at: datetime
    changed_at: datetime
    was_sent_back: bool


@dataclass(frozen=True)
class DossierList:
    """A page of a person's dossiers, the last changed first, and whether the DIF comes first.

    `of_all` is how many there are whatever their status.
    """

    lines: tuple[Listed, ...]
    paging: Paging
    of_all: int
    awaits_dif: bool


@dataclass(frozen=True)
class Ground:
    """What a new dossier starts from; `title` is that of the formation asked for, or ''."""

    balances: Balances
    organismes: tuple[Organisme, ...]
    title: str = ""


@dataclass(frozen=True)
class Names:
    """What is chosen in a form, in words: the organismes, and the formation's title or ''."""

    organismes: tuple[Organisme, ...]
    title: str


@dataclass(frozen=True)
class ToldStep:
    """What a mail tells of: the event, the dossier, who is told; `identity` is sealed."""

    kind: str
    occurred_at: datetime
    number: str
    dossier_id: UUID
    organisme: str
    account_id: UUID
    identity: bytes
