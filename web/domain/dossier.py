"""The life cycle of a dossier de formation: permissions, transitions and effect on hours."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


class Status(enum.StrEnum):
    """The status of a dossier."""

    DRAFT = "elaboration"
    SUBMITTED = "soumis"
    VALIDATED = "valide"
    CLOSED = "clos"

    @property
    def label(self) -> str:
        """The legal term."""
        return _STATUS_LABELS[self]


class ClosingReason(enum.StrEnum):
    """The reason why a dossier is closed."""

    COMPLETED = "termine"
    ABANDONED = "abandonne"
    CANCELLED = "annule"
    REFUSED = "refuse"

    @property
    def label(self) -> str:
        """The legal term."""
        return _REASON_LABELS[self]


class Actor(enum.StrEnum):
    """A party acting on a dossier; an employer's role depends on the scope of its délégation."""

    TITULAIRE = "titulaire"
    EMPLOYER_MODIFIER = "employeur_modifier"
    EMPLOYER_CONSULTER = "employeur_consulter"
    ORGANISME = "organisme"


class Event(enum.StrEnum):
    """An event in the life of a dossier."""

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
        """A French participle that describes the dossier after the event."""
        return _EVENT_LABELS[self]


class HoursEffect(enum.Enum):
    """The effect of an event on the hours of the account."""

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


class DossierError(Exception):
    """An event is refused; the subclass gives the reason."""


class NotAllowedError(DossierError):
    """The actor is never allowed to cause this event."""

    def __init__(self, actor: Actor, event: Event) -> None:
        super().__init__(f"{actor.value} may not {event.value}")
        self.actor = actor
        self.event = event


class ImpossibleTransitionError(DossierError):
    """The event is impossible in this status; `status` is None before the dossier exists."""

    def __init__(self, status: Status | None, event: Event) -> None:
        super().__init__(f"{event.value} is impossible from {status or 'nothing'}")
        self.status = status
        self.event = event


class DifNotDeclaredError(DossierError):
    """The DIF hours, even 0, must be declared first."""


class ConsentMissingError(DossierError):
    """Submitting requires the express and dated consent of the titulaire."""


class ReasonMissingError(DossierError):
    """Sending back and refusing require a reason, which the titulaire will read."""


class AttestationMissingError(DossierError):
    """The first validation that reserves DIF hours requires their attestation to be seen."""


class FollowedHoursMissingError(DossierError):
    """Abandoning a training requires the hours followed, 0 or more."""


@dataclass(frozen=True)
class Facts:
    """The data that accompany an event; each event uses its own part.

    `dif_declared`: no DIF declaration is required any more (web.domain.hours.dif_end);
    `awaits_attestation`: DIF hours would be reserved whose attestation no organisme has seen yet;
    `attestation_seen`: this one has; `consent_at`: when the titulaire expressly consented;
    `reason`: written by the organisme; `followed`: hours of training followed.
    """

    dif_declared: bool = False
    awaits_attestation: bool = False
    attestation_seen: bool = False
    consent_at: datetime | None = None
    reason: str = ""
    followed: int | None = None


@dataclass(frozen=True)
class Transition:
    """The result of an event.

    `status` is None for a deleted draft; `locks_dif`: the DIF hours can no longer change.
    """

    status: Status | None
    closing: ClosingReason | None = None
    hours: HoursEffect = HoursEffect.NONE
    locks_dif: bool = False


_WRITERS = frozenset({Actor.TITULAIRE, Actor.EMPLOYER_MODIFIER})
_ORGANISME = frozenset({Actor.ORGANISME})
_ALLOWED_ACTORS = {
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
    # Only a validated dossier has reserved hours to release.
    (Status.VALIDATED, Event.CANCEL): Transition(
        Status.CLOSED, ClosingReason.CANCELLED, HoursEffect.RELEASE
    ),
}


def may(actor: Actor, event: Event) -> bool:
    """Return whether the actor's role permits the event; access to the dossier is not checked."""
    return actor in _ALLOWED_ACTORS[event]


def possible_events(status: Status | None, actor: Actor) -> frozenset[Event]:
    """Return the events possible for an actor in this status: the buttons to show."""
    return frozenset(
        event for (before, event) in _OUTCOMES if before is status and may(actor, event)
    )


def apply(status: Status | None, event: Event, actor: Actor, facts: Facts) -> Transition:
    """Return the transition for an event on a dossier; `status` is None before it exists.

    Raises NotAllowedError, ImpossibleTransitionError, DifNotDeclaredError, ConsentMissingError,
    ReasonMissingError, AttestationMissingError or FollowedHoursMissingError, in that order.
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
    if event is Event.VALIDATE and facts.awaits_attestation and not facts.attestation_seen:
        raise AttestationMissingError
    if event is Event.ABANDON and (facts.followed is None or facts.followed < 0):
        raise FollowedHoursMissingError
    return outcome
