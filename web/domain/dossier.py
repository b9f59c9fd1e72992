"""The life of a dossier de formation: who may do what, when, and what becomes of its hours."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


class Status(enum.StrEnum):
    """Where a dossier stands."""

    DRAFT = "elaboration"
    SUBMITTED = "soumis"
    VALIDATED = "valide"
    CLOSED = "clos"

    @property
    def label(self) -> str:
        """The legal term."""
        return _STATUS_LABELS[self]


class ClosingReason(enum.StrEnum):
    """Why a dossier is closed."""

    COMPLETED = "termine"
    ABANDONED = "abandonne"
    CANCELLED = "annule"
    REFUSED = "refuse"

    @property
    def label(self) -> str:
        """The legal term."""
        return _REASON_LABELS[self]


class Actor(enum.StrEnum):
    """Who acts on a dossier; an employer's délégation says which of the two it is."""

    TITULAIRE = "titulaire"
    EMPLOYER_MODIFIER = "employeur_modifier"
    EMPLOYER_CONSULTER = "employeur_consulter"
    ORGANISME = "organisme"


class Event(enum.StrEnum):
    """What can happen to a dossier."""

    CREATE = "create"
    EDIT = "edit"
    DELETE = "delete"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    VALIDATE = "validate"
    COMPLETE = "complete"
    ABANDON = "abandon"
    CANCEL = "cancel"
    REFUSE = "refuse"

    @property
    def label(self) -> str:
        """What is then said of the dossier."""
        return _EVENT_LABELS[self]


class HoursEffect(enum.Enum):
    """What an event does to the hours of the account."""

    NONE = "none"
    RESERVE = "reserve"
    DEBIT = "debit"
    DEBIT_FOLLOWED = "debit_followed"
    RELEASE = "release"


_STATUS_LABELS = {
    Status.DRAFT: "en cours d’élaboration",
    Status.SUBMITTED: "soumis",
    Status.VALIDATED: "validé",
    Status.CLOSED: "clos",
}
_REASON_LABELS = {
    ClosingReason.COMPLETED: "terminé",
    ClosingReason.ABANDONED: "abandonné",
    ClosingReason.CANCELLED: "annulé",
    ClosingReason.REFUSED: "refusé",
}

_EVENT_LABELS = {
    Event.CREATE: "créé",
    Event.EDIT: "modifié",
    Event.DELETE: "supprimé",
    Event.SUBMIT: "soumis",
    Event.SEND_BACK: "renvoyé pour correction",
    Event.VALIDATE: "validé",
    Event.COMPLETE: "clos : formation terminée",
    Event.ABANDON: "clos : formation abandonnée",
    Event.CANCEL: "annulé",
    Event.REFUSE: "refusé",
}

# The tiles "Dossiers en cours" and "Dossiers clos".
OPEN_STATUSES = frozenset({Status.DRAFT, Status.SUBMITTED, Status.VALIDATED})


class DossierError(Exception):
    """An event that cannot happen; the subclass says why."""


class NotAllowedError(DossierError):
    """This actor never does this."""

    def __init__(self, actor: Actor, event: Event) -> None:
        super().__init__(f"{actor.value} may not {event.value}")
        self.actor = actor
        self.event = event


class ImpossibleTransitionError(DossierError):
    """The event does not exist in this status; `status` is None before the dossier exists."""

    def __init__(self, status: Status | None, event: Event) -> None:
        super().__init__(
            f"{event.value} is impossible from {status.value if status else 'nothing'}"
        )
        self.status = status
        self.event = event


class DifNotDeclaredError(DossierError):
    """The DIF hours, even 0, come first."""


class ConsentMissingError(DossierError):
    """Submitting needs the express and dated consent of the titulaire."""


class ReasonMissingError(DossierError):
    """Sending back and refusing need a reason that the titulaire will read."""


class FollowedHoursMissingError(DossierError):
    """Giving up a training needs the hours followed, 0 or more."""


@dataclass(frozen=True)
class Facts:
    """What comes with an event; each event reads only what it needs.

    `dif_declared`: no declaration of the DIF is awaited any more (web.domain.dif_end);
    `consent_at`: when the titulaire expressly agreed; `reason`: what the organisme writes;
    `followed`: hours of training followed.
    """

    dif_declared: bool = False
    consent_at: datetime | None = None
    reason: str = ""
    followed: int | None = None


