"""The second factor of titulaires: its events and their mails."""

from __future__ import annotations

from uuid import UUID

from web.auth.mails import SECOND_FACTOR_MAIL
from web.auth.two_factor.rules import FactorEvent
from web.core.db.connection import Connection
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.people.history import Actor, EventKind, record_event


async def tell_factor(
    runtime: Runtime,
    connection: Connection,
    person_id: UUID,
    email: str,
    event: FactorEvent,
    device: str,
) -> None:
    """Record a change of the second factor in the history, and announce it by mail."""
    actor = Actor.SERVICE if event is FactorEvent.RESET else Actor.TITULAIRE
    event_id = await record_event(
        connection, person_id, EventKind(event.value), device=device, actor=actor
    )
    await enqueue_mail(
        runtime, connection, kind=SECOND_FACTOR_MAIL, subject_id=event_id, recipient=email
    )
