"""Records of a dossier's steps, in its timeline and in the person's history together."""

from __future__ import annotations

from uuid import UUID

from web.core.db.connection import Connection
from web.domain.dossier import Event
from web.dossiers.access import Author
from web.dossiers.queries import NewStep, add_step
from web.people.history.events import EventKind, record_event

EVENT_KINDS = {
    Event.CREATE: EventKind.DOSSIER_CREATED,
    Event.EDIT: EventKind.DOSSIER_EDITED,
    Event.DELETE: EventKind.DOSSIER_DELETED,
    Event.SUBMIT: EventKind.DOSSIER_SUBMITTED,
    Event.SEND_BACK: EventKind.DOSSIER_SENT_BACK,
    Event.VALIDATE: EventKind.DOSSIER_VALIDATED,
    Event.REFUSE: EventKind.DOSSIER_REFUSED,
    Event.CANCEL: EventKind.DOSSIER_CANCELLED,
    Event.COMPLETE: EventKind.DOSSIER_COMPLETED,
    Event.ABANDON: EventKind.DOSSIER_ABANDONED,
}


async def record_step(
    connection: Connection,
    kind: Event,
    author: Author,
    *,
    person_id: UUID,
    number: str,
    dossier_id: UUID,
    revision: int,
    reason: bytes | None = None,
    followed: int | None = None,
) -> UUID:
    """Insert the step of this revision, and the event; return the event's id."""
    step = NewStep(
        dossier_id, revision, kind, author.recorded_as.value, author.name, reason, followed
    )
    await add_step(connection, step)
    return await record_history(connection, kind, author, person_id, number)


async def record_history(
    connection: Connection, kind: Event, author: Author, person_id: UUID, number: str
) -> UUID:
    """Insert the event alone, since a deleted dossier has no timeline; return its id."""
    return await record_event(
        connection,
        person_id,
        EVENT_KINDS[kind],
        device=author.device,
        actor=author.recorded_as,
        actor_name=author.name,
        detail=number,
    )
