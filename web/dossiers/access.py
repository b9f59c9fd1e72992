"""Access to a dossier, and its locking.

A dossier that an author may not reach is answered exactly like one that does not exist. Everything
that changes a dossier or uses the person's hours locks the person first (web.people.queries);
permissions are checked again under that lock, since they may have ended after the page was shown.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from web.core.db.connection import Connection
from web.domain.dossier import Actor, ClosingReason, Status
from web.domain.submission import SubmissionProblem
from web.dossiers import queries
from web.dossiers.records import Dossier, DossierDetail, Step
from web.people.history import events as history
from web.people.queries import lock_person

_RECORDED_AS = {
    Actor.TITULAIRE: history.Actor.TITULAIRE,
    Actor.EMPLOYER_MODIFIER: history.Actor.EMPLOYER,
    Actor.EMPLOYER_CONSULTER: history.Actor.EMPLOYER,
    Actor.ORGANISME: history.Actor.ORGANISME,
}
# Called under the person's lock, in the transaction of the change.
StillAllowed = Callable[[Connection], Awaitable[bool]]


@dataclass(frozen=True)
class Author:
    """The author of actions on dossiers, with the dossiers they may reach.

    `name` is shown in the history and the timeline: '' for the titulaire, the organisation's name
    for the others. `still_allowed`, if given, is called under the person's lock before any change:
    for an employer it checks that the délégation is live and of the right scope, for a titulaire
    that the account is still open.
    Build it with `titulaire`, `employer` or `organisme`.
    """

    actor: Actor
    name: str = ""
    device: str = ""
    person_id: UUID | None = None
    organisme_id: UUID | None = None
    still_allowed: StillAllowed | None = None

    @classmethod
    def titulaire(
        cls, person_id: UUID, device: str = "", still_allowed: StillAllowed | None = None
    ) -> Author:
        """Return the author of a person's own actions."""
        return cls(Actor.TITULAIRE, device=device, person_id=person_id, still_allowed=still_allowed)

    @classmethod
    def employer(
        cls,
        person_id: UUID,
        name: str,
        *,
        may_modify: bool,
        still_allowed: StillAllowed | None = None,
        device: str = "",
    ) -> Author:
        """Return an employer with this person's délégation; it reaches no confidential dossier."""
        actor = Actor.EMPLOYER_MODIFIER if may_modify else Actor.EMPLOYER_CONSULTER
        return cls(actor, name, device, person_id, still_allowed=still_allowed)

    @classmethod
    def organisme(cls, organisme_id: UUID, name: str, device: str = "") -> Author:
        """Return an agent of an organisme, who reaches the dossiers submitted to it."""
        return cls(Actor.ORGANISME, name, device, organisme_id=organisme_id)

    @property
    def recorded_as(self) -> history.Actor:
        """The actor as the history and the timeline record it."""
        return _RECORDED_AS[self.actor]

    def may_read(self, dossier: Dossier) -> bool:
        """Return whether this author may open the dossier."""
        if self.actor is Actor.ORGANISME:
            return self.may_know_status(dossier) and dossier.submitted_at is not None
        return self.may_know_status(dossier)

    def may_know_status(self, dossier: Dossier) -> bool:
        """Return whether this author may learn the status of a dossier that changed meanwhile."""
        if self.actor is Actor.ORGANISME:
            return self.organisme_id is not None and dossier.organisme_id == self.organisme_id
        if self.person_id is None or dossier.person_id != self.person_id or not dossier.is_seen:
            return False
        return self.actor is Actor.TITULAIRE or not dossier.contents.confidential


@dataclass(frozen=True)
class PresentState:
    """The current state of a dossier, shown after a stale edit; `last` is its newest step."""

    number: str
    status: Status
    closing: ClosingReason | None
    revision: int
    last: Step | None


class DossierGoneError(Exception):
    """No such dossier, or none that this author may reach."""


class ChangedMeanwhileError(Exception):
    """The dossier changed since it was shown (stale revision): nothing was done."""

    def __init__(self, state: PresentState) -> None:
        super().__init__(state.status.value)
        self.state = state


class IncompleteError(Exception):
    """The draft cannot be submitted yet; `problems` lists all that is missing or wrong."""

    def __init__(self, problems: tuple[SubmissionProblem, ...]) -> None:
        super().__init__(", ".join(problem.value for problem in problems))
        self.problems = problems


class UnknownOrganismeError(Exception):
    """The organisme chosen does not exist, or no longer."""


async def lock_dossier(connection: Connection, dossier_id: UUID, author: Author) -> Dossier:
    """Lock the dossier's person, and return the dossier as it is now.

    Every other change of the dossier or of the person's hours waits. Raises DossierGoneError.
    """
    person_id = await queries.find_person_id(connection, dossier_id)
    if person_id is None:
        raise DossierGoneError
    await lock_person(connection, person_id)
    dossier = await queries.find_dossier(connection, dossier_id)
    if dossier is None or not author.may_know_status(dossier):
        raise DossierGoneError
    await check_still_allowed(connection, author)
    return dossier


async def check_still_allowed(connection: Connection, author: Author) -> None:
    """Check permissions that may have ended since the page was shown. Raises DossierGoneError."""
    if author.still_allowed is not None and not await author.still_allowed(connection):
        raise DossierGoneError


async def check_seen(
    connection: Connection, dossier: Dossier, author: Author, seen_revision: int
) -> None:
    """Check that the author saw the current revision.

    Raises ChangedMeanwhileError for an older one, and DossierGoneError for a dossier the author
    cannot have seen, as a draft for an organisme. An organisme learns the state of a dossier that
    was sent back or withdrawn, not of one that was never submitted to it.
    """
    reads = author.may_read(dossier)
    if not reads and not await queries.was_submitted(connection, dossier.id):
        raise DossierGoneError
    if dossier.revision != seen_revision:
        raise ChangedMeanwhileError(await get_present_state(connection, dossier))
    if not reads:
        raise DossierGoneError


async def get_present_state(connection: Connection, dossier: Dossier) -> PresentState:
    """Return the dossier's current state, with its newest step."""
    return _state(dossier, await queries.find_last_step(connection, dossier.id))


def build_present_state(found: DossierDetail) -> PresentState:
    """Return the current state of a dossier read with its steps."""
    return _state(found.dossier, found.steps[-1] if found.steps else None)


def _state(dossier: Dossier, last: Step | None) -> PresentState:
    return PresentState(dossier.number, dossier.status, dossier.closing, dossier.revision, last)
