"""Checks that no history was altered or moved to another account."""

from __future__ import annotations

from web.core.cli.progress import counted
from web.core.db.connection import Connection
from web.core.text import NBSP
from web.people.history.queries import count_broken_histories, count_moved_histories


async def check_histories(connection: Connection) -> list[str]:
    """Return a sentence for each kind of alteration found."""
    broken = await count_broken_histories(connection)
    moved = await count_moved_histories(connection)
    sentences = {
        f"{counted(broken, 'historique modifié', 'historiques modifiés')} hors du programme{NBSP}: "
        "les empreintes ne s’enchaînent plus.": broken,
        f"{counted(moved, 'historique ne correspond', 'historiques ne correspondent')} plus au "
        "compte ou au numéro de la personne.": moved,
    }
    return [sentence for sentence, is_so in sentences.items() if is_so]
