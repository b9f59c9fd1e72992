"""Délégations as employers use them: in force now, from people who have an account."""

from __future__ import annotations

from uuid import UUID

from web.core.db.connection import Connection, Record
from web.delegations.queries import TODAY
from web.delegations.records import LiveDelegation
from web.domain.delegation import Period, Scope

# A condition on `delegation d`; the statement must also join the account of its person.
LIVE = f"""
    d.revoked_at IS NULL AND d.starts_on <= {TODAY} AND (d.ends_on IS NULL OR d.ends_on >= {TODAY})
"""
# Aliased, as they are selected beside columns of the data that the délégation shows.
COLUMNS = """
    d.id AS delegation_id, d.person_id AS granted_by, d.scope, d.starts_on AS runs_from,
    d.ends_on AS runs_until, a.id AS account_id, a.identity
"""


async def find_live_delegations(
    connection: Connection, siret: str, most: int
) -> list[LiveDelegation]:
    """Return the délégations given to this SIRET, the last granted first, at most `most`."""
    rows = await connection.fetch(
        f"""
        SELECT {COLUMNS} FROM seen_delegation d JOIN account a USING (person_id)
        WHERE d.siret = $1 AND {LIVE} ORDER BY d.granted_at DESC, d.id LIMIT $2
        """,  # noqa: S608
        siret,
        most,
    )
    return [live_delegation(row) for row in rows]


async def is_live(
    connection: Connection, delegation_id: UUID, siret: str, scope: Scope | None = None
) -> bool:
    """Return whether this SIRET still has this délégation, of this scope if one is given.

    To be called under the person's lock before acting on the délégation, so that a concurrent
    revocation comes entirely before or after.
    """
    live: bool = await connection.fetchval(
        f"""
        SELECT EXISTS (
            SELECT FROM seen_delegation d JOIN account a USING (person_id)
            WHERE d.id = $1 AND d.siret = $2 AND {LIVE} AND ($3::text IS NULL OR d.scope = $3)
        )
        """,  # noqa: S608
        delegation_id,
        siret,
        scope.value if scope else None,
    )
    return live


def live_delegation(row: Record) -> LiveDelegation:
    """Build a délégation from COLUMNS."""
    return LiveDelegation(
        row["delegation_id"],
        row["granted_by"],
        Scope(row["scope"]),
        Period(row["runs_from"], row["runs_until"]),
        row["account_id"],
        row["identity"],
    )
