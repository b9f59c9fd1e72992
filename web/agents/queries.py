"""Queries of the agents' login, passwords and security events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from web.agents.records import AGENT_EMAIL, AgentAccount, Kind
from web.auth.kinds import SecurityEvent
from web.auth.login.queries import Credentials, NextStep
from web.auth.sessions.login_queries import COMPLETED, CompletedLogin
from web.core.crypto.vault import Vault
from web.core.db.connection import Connection, Record

EVENT_DAYS = 365


@dataclass(frozen=True)
class AgentCredentials(Credentials[AgentAccount]):
    """The agent of an address; all is None without one. `email` is sealed.

    Its digests are those of `email_digests`; an exact match of the spelling is preferred.
    """

    SELECT: ClassVar[str] = """
        SELECT p.id AS login_id, p.email, o.kind, o.name AS organisation_name, login.password_hash,
               login.totp_confirmed_at IS NOT NULL AS has_second_factor,
               login.blocked_at IS NOT NULL AS is_blocked, known.token_digest AS known_by
        FROM (SELECT ($1::bytea[])[1] AS digest, ($1::bytea[])[2] AS exact) AS asked
        LEFT JOIN LATERAL (
            SELECT * FROM professional WHERE email_digest IN (digest, exact)
            ORDER BY email_digest = exact DESC LIMIT 1
        ) p ON true
        LEFT JOIN login ON login.id = p.id
        LEFT JOIN organisation o ON o.id = p.organisation_id
        LEFT JOIN LATERAL (
            SELECT token_digest FROM known_device
            WHERE token_digest = ANY ($2::bytea[]) AND subject_digest = digest
            ORDER BY last_used_at DESC LIMIT 1
        ) AS known ON true
    """

    email: bytes | None
    organisation_name: str | None
    kind: Kind | None

    @classmethod
    def of(cls, row: Record) -> Self:
        """Return the credentials of a row of SELECT."""
        return super().of({**row, "kind": Kind(row["kind"]) if row["kind"] else None})

    @property
    def next_step(self) -> NextStep:
        """The step that follows the password; an organisme's agent sets a second factor up."""
        if self.kind is Kind.ORGANISME and not self.has_second_factor:
            return NextStep.SECOND_FACTOR
        return super().next_step

    def owner(self, vault: Vault) -> AgentAccount:
        """Return the agent, once a password has matched theirs."""
        assert self.login_id and self.email and self.kind  # noqa: S101, PT018 - an account has them
        email = AGENT_EMAIL.open(vault, self.email, id=self.login_id)
        return AgentAccount(self.login_id, email, self.organisation_name or "", self.kind)


@dataclass(frozen=True)
class MailEvent:
    """An event as its mail announces it, with the recovery codes left at composition."""

    kind: SecurityEvent
    device: str
    detail: str
    occurred_at: datetime
    organisation_name: str
    codes_left: int


async def lock_requester(connection: Connection, link_id: UUID) -> UUID | None:
    """Lock the login that a request for a link concerns; return its id, None if there is none.

    Call it before the request is locked. Voiding requests locks the login before them: the reverse
    order would deadlock.
    """
    login_id: UUID | None = await connection.fetchval(
        """
        SELECT id FROM login WHERE id = (
            SELECT p.id FROM professional p JOIN password_link l
            ON l.identifier_digest = p.email_digest WHERE l.id = $1 AND l.kind = 'agent')
        FOR NO KEY UPDATE
        """,
        link_id,
    )
    return login_id


async def find_owner(connection: Connection, vault: Vault, login_id: UUID) -> AgentAccount | None:
    """Return the agent of a login, None once the account is closed."""
    row = await connection.fetchrow(
        """
        SELECT p.email, o.name AS organisation_name, o.kind
        FROM professional p JOIN organisation o ON o.id = p.organisation_id WHERE p.id = $1
        """,
        login_id,
    )
    if row is None:
        return None
    email = AGENT_EMAIL.open(vault, row["email"], id=login_id)
    return AgentAccount(login_id, email, row["organisation_name"], Kind(row["kind"]))


async def record_event(
    connection: Connection,
    owner: AgentAccount,
    event: SecurityEvent,
    device: str,
    occurred_at: datetime | None = None,
    detail: str = "",
) -> UUID:
    """Insert an event, in the transaction of the change it records; return its id."""
    event_id: UUID = await connection.fetchval(
        """
        INSERT INTO professional_event (professional_id, kind, device, occurred_at, detail)
        VALUES ($1, $2, $3, coalesce($4, now()), $5) RETURNING id
        """,
        owner.id,
        event.value,
        device,
        occurred_at,
        detail,
    )
    return event_id


async def record_login(
    connection: Connection, owner: AgentAccount, login: CompletedLogin
) -> tuple[UUID, bool]:
    """Record a complete login; return its event, and whether the browser is new to the agent."""
    row = await connection.fetchrow(
        f"""
        WITH {COMPLETED}, written AS (
            INSERT INTO professional_event (professional_id, kind, device)
            VALUES ($6, 'login', $5) RETURNING id
        )
        SELECT id, is_new FROM written, device
        """,  # noqa: S608
        *login.arguments,
        owner.id,
    )
    assert row is not None  # noqa: S101 - both rows were written
    return row["id"], row["is_new"]


async def has_typed_code(
    connection: Connection, agent: AgentAccount, device: str, since: datetime
) -> bool:
    """Return whether a code was typed since then from this kind of device, right or wrong."""
    found: bool = await connection.fetchval(
        """
        SELECT EXISTS (
            SELECT FROM professional_event
            WHERE professional_id = $1 AND kind IN ('login', 'second_factor_refused')
            AND device = $2 AND occurred_at >= $3)
        """,
        agent.id,
        device,
        since,
    )
    return found


async def find_mail_event(connection: Connection, event_id: UUID) -> MailEvent | None:
    """Return the event that a mail is about, None once the account is deleted."""
    row = await connection.fetchrow(
        """
        SELECT e.kind, e.device, e.detail, e.occurred_at, o.name AS organisation_name,
               (SELECT count(*) FROM recovery_code c
                WHERE c.login_id = p.id AND c.used_at IS NULL)::int AS codes_left
        FROM professional_event e
        JOIN professional p ON p.id = e.professional_id
        JOIN organisation o ON o.id = p.organisation_id
        WHERE e.id = $1
        """,
        event_id,
    )
    return MailEvent(**{**row, "kind": SecurityEvent(row["kind"])}) if row else None


async def purge_events(connection: Connection) -> None:
    """Delete events older than EVENT_DAYS."""
    await connection.execute(
        "DELETE FROM professional_event WHERE occurred_at < now() - make_interval(days => $1)",
        EVENT_DAYS,
    )
