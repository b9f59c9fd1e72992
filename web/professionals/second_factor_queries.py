"""The second factor and its recovery codes in the database: one function per question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.core.db import Connection


@dataclass(frozen=True)
class Factor:
    """What a code is compared to; `secret` is sealed, `seconds` since 1970 are the database's."""

    secret: bytes | None
    seconds: int


@dataclass(frozen=True)
class FactorState:
    """What the account's page says of it."""

    confirmed_at: datetime | None
    codes_left: int


async def find_factor(connection: Connection, agent_id: UUID) -> Factor | None:
    """The factor in place, and the time."""
    row = await connection.fetchrow(
        """
        SELECT CASE WHEN p.totp_confirmed_at IS NOT NULL THEN p.totp_secret END AS secret,
               extract(epoch FROM now())::bigint AS seconds
        FROM professional p WHERE p.id = $1
        """,
        agent_id,
    )
    return Factor(**row) if row else None


async def find_factor_state(connection: Connection, agent_id: UUID) -> FactorState:
    """Since when there is one, and how many recovery codes are left."""
    row = await connection.fetchrow(
        """
        SELECT p.totp_confirmed_at AS confirmed_at,
               (SELECT count(*) FROM recovery_code c
                WHERE c.professional_id = p.id AND c.used_at IS NULL)::int AS codes_left
        FROM professional p WHERE p.id = $1
        """,
        agent_id,
    )
    return FactorState(**row) if row else FactorState(None, 0)


async def use_step(connection: Connection, agent_id: UUID, secret: bytes, step: int) -> bool:
    """Take a step's code; False when it, or a later one, was taken already.

    Compared and set by one statement: of any number at once, one gets it.
    """
    tag = await connection.execute(
        """
        UPDATE professional SET totp_last_step = $3
        WHERE id = $1 AND totp_secret = $2 AND totp_last_step < $3
        """,
        agent_id,
        secret,
        step,
    )
    return tag.endswith(" 1")


async def use_recovery_code(connection: Connection, agent_id: UUID, code_digest: bytes) -> bool:
    """Take a recovery code; False when there is none like this, or it was taken already."""
    tag = await connection.execute(
        """
        UPDATE recovery_code SET used_at = now()
        WHERE professional_id = $1 AND code_digest = $2 AND used_at IS NULL
        """,
        agent_id,
        code_digest,
    )
    return tag.endswith(" 1")


async def set_factor(
    connection: Connection, agent_id: UUID, secret: bytes, step: int, *, replacing: bool
) -> bool:
    """Put a second factor, its first code taken; without `replacing`, only where there is none."""
    tag = await connection.execute(
        """
        UPDATE professional
        SET totp_secret = $2, totp_confirmed_at = now(), totp_last_step = $3
        WHERE id = $1 AND ($4 OR totp_confirmed_at IS NULL)
        """,
        agent_id,
        secret,
        step,
        replacing,
    )
    return tag.endswith(" 1")


async def remove_factor(connection: Connection, agent_id: UUID) -> None:
    """Take the second factor away, and its recovery codes with it."""
    await connection.execute(
        """
        UPDATE professional
        SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = 0 WHERE id = $1
        """,
        agent_id,
    )
    await connection.execute("DELETE FROM recovery_code WHERE professional_id = $1", agent_id)


async def replace_codes(
    connection: Connection, agent_id: UUID, code_digests: Sequence[bytes]
) -> None:
    """These recovery codes are good from now on, and no others."""
    await connection.execute("DELETE FROM recovery_code WHERE professional_id = $1", agent_id)
    await connection.execute(
        """
        INSERT INTO recovery_code (professional_id, code_digest)
        SELECT $1, digest FROM unnest($2::bytea[]) AS given (digest)
        """,
        agent_id,
        list(code_digests),
    )


async def are_current_codes(
    connection: Connection, agent_id: UUID, code_digests: Sequence[bytes]
) -> bool:
    """Whether these are all good recovery codes of this agent."""
    found: int = await connection.fetchval(
        """
        SELECT count(*) FROM recovery_code
        WHERE professional_id = $1 AND code_digest = ANY ($2) AND used_at IS NULL
        """,
        agent_id,
        list(code_digests),
    )
    return bool(code_digests) and found == len(code_digests)
