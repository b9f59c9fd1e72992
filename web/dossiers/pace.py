"""How much an employer may do to one person's dossiers in a day.

Each act is a line that nobody may take out of the person's history, and drafts are told by mail: a
délégation must not let anyone flood either.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from web.core.db import Connection
from web.domain.dossier import Actor, Event
from web.dossiers import change_queries
from web.dossiers.access import Author

# Deleting is not among them: there is nothing to delete but what was created.
MOST_A_DAY = {Event.CREATE: 20, Event.EDIT: 60}


class TooMuchTodayError(Exception):
    """The employer did this as often as a day allows; `again_at` is when it may again."""

    def __init__(self, event: Event, again_at: datetime) -> None:
        super().__init__(event.value)
        self.event = event
        self.most = MOST_A_DAY[event]
        self.again_at = again_at


async def check_pace(
    connection: Connection, event: Event, recorded_kind: str, author: Author, person_id: UUID
) -> None:
    """To be called under the person's lock, before the act is recorded.

    Counted on the history itself, by the employer's name. Raises TooMuchTodayError.
    """
    if author.actor is not Actor.EMPLOYER_MODIFIER or event not in MOST_A_DAY:
        return
    again_at = await change_queries.find_again_at(
        connection, person_id, recorded_kind, author.name, MOST_A_DAY[event]
    )
    if again_at is not None:
        raise TooMuchTodayError(event, again_at)
