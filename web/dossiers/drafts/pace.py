"""The rate limit of an employer's actions on one person's dossiers.

Each action adds a permanent entry to the person's history, and each draft sends a mail: a
délégation must not allow anyone to flood either.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from web.core.db.connection import Connection
from web.domain.dossier import Actor, Event
from web.dossiers.access import Author
from web.dossiers.drafts import queries
from web.dossiers.timeline import EVENT_KINDS

# Deletions need no limit: only drafts that were created can be deleted.
MOST_A_DAY = {Event.CREATE: 20, Event.EDIT: 60}


class TooMuchTodayError(Exception):
    """The employer reached its daily limit of `most`; `again_at` is when it may act again."""

    def __init__(self, event: Event, again_at: datetime) -> None:
        super().__init__(event.value)
        self.event = event
        self.most = MOST_A_DAY[event]
        self.again_at = again_at


async def check_pace(connection: Connection, event: Event, author: Author, person_id: UUID) -> None:
    """Check the employer's daily limit; to be called under the person's lock, before recording.

    The history is counted, by the employer's name. Raises TooMuchTodayError.
    """
    if author.actor is not Actor.EMPLOYER_MODIFIER or event not in MOST_A_DAY:
        return
    again_at = await queries.find_again_at(
        connection, person_id, EVENT_KINDS[event].value, author.name, MOST_A_DAY[event]
    )
    if again_at is not None:
        raise TooMuchTodayError(event, again_at)
