"""Queries of invitations and withdrawals of agents, and the purge of unanswered invitations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from web.agents.records import AGENT_EMAIL, AgentAccount, Kind
from web.core.crypto.vault import Vault
from web.core.db.connection import Connection, Record

UNANSWERED_DAYS = 90
# Where the login and the agent are both locked, they are read as they are once the lock is granted.
_AGENT = """
    SELECT p.id, p.organisation_id, o.name AS organisation_name, o.kind, p.email, p.is_manager,
           login.password_hash IS NOT NULL AS has_password
    FROM login JOIN professional p ON p.id = login.id
    JOIN organisation o ON o.id = p.organisation_id"""
_BY_ADDRESS = f"""
    {_AGENT} WHERE p.email_digest = ANY ($1::bytea[])
    ORDER BY array_position($1::bytea[], p.email_digest) DESC LIMIT 1"""


@dataclass(frozen=True)
class Organisation:
    """An organisation as it is now; `earlier_name` is '' when it has just been added."""

    id: UUID
    earlier_name: str


@dataclass(frozen=True)
class KnownAgent:
    """The agent of an address; `email` is sealed."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    kind: Kind
    email: bytes
    has_password: bool
    is_manager: bool

    def account(self, vault: Vault) -> AgentAccount:
        """Return the agent, with their address opened."""
        email = AGENT_EMAIL.open(vault, self.email, id=self.id)
        return AgentAccount(self.id, email, self.organisation_name, self.kind)


async def find_or_add_organisation(
    connection: Connection, kind: str, siret: str, name: str, category: str | None = None
) -> Organisation:
    """Return the organisation of this kind and SIRET, added or renamed to `name`.

    Without a `category`, it keeps its own. Its row is locked until the transaction ends.
    """
    added: UUID | None = await connection.fetchval(
        """
        INSERT INTO organisation (kind, siret, name, category) VALUES ($1, $2, $3, $4)
        ON CONFLICT (kind, siret) DO NOTHING RETURNING id
        """,
        kind,
        siret,
        name,
        category,
    )
    if added is not None:
        return Organisation(added, "")
    row = await connection.fetchrow(
        "SELECT id, name FROM organisation WHERE kind = $1 AND siret = $2 FOR UPDATE", kind, siret
    )
    assert row is not None  # noqa: S101 - organisations are never deleted
    await connection.execute(
        "UPDATE organisation SET name = $2, category = coalesce($3, category) WHERE id = $1",
        row["id"],
        name,
        category,
    )
    return Organisation(row["id"], row["name"])


async def add_agent(
    connection: Connection,
    agent_id: UUID,
    organisation_id: UUID,
    email_digest: bytes,
    email: bytes,
) -> None:
    """Insert the agent, without a password; do nothing if the address already has an agent."""
    await connection.execute(
        """
        WITH added AS (
            INSERT INTO professional (id, organisation_id, email_digest, email, email_folded)
            VALUES ($1, $2, $3, $4, true) ON CONFLICT (email_digest) DO NOTHING RETURNING id
        )
        INSERT INTO login (id, kind) SELECT id, 'agent' FROM added
        """,
        agent_id,
        organisation_id,
        email_digest,
        email,
    )


async def find_agent(connection: Connection, digests: Sequence[bytes]) -> KnownAgent | None:
    """Return the agent of an address without a lock: all but the id may change meanwhile.

    `digests` are those of `email_digests`, or one of them; a match on the last is preferred.
    """
    return _known(await connection.fetchrow(_BY_ADDRESS, digests))


async def lock_agent(connection: Connection, digests: Sequence[bytes]) -> KnownAgent | None:
    """Find the agent of an address and lock them, so that any other change of their account waits.

    They are locked until the transaction ends.
    """
    locking = f"{_BY_ADDRESS} FOR NO KEY UPDATE OF login, p"
    return _known(await connection.fetchrow(locking, digests))


async def lock_colleague(
    connection: Connection, organisation_id: UUID, agent_id: UUID
) -> KnownAgent | None:
    """Lock an agent of this organisation, as lock_agent does."""
    row = await connection.fetchrow(
        f"""
        {_AGENT} WHERE p.organisation_id = $1 AND p.id = $2
        FOR NO KEY UPDATE OF login, p
        """,
        organisation_id,
        agent_id,
    )
    return _known(row)


async def purge_invitations(connection: Connection) -> None:
    """Delete what was not answered within UNANSWERED_DAYS of the last invitation.

    The agents who never chose a password, and the invitations of addresses that another
    organisation uses: if one stayed longer than the other, it would tell which it is.
    """
    await connection.execute(
        """
        WITH unanswered AS (
            SELECT p.id FROM login JOIN professional p ON p.id = login.id
            WHERE login.password_hash IS NULL AND login.blocked_at IS NULL
              AND p.invited_at < now() - make_interval(days => $1)
            FOR UPDATE OF login, p SKIP LOCKED
        )
        DELETE FROM login USING unanswered WHERE login.id = unanswered.id
        """,
        UNANSWERED_DAYS,
    )
    await connection.execute(
        "DELETE FROM waiting_invitation WHERE invited_at < now() - make_interval(days => $1)",
        UNANSWERED_DAYS,
    )


def _known(row: Record | None) -> KnownAgent | None:
    return KnownAgent(**{**row, "kind": Kind(row["kind"])}) if row else None
