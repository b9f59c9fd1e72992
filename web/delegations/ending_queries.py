"""Revocation of all the délégations of a person whose account is closed."""

from __future__ import annotations

from uuid import UUID

from web.core.db.connection import Connection
from web.people.history.events import Actor
from web.people.queries import lock_person

# SQL writes a SIRET in the history in groups, as pages do: SHOWN_SIRET is the replacement for
# SIRET_GROUPS in regexp_replace.
SIRET_GROUPS = "(...)(...)(...)(.....)"
SHOWN_SIRET = "\u00a0".join(("SIRET", r"\1", r"\2", r"\3", r"\4"))


async def revoke_all(
    connection: Connection, person_id: UUID, device: str, actor: Actor = Actor.TITULAIRE
) -> list[UUID]:
    """Revoke the current and future délégations, with one history event for each; return them.

    Call it in the transaction that closes the account.
    """
    await lock_person(connection, person_id)
    rows = await connection.fetch(
        """
        WITH revoked AS (
            UPDATE delegation SET revoked_at = clock_timestamp()
            WHERE person_id = $1 AND revoked_at IS NULL
              AND (ends_on IS NULL OR ends_on >= (now() AT TIME ZONE 'Europe/Paris')::date)
            RETURNING id, siret
        ), recorded AS (
            INSERT INTO event (person_id, kind, actor, device, detail)
            SELECT $1, 'delegation_revoked', $5, $2,
                   regexp_replace(siret, $3, $4)
            FROM revoked
        )
        SELECT id FROM revoked
        """,
        person_id,
        device,
        SIRET_GROUPS,
        SHOWN_SIRET,
        actor.value,
    )
    return [row["id"] for row in rows]