@dataclass(frozen=True)
class Transition:
    """The outcome of an event.

    `status` is None once a draft is deleted; `closing` is set when the dossier is closed;
    `locks_dif` tells that the DIF hours of the account can no longer change, for good.
    """

    status: Status | None
    closing: ClosingReason | None = None
    hours: HoursEffect = HoursEffect.NONE
    locks_dif: bool = False


_WRITERS = frozenset({Actor.TITULAIRE, Actor.EMPLOYER_MODIFIER})
_ORGANISME = frozenset({Actor.ORGANISME})
_WHO = {
    Event.CREATE: _WRITERS,
    Event.EDIT: _WRITERS,
    Event.DELETE: _WRITERS,
    Event.SUBMIT: frozenset({Actor.TITULAIRE}),
    Event.SEND_BACK: _ORGANISME,
    Event.VALIDATE: _ORGANISME,
    Event.COMPLETE: _ORGANISME,
    Event.ABANDON: _ORGANISME,
    Event.CANCEL: frozenset({Actor.TITULAIRE, Actor.ORGANISME}),
    Event.REFUSE: _ORGANISME,
}

_CANCELLED = Transition(Status.CLOSED, ClosingReason.CANCELLED)
_OUTCOMES: dict[tuple[Status | None, Event], Transition] = {
    (None, Event.CREATE): Transition(Status.DRAFT),
    (Status.DRAFT, Event.EDIT): Transition(Status.DRAFT),
    (Status.DRAFT, Event.DELETE): Transition(None),
    (Status.DRAFT, Event.SUBMIT): Transition(Status.SUBMITTED),
    (Status.DRAFT, Event.CANCEL): _CANCELLED,
    (Status.SUBMITTED, Event.SEND_BACK): Transition(Status.DRAFT),
    (Status.SUBMITTED, Event.VALIDATE): Transition(
        Status.VALIDATED, hours=HoursEffect.RESERVE, locks_dif=True
    ),
    (Status.SUBMITTED, Event.REFUSE): Transition(Status.CLOSED, ClosingReason.REFUSED),
    (Status.SUBMITTED, Event.CANCEL): _CANCELLED,
    (Status.VALIDATED, Event.COMPLETE): Transition(
        Status.CLOSED, ClosingReason.COMPLETED, HoursEffect.DEBIT
    ),
    (Status.VALIDATED, Event.ABANDON): Transition(
        Status.CLOSED, ClosingReason.ABANDONED, HoursEffect.DEBIT_FOLLOWED
    ),
    # Only a validated dossier holds hours: cancelling an earlier one has none to release.
    (Status.VALIDATED, Event.CANCEL): Transition(
        Status.CLOSED, ClosingReason.CANCELLED, HoursEffect.RELEASE
    ),
}


def may(actor: Actor, event: Event) -> bool:
    """Tell whether this actor ever does this; who sees which dossier is another question."""
    return actor in _WHO[event]


def possible_events(status: Status | None, actor: Actor) -> frozenset[Event]:
    """Return what an actor can do with a dossier in this status: the buttons to show."""
    return frozenset(
        event for (before, event) in _OUTCOMES if before is status and may(actor, event)
    )


def apply(status: Status | None, event: Event, actor: Actor, facts: Facts) -> Transition:
    """Return the outcome of an event on a dossier; `status` is None before it exists.

    Raises NotAllowedError, ImpossibleTransitionError, DifNotDeclaredError, ConsentMissingError,
    ReasonMissingError or FollowedHoursMissingError, in that order.
    """
    if not may(actor, event):
        raise NotAllowedError(actor, event)
    outcome = _OUTCOMES.get((status, event))
    if outcome is None:
        raise ImpossibleTransitionError(status, event)
    if event in (Event.CREATE, Event.SUBMIT) and not facts.dif_declared:
        raise DifNotDeclaredError
    if event is Event.SUBMIT and facts.consent_at is None:
        raise ConsentMissingError
    if event in (Event.SEND_BACK, Event.REFUSE) and not facts.reason.strip():
        raise ReasonMissingError
    if event is Event.ABANDON and (facts.followed is None or facts.followed < 0):
        raise FollowedHoursMissingError
    return outcome
