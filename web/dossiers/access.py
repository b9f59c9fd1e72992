"""Who acts on which dossier, and taking turns on it.

A dossier that someone may not reach is not there for them: they get the answer of one that does not
exist. Everything that changes a dossier holds the person first (web.accounts.people), as whatever
uses their hours does; what was allowed when the page was shown is asked again then.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from web.accounts import history
from web.accounts.people import lock_person
from web.core.db import Connection
from web.domain.dossier import Actor, ClosingReason, Status
from web.domain.submission import SubmissionProblem
from web.dossiers import queries
from web.dossiers.records import Dossier, Found, Step

_RECORDED_AS = {
    Actor.TITULAIRE: history.Actor.TITULAIRE,
    Actor.EMPLOYER_MODIFIER: history.Actor.EMPLOYER,
    Actor.EMPLOYER_CONSULTER: history.Actor.EMPLOYER,
    Actor.ORGANISME: history.Actor.ORGANISME,
}
# Asked under the person's lock, in the transaction of the change.
StillAllowed = Callable[[Connection], Awaitable[bool]]


@dataclass(frozen=True)
class Author:
    """Someone who acts on dossiers, and which ones are there for them.

    `name` is what the history and the timeline say: '' for the titulaire, the organisation's for
    the others. `still_allowed`, when given, is asked again under the person's lock before anything
    is changed: an employer's is whether its délégation is live and of the right scope, a
    titulaire's whether their account is still open.
    Use `titulaire`, `employer` or `organisme`.
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
        """The person whose dossiers they are."""
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
        """An employer to whom this person gave a délégation: no confidential dossier is there."""
        actor = Actor.EMPLOYER_MODIFIER if may_modify else Actor.EMPLOYER_CONSULTER
        return cls(actor, name, device, person_id, still_allowed=still_allowed)

    @classmethod
    def organisme(cls, organisme_id: UUID, name: str, device: str = "") -> Author:
        """An agent of an organisme: the dossiers submitted to it are there."""
        return cls(Actor.ORGANISME, name, device, organisme_id=organisme_id)

    @property
    def recorded_as(self) -> history.Actor:
        """Who the history and the timeline say it was."""
        return _RECORDED_AS[self.actor]

    def may_read(self, dossier: Dossier) -> bool:
        """Whether the dossier is there for them to read."""
        if self.actor is Actor.ORGANISME:
            return self.may_be_told_of(dossier) and dossier.submitted_at is not None
        return self.may_be_told_of(dossier)

    def may_be_told_of(self, dossier: Dossier) -> bool:
        """Whether they may learn where the dossier stands, when it changed under their hand."""
        if self.actor is Actor.ORGANISME:
            return self.organisme_id is not None and dossier.organisme_id == self.organisme_id
        if self.person_id is None or dossier.person_id != self.person_id or not dossier.is_seen:
            return False
        return self.actor is Actor.TITULAIRE or not dossier.contents.confidential


@dataclass(frozen=True)
class PresentState:
    """Where a dossier stands, for who acted on an older view of it; `last` is its newest step."""

    number: str
    status: Status
    closing: ClosingReason | None
    revision: int
    last: Step | None


class DossierGoneError(Exception):
    """There is no such dossier, or not for this author."""


class ChangedMeanwhileError(Exception):
    """Someone else changed the dossier since it was shown: nothing was done."""

    def __init__(self, state: PresentState) -> None:
        super().__init__(state.status.value)
        self.state = state


class IncompleteError(Exception):
    """The draft cannot be submitted yet: all that is missing or wrong."""

    def __init__(self, problems: tuple[SubmissionProblem, ...]) -> None:
        super().__init__(", ".join(problem.value for problem in problems))
        self.problems = problems


class UnknownOrganismeError(Exception):
    """The organisme chosen is not one of ours, or no longer."""


async def hold_dossier(connection: Connection, dossier_id: UUID, author: Author) -> Dossier:
    """The dossier as it is now; whoever would change it or use the person's hours waits.

    Raises DossierGoneError.
    """
    person_id = await queries.find_person_of(connection, dossier_id)
    if person_id is None:
        raise DossierGoneError
    await lock_person(connection, person_id)
    dossier = await queries.find_dossier(connection, dossier_id)
    if dossier is None or not author.may_be_told_of(dossier):
        raise DossierGoneError
    await check_still_allowed(connection, author)
    return dossier


async def check_still_allowed(connection: Connection, author: Author) -> None:
    """Ask again what may have ended since the page was shown. Raises DossierGoneError."""
    if author.still_allowed is not None and not await author.still_allowed(connection):
        raise DossierGoneError


async def check_seen(
    connection: Connection, dossier: Dossier, author: Author, seen_revision: int
) -> None:
    """Raises ChangedMeanwhileError when the author saw an older dossier.

    Raises DossierGoneError for one that this author cannot have seen: an organisme, a draft. It is
    told of one that left its desk, not of one that never was on it.
    """
    reads = author.may_read(dossier)
    if not reads and not await queries.was_submitted(connection, dossier.id):
        raise DossierGoneError
    if dossier.revision != seen_revision:
        raise ChangedMeanwhileError(await present_state(connection, dossier))
    if not reads:
        raise DossierGoneError


async def present_state(connection: Connection, dossier: Dossier) -> PresentState:
    """Where the dossier stands, and by whose hand."""
    return _state(dossier, await queries.find_last_step(connection, dossier.id))


def state_of(found: Found) -> PresentState:
    """The same, of a dossier that was read with its steps."""
    return _state(found.dossier, found.steps[-1] if found.steps else None)


def _state(dossier: Dossier, last: Step | None) -> PresentState:
    return PresentState(dossier.number, dossier.status, dossier.closing, dossier.revision, last)
