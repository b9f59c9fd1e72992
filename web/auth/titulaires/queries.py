"""Queries of titulaires' logins, and of their new passwords and the links that choose them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from web.auth.login.queries import Credentials
from web.auth.sessions.titulaire import Titulaire
from web.core.crypto.vault import Vault
from web.core.db.connection import Connection
from web.people.identity import ACCOUNT_IDENTITY


@dataclass(frozen=True)
class TitulaireCredentials(Credentials[Titulaire]):
    """The account of a NIR, whose digest is the only one; `identity` is sealed."""

    SELECT: ClassVar[str] = """
        SELECT account.id AS login_id, account.person_id, account.identity, login.password_hash,
               login.totp_confirmed_at IS NOT NULL AS has_second_factor,
               login.blocked_at IS NOT NULL AS is_blocked, known.token_digest AS known_by
        FROM (SELECT ($1::bytea[])[1] AS digest) AS asked
        LEFT JOIN person ON person.nir_digest = digest
        LEFT JOIN account ON account.person_id = person.id
        LEFT JOIN login ON login.id = account.id
        LEFT JOIN LATERAL (
            SELECT token_digest FROM known_device
            WHERE token_digest = ANY ($2::bytea[]) AND subject_digest = digest
            ORDER BY last_used_at DESC LIMIT 1
        ) AS known ON true
    """

    person_id: UUID | None
    identity: bytes | None

    def owner(self, vault: Vault) -> Titulaire:
        """Return the titulaire, once a password has matched theirs."""
        assert self.login_id and self.person_id and self.identity  # noqa: S101, PT018 - it has all
        identity = ACCOUNT_IDENTITY.open(vault, self.identity, id=self.login_id)
        return Titulaire(self.login_id, self.person_id, identity)


async def note_refused(connection: Connection, nir_digest: bytes, device: str) -> None:
    """Record a failed login; the same write whether the NIR has an account or not."""
    await connection.execute(
        "INSERT INTO refused_login (nir_digest, device) VALUES ($1, $2)", nir_digest, device
    )


async def record_refused_logins(connection: Connection) -> None:
    """Make events of the refused logins of NIRs with an account, and delete the others."""
    await connection.execute(
        """
        WITH taken AS (
            DELETE FROM refused_login
            WHERE id IN (SELECT id FROM refused_login FOR UPDATE SKIP LOCKED)
            RETURNING nir_digest, device, at
        )
        INSERT INTO event (person_id, kind, actor, device, detail, occurred_at)
        SELECT person.id, 'login_refused', 'unknown', device,
               CASE WHEN count(*) > 1 THEN count(*) || E'\\u00a0essais' ELSE '' END, max(at)
        FROM taken
        JOIN person ON person.nir_digest = taken.nir_digest
        JOIN account ON account.person_id = person.id
        GROUP BY person.id, device ORDER BY person.id, max(at)
        """
    )


async def has_typed_code(
    connection: Connection, titulaire: Titulaire, device: str, since: datetime
) -> bool:
    """Return whether a code, right or wrong, was typed from this kind of device since then."""
    found: bool = await connection.fetchval(
        """
        SELECT EXISTS (
            SELECT FROM event WHERE person_id = $1 AND kind IN ('login', 'second_factor_refused')
            AND device = $2 AND occurred_at >= $3)
        """,
        titulaire.person_id,
        device,
        since,
    )
    return found


async def lock_requester(connection: Connection, link_id: UUID) -> UUID | None:
    """Lock the login that a request for a link concerns; return its id, None if there is none.

    Call it before the request is locked. Voiding requests locks the login before them: the reverse
    order would deadlock.
    """
    login_id: UUID | None = await connection.fetchval(
        """
        SELECT id FROM login WHERE id = (
            SELECT account.id FROM account JOIN person ON person.id = account.person_id
            JOIN password_link l ON l.identifier_digest = person.nir_digest
            WHERE l.id = $1 AND l.kind = 'titulaire')
        FOR NO KEY UPDATE
        """,
        link_id,
    )
    return login_id


async def find_owner(connection: Connection, vault: Vault, login_id: UUID) -> Titulaire | None:
    """Return the titulaire of a login, None once the account is closed."""
    row = await connection.fetchrow(
        "SELECT person_id, identity FROM account WHERE id = $1", login_id
    )
    if row is None:
        return None
    identity = ACCOUNT_IDENTITY.open(vault, row["identity"], id=login_id)
    return Titulaire(login_id, row["person_id"], identity)


async def cancel_email_change(connection: Connection, account_id: UUID) -> bool:
    """Delete the pending change of address; return whether there was one."""
    tag = await connection.execute(
        "DELETE FROM email_change WHERE account_id = $1 AND expires_at > now()", account_id
    )
    return not tag.endswith(" 0")
