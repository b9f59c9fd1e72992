"""Queries of délégations; the database's clock gives the day."""

from __future__ import annotations

from uuid import UUID

from web.core.db.connection import Connection, Record
from web.delegations.records import Addressee, Delegation, GrantContext
from web.domain.delegation import Period, Scope

TODAY = "(now() AT TIME ZONE 'Europe/Paris')::date"
# At most this many ended or revoked délégations are shown, the last granted first.
MOST_PAST = 50
_DELEGATION = f"""
    id, siret, employer_name, scope, starts_on, ends_on, granted_at, revoked_at, used_on,
    {TODAY} AS today
"""


async def list_delegations(connection: Connection, person_id: UUID) -> list[Delegation]:
    """Return those in force or to come, and the last MOST_PAST of the others; newest first."""
    rows = await connection.fetch(
        f"""
        WITH mine AS (
            SELECT *, revoked_at IS NOT NULL OR ends_on < {TODAY} AS is_over
            FROM seen_delegation WHERE person_id = $1
        ), ranked AS (
            SELECT *, row_number() OVER (
                PARTITION BY is_over ORDER BY granted_at DESC, id) AS rank
            FROM mine
        )
        SELECT {_DELEGATION} FROM ranked WHERE is_over IS NOT TRUE OR rank <= $2
        ORDER BY granted_at DESC, id
        """,  # noqa: S608
        person_id,
        MOST_PAST,
    )
    return [_delegation(row) for row in rows]


async def find_delegation(
    connection: Connection, person_id: UUID, delegation_id: UUID
) -> Delegation | None:
    """Return one délégation, if it is this person's."""
    row = await connection.fetchrow(
        f"SELECT {_DELEGATION} FROM seen_delegation WHERE id = $1 AND person_id = $2",  # noqa: S608
        delegation_id,
        person_id,
    )
    return _delegation(row) if row else None


async def find_grant_context(
    connection: Connection, person_id: UUID, siret: str, period: Period
) -> GrantContext:
    """Return the délégations overlapping a new one, and the number granted in the last 24 hours."""
    rows = await connection.fetch(
        f"""
        SELECT {_DELEGATION},
               siret = $2 AND revoked_at IS NULL AND coalesce(ends_on, 'infinity') >= {TODAY}
                   AND starts_on <= coalesce($4::date, 'infinity')
                   AND coalesce(ends_on, 'infinity') >= $3::date AS overlaps,
               granted_at > now() - interval '1 day' AS is_recent
        FROM seen_delegation
        WHERE person_id = $1 AND (siret = $2 OR granted_at > now() - interval '1 day')
        ORDER BY starts_on
        """,  # noqa: S608
        person_id,
        siret,
        period.starts_on,
        period.ends_on,
    )
    overlapping = tuple(_delegation(row) for row in rows if row["overlaps"])
    return GrantContext(overlapping, sum(row["is_recent"] for row in rows))


async def add_delegation(
    connection: Connection,
    *,
    delegation_id: UUID,
    account_id: UUID,
    siret: str,
    employer_name: str,
    scope: Scope,
    period: Period,
) -> bool:
    """Insert a délégation; return False when the account was closed meanwhile."""
    tag = await connection.execute(
        """
        INSERT INTO delegation (id, person_id, siret, employer_name, scope, starts_on, ends_on,
                                granted_at)
        SELECT $1, person_id, $3, $4, $5, $6, $7, clock_timestamp() FROM account WHERE id = $2
        """,
        delegation_id,
        account_id,
        siret,
        employer_name,
        scope.value,
        period.starts_on,
        period.ends_on,
    )
    return tag.endswith(" 1")


async def revoke_delegation(connection: Connection, person_id: UUID, delegation_id: UUID) -> bool:
    """Revoke a délégation now; return False when it was already over, or is not this person's."""
    tag = await connection.execute(
        f"""
        UPDATE delegation SET revoked_at = clock_timestamp()
        WHERE id = $1 AND person_id = $2 AND revoked_at IS NULL
          AND (ends_on IS NULL OR ends_on >= {TODAY})
        """,  # noqa: S608
        delegation_id,
        person_id,
    )
    return tag.endswith(" 1")


async def find_addressee(connection: Connection, delegation_id: UUID) -> Addressee | None:
    """Return a délégation with the account of its person; None once the account is closed."""
    row = await connection.fetchrow(
        f"""
        SELECT account.id AS account_id, account.identity, found.*
        FROM (SELECT person_id, {_DELEGATION} FROM seen_delegation WHERE id = $1) AS found
        JOIN account USING (person_id)
        """,  # noqa: S608
        delegation_id,
    )
    return Addressee(row["account_id"], row["identity"], _delegation(row)) if row else None


def _delegation(row: Record) -> Delegation:
    period = Period(row["starts_on"], row["ends_on"])
    return Delegation(
        id=row["id"],
        siret=row["siret"],
        employer_name=row["employer_name"],
        scope=Scope(row["scope"]),
        period=period,
        granted_at=row["granted_at"],
        revoked_at=row["revoked_at"],
        used_on=row["used_on"],
        stage=period.stage(row["today"], revoked=row["revoked_at"] is not None),
    )
