"""Queries of the second factor and its recovery codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.core.db.connection import Connection


@dataclass(frozen=True)
class Factor:
    """The factor in place; `secret` is sealed, `seconds` is the database's Unix time."""

    secret: bytes | None
    seconds: int


@dataclass(frozen=True)
class FactorState:
    """The state of the second factor, for the account's page."""

    confirmed_at: datetime | None
    codes_left: int


async def find_factor(connection: Connection, login_id: UUID) -> Factor | None:
    """Return the factor in place and the database's time; None without such a login."""
    row = await connection.fetchrow(
        """
        SELECT CASE WHEN login.totp_confirmed_at IS NOT NULL THEN login.totp_secret END AS secret,
               extract(epoch FROM now())::bigint AS seconds
        FROM login WHERE id = $1
        """,
        login_id,
    )
    return Factor(**row) if row else None


async def get_factor_state(connection: Connection, login_id: UUID) -> FactorState:
    """Return the date of the second factor, if any, and the number of recovery codes left."""
    row = await connection.fetchrow(
        """
        SELECT login.totp_confirmed_at AS confirmed_at,
               (SELECT count(*) FROM recovery_code c
                WHERE c.login_id = login.id AND c.used_at IS NULL)::int AS codes_left
        FROM login WHERE id = $1
        """,
        login_id,
    )
    return FactorState(**row) if row else FactorState(None, 0)


async def use_step(connection: Connection, login_id: UUID, secret: bytes, step: int) -> bool:
    """Use a step's code; return False when it or a later one was already used.

    Compare-and-set in one statement: of concurrent requests, only one succeeds.
    """
    tag = await connection.execute(
        """
        UPDATE login SET totp_last_step = $3
        WHERE id = $1 AND totp_secret = $2 AND totp_last_step < $3
        """,
        login_id,
        secret,
        step,
    )
    return tag.endswith(" 1")


async def use_recovery_code(connection: Connection, login_id: UUID, code_digest: bytes) -> bool:
    """Use a recovery code; return False when it does not exist or was already used."""
    tag = await connection.execute(
        """
        UPDATE recovery_code SET used_at = now()
        WHERE login_id = $1 AND code_digest = $2 AND used_at IS NULL
        """,
        login_id,
        code_digest,
    )
    return tag.endswith(" 1")


async def set_factor(
    connection: Connection, login_id: UUID, secret: bytes, step: int, *, replacing: bool
) -> bool:
    """Set a second factor, its first code used; without `replacing`, only if there is none."""
    tag = await connection.execute(
        """
        UPDATE login
        SET totp_secret = $2, totp_confirmed_at = now(), totp_last_step = $3
        WHERE id = $1 AND ($4 OR totp_confirmed_at IS NULL)
        """,
        login_id,
        secret,
        step,
        replacing,
    )
    return tag.endswith(" 1")


async def remove_factor(connection: Connection, login_id: UUID) -> bool:
    """Remove the second factor and its recovery codes; return False when there was none."""
    tag = await connection.execute(
        """
        UPDATE login
        SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = 0
        WHERE id = $1 AND totp_confirmed_at IS NOT NULL
        """,
        login_id,
    )
    await connection.execute("DELETE FROM recovery_code WHERE login_id = $1", login_id)
    return tag.endswith(" 1")


async def replace_codes(
    connection: Connection, login_id: UUID, code_digests: Sequence[bytes]
) -> bool:
    """Replace all recovery codes of the login; return False, and add none, without a factor."""
    await connection.execute("DELETE FROM recovery_code WHERE login_id = $1", login_id)
    tag = await connection.execute(
        """
        INSERT INTO recovery_code (login_id, code_digest)
        SELECT login.id, digest FROM login CROSS JOIN unnest($2::bytea[]) AS given (digest)
        WHERE login.id = $1 AND login.totp_confirmed_at IS NOT NULL
        """,
        login_id,
        list(code_digests),
    )
    return not tag.endswith(" 0")


async def are_current_codes(
    connection: Connection, login_id: UUID, code_digests: Sequence[bytes]
) -> bool:
    """Return whether these are all unused recovery codes of this login; False for none."""
    found: int = await connection.fetchval(
        """
        SELECT count(*) FROM recovery_code
        WHERE login_id = $1 AND code_digest = ANY ($2) AND used_at IS NULL
        """,
        login_id,
        list(code_digests),
    )
    return bool(code_digests) and found == len(code_digests)
