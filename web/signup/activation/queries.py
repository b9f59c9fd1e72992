"""Queries on activation links and the accounts they open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.core.db.connection import Connection
from web.core.mail.outgoing import MailState
from web.core.rate_limit import Limit

ACTIVATION = "activation"


@dataclass(frozen=True)
class ActivationLink:
    """An activation link; its registration may have been purged."""

    registration_id: UUID
    browser_digest: bytes | None
    is_used: bool
    is_expired: bool


@dataclass(frozen=True)
class PendingRegistration:
    """A submitted registration and its newest mail; `identity` is encrypted."""

    id: UUID
    status: str
    identity: bytes | None
    expires_at: datetime
    is_expired: bool
    mail: MailState

    @property
    def is_over(self) -> bool:
        """Return whether the link was used or has expired."""
        return self.status == "activated" or self.is_expired


async def find_pending(connection: Connection, browser: bytes) -> PendingRegistration | None:
    """Return the data of the waiting page, in one statement.

    The state of a reminder would reveal whether the address already has an account.
    """
    row = await connection.fetchrow(
        """
        SELECT r.id, r.status, r.identity, r.expires_at, r.expires_at <= now() AS is_expired,
               m.status AS mail_status, m.created_at, m.next_attempt_at, m.sent_at, m.is_ours
        FROM registration r CROSS JOIN LATERAL (
            SELECT * FROM mail WHERE subject_id = r.id AND kind = 'activation'
            ORDER BY created_at DESC, id DESC LIMIT 1
        ) m
        WHERE r.browser_digest = $1 AND r.status <> 'open'
        """,
        browser,
    )
    if row is None:
        return None
    values = dict(row)
    mail = MailState(
        status=values.pop("mail_status"),
        **{
            name: values.pop(name)
            for name in ("created_at", "next_attempt_at", "sent_at", "is_ours")
        },
    )
    return PendingRegistration(**values, mail=mail)


async def find_activation_link(
    connection: Connection, token_digest: bytes
) -> ActivationLink | None:
    """Return the link; its expiry is judged by the database's clock."""
    row = await connection.fetchrow(
        """
        SELECT t.subject_id AS registration_id, r.browser_digest,
               t.used_at IS NOT NULL AS is_used,
               t.expires_at <= now() OR r.id IS NULL AS is_expired
        FROM bearer_token t LEFT JOIN registration r ON r.id = t.subject_id
        WHERE t.token_digest = $1 AND t.purpose = $2
        """,
        token_digest,
        ACTIVATION,
    )
    return ActivationLink(**row) if row else None


async def add_activation_token(
    connection: Connection, token_digest: bytes, registration_id: UUID, expires_at: datetime
) -> None:
    """Insert a token that activates the registration until `expires_at`."""
    await connection.execute(
        """
        INSERT INTO bearer_token (token_digest, purpose, subject_id, expires_at)
        VALUES ($1, $2, $3, $4)
        """,
        token_digest,
        ACTIVATION,
        registration_id,
        expires_at,
    )


async def use_activation_tokens(connection: Connection, registration_id: UUID) -> None:
    """Mark all links of the registration as used."""
    await connection.execute(
        """
        UPDATE bearer_token SET used_at = now()
        WHERE subject_id = $1 AND purpose = $2 AND used_at IS NULL
        """,
        registration_id,
        ACTIVATION,
    )


async def void_activation_tokens(connection: Connection, registration_id: UUID) -> None:
    """Delete the links of the registration, which were sent to a wrong address."""
    await connection.execute(
        "DELETE FROM bearer_token WHERE subject_id = $1 AND purpose = $2",
        registration_id,
        ACTIVATION,
    )


async def lock_account_by_nir(connection: Connection, nir_digest: bytes) -> None:
    """Lock the account of this NIR; call it before the person is locked.

    Closing an account locks it before its person: the reverse order would deadlock.
    """
    await connection.execute(
        """
        SELECT FROM account JOIN person ON person.id = account.person_id
        WHERE person.nir_digest = $1 FOR NO KEY UPDATE OF account
        """,
        nir_digest,
    )


async def find_or_add_person(connection: Connection, nir_digest: bytes) -> UUID:
    """Return the person of a NIR, who may have hours already, or insert one.

    The no-op update makes the statement return the existing row; as it does not change the key, it
    does not wait for a feed that references it.
    """
    person_id: UUID = await connection.fetchval(
        """
        INSERT INTO person (nir_digest) VALUES ($1)
        ON CONFLICT (nir_digest) DO UPDATE SET created_at = person.created_at
        RETURNING id
        """,
        nir_digest,
    )
    return person_id


async def add_account(
    connection: Connection,
    *,
    account_id: UUID,
    person_id: UUID,
    email_digest: bytes,
    identity: bytes,
    password_hash: str,
    terms_version: str,
    terms_accepted_at: datetime,
) -> bool:
    """Insert the account; return False when the person or the address already has one.

    `created_at` is the time of the statement, not of the transaction: the account must not see
    anything older.
    """
    tag = await connection.execute(
        """
        WITH added AS (
            INSERT INTO account (id, person_id, email_digest, identity, terms_version,
                                 terms_accepted_at, email_folded, created_at)
            VALUES ($1, $2, $3, $4, $6, $7, true, clock_timestamp())
            ON CONFLICT DO NOTHING RETURNING id
        )
        INSERT INTO login (id, kind, password_hash) SELECT id, 'titulaire', $5 FROM added
        """,
        account_id,
        person_id,
        email_digest,
        identity,
        password_hash,
        terms_version,
        terms_accepted_at,
    )
    return tag.endswith(" 1")


async def wait_before_mail(connection: Connection, registration_id: UUID, limit: Limit) -> int:
    """Return the seconds until `limit` allows the registration another mail; 0 if it does now."""
    wait: int | None = await connection.fetchval(
        """
        SELECT ceil(extract(epoch FROM created_at + make_interval(secs => $3) - now()))::int
        FROM mail WHERE subject_id = $1 AND created_at > now() - make_interval(secs => $3)
        ORDER BY created_at DESC OFFSET $2 - 1 LIMIT 1
        """,
        registration_id,
        limit.hits,
        limit.seconds,
    )
    return wait or 0


async def change_address(
    connection: Connection, registration_id: UUID, identity: bytes, email_digest: bytes
) -> None:
    """Change the e-mail address of a submitted registration."""
    await connection.execute(
        "UPDATE registration SET identity = $2, email_digest = $3 WHERE id = $1",
        registration_id,
        identity,
        email_digest,
    )


async def purge_links(connection: Connection, remembered_days: int) -> None:
    """Delete the links of all kinds that expired more than `remembered_days` ago."""
    await connection.execute(
        "DELETE FROM bearer_token WHERE expires_at < now() - make_interval(days => $1)",
        remembered_days,
    )
