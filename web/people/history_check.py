"""Checks that no history was altered or moved to another account."""

from __future__ import annotations

from web.core.cli.progress import counted
from web.core.db.connection import Connection
from web.core.text import NBSP


async def count_broken_histories(connection: Connection) -> int:
    """Count the people whose histories were altered: a row changed, added, moved or missing."""
    broken: int = await connection.fetchval(
        """
        WITH linked AS (
            SELECT e.person_id, e.position, e.hash,
                   event_hash(lag(e.hash, 1, ''::bytea) OVER chain, e) AS expected,
                   row_number() OVER chain AS rank
            FROM event e WINDOW chain AS (PARTITION BY e.person_id ORDER BY e.position)
        ), found AS (
            SELECT person_id, max(position) AS position,
                   (array_agg(hash ORDER BY position DESC))[1] AS hash,
                   bool_and(hash = expected AND position = rank) AS is_whole
            FROM linked GROUP BY person_id
        )
        SELECT count(*) FROM found FULL JOIN event_head USING (person_id)
        WHERE is_whole IS NOT TRUE
           OR found.position IS DISTINCT FROM event_head.position
           OR found.hash IS DISTINCT FROM event_head.hash
        """
    )
    return broken


async def count_moved_histories(connection: Connection) -> int:
    """Count the people whose histories no longer match their account and their NIR.

    Each event records the account and the NIR of its person, except events older than that rule.
    The last activation or closing tells whether the person should have an account at all.
    """
    moved: int = await connection.fetchval(
        """
        WITH status AS (
            SELECT DISTINCT ON (person_id) person_id, kind = 'account_activated' AS is_open
            FROM event WHERE kind IN ('account_activated', 'account_closed')
            ORDER BY person_id, position DESC
        ), noted AS (
            SELECT DISTINCT ON (person_id) person_id, account_id FROM event
            WHERE account_id IS NOT NULL ORDER BY person_id, position DESC
        ), numbered AS (
            SELECT DISTINCT ON (person_id) person_id, nir_digest FROM event
            WHERE nir_digest IS NOT NULL ORDER BY person_id, position DESC
        )
        SELECT count(*) FROM (
            SELECT person_id FROM account FULL JOIN status USING (person_id)
            WHERE (account.id IS NOT NULL) IS DISTINCT FROM coalesce(is_open, false)
            UNION SELECT person_id FROM account JOIN noted USING (person_id)
            WHERE account.id <> noted.account_id
            UNION SELECT person_id FROM event WHERE account_id IN (
                SELECT account_id FROM event GROUP BY account_id
                HAVING count(DISTINCT person_id) > 1)
            UNION SELECT person_id FROM numbered JOIN person ON person.id = person_id
            WHERE person.nir_digest <> numbered.nir_digest
        ) AS moved
        """
    )
    return moved


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
