"""Records of dossiers de formation, as read from the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from web.core.http.paging import Paging
from web.domain.dossier import ClosingReason, Event, Status
from web.domain.situation import OrganismeCategory
from web.domain.submission import Draft
from web.hours.balances import Balances
from web.hours.queries import DifAttestation
from web.people.history.events import Actor


@dataclass(frozen=True)
class Hours:
    """The hours of each balance that a validated dossier reserves, or has used once closed."""

    dif: int
    cpf: int
    elsewhere: int


@dataclass(frozen=True)
class Dossier:
    """A dossier as it is now. `contents.organisme` is the id of the organisme, as text, or ''.

    `read_revision` is the last revision that its titulaire has read.

    `is_seen` is False for a dossier left by an earlier account of the person, as long as nobody
    has proved that it is theirs: their present account does not show it.
    """

    id: UUID
    person_id: UUID
    is_seen: bool
    number: str
    status: Status
    closing: ClosingReason | None
    revision: int
    read_revision: int
    contents: Draft
    organisme_id: UUID | None
    organisme_name: str
    organisme_category: OrganismeCategory | None
    created_at: datetime
    changed_at: datetime
    consent_at: datetime | None
    submitted_at: datetime | None
    hours: Hours | None


@dataclass(frozen=True)
class Step:
    """A step of a dossier's timeline; `reason` is sealed, `followed` is in hours.

    `kind` is None for one that a later version of the program added.
    """

    revision: int
    kind: Event | None
    actor: Actor
    actor_name: str
    reason: bytes | None
    followed: int | None
    at: datetime


@dataclass(frozen=True)
class Organisme:
    """An organisme financeur as a choice; `id` as text, `category` None if it is not known."""

    id: str
    name: str
    category: OrganismeCategory | None = None


@dataclass(frozen=True)
class AccountOf:
    """The web account of a person; `identity` is sealed."""

    id: UUID
    identity: bytes


@dataclass(frozen=True)
class DossierDetail:
    """A dossier with its steps, oldest first, the free hours of its person, and the organismes.

    `account` is the person's, if asked for, still open and seeing the dossier. `attestation` is
    that of the person's DIF hours, once an organisme has seen it.
    """

    dossier: Dossier
    steps: tuple[Step, ...]
    balances: Balances
    organismes: tuple[Organisme, ...]
    account: AccountOf | None = None
    attestation: DifAttestation | None = None


@dataclass(frozen=True)
class Listed:
    """A line of a list of dossiers; `was_sent_back` marks a draft that awaits a correction."""

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
    """A page of a person's dossiers, the last changed first.

    `of_all` counts the dossiers of any status; `awaits_dif`: the DIF must be declared before a
    dossier can be created.
    """

    lines: tuple[Listed, ...]
    paging: Paging
    of_all: int
    awaits_dif: bool


@dataclass(frozen=True)
class NewDossierContext:
    """The data of a new dossier's form; `title` is that of the formation asked for, or ''."""

    balances: Balances
    organismes: tuple[Organisme, ...]
    title: str = ""


@dataclass(frozen=True)
class ChoiceLabels:
    """The labels of a form's choices: the organismes, and the formation's title or ''."""

    organismes: tuple[Organisme, ...]
    title: str


@dataclass(frozen=True)
class MailStep:
    """A step as a mail announces it, with its dossier and recipient; `identity` is sealed."""

    kind: str
    occurred_at: datetime
    number: str
    dossier_id: UUID
    organisme: str
    account_id: UUID
    identity: bytes
