"""Queries of the access of an organisation's agents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.agents.access.records import WAITING_EMAIL, AccessEvent, Colleague
from web.agents.records import AGENT_EMAIL
from web.core.crypto.vault import Vault
from web.core.db.connection import Connection


@dataclass(frozen=True)
class RoleChange:
    """A change of an agent's role, as its mail announces it."""

    is_manager: bool
    occurred_at: datetime
    organisation_name: str


async def list_colleagues(
    connection: Connection, vault: Vault, organisation_id: UUID, colleague_id: UUID | None = None
) -> list[Colleague]:
    """Return the agents of an organisation, or the one of this id, and those it has invited."""
    rows = await connection.fetch(
        """
        SELECT p.id, p.email, false AS waits, login.password_hash IS NOT NULL AS is_active,
               login.blocked_at IS NOT NULL AS is_blocked, p.is_manager, p.invited_at,
               (SELECT max(e.occurred_at) FROM professional_event e
                WHERE e.professional_id = p.id AND e.kind = 'login') AS last_login_at
        FROM professional p JOIN login ON login.id = p.id
        WHERE p.organisation_id = $1 AND ($2::uuid IS NULL OR p.id = $2)
        UNION ALL
        SELECT id, email, true, false, false, false, invited_at, NULL FROM waiting_invitation
        WHERE organisation_id = $1 AND ($2::uuid IS NULL OR id = $2)
        """,
        organisation_id,
        colleague_id,
    )
    found = []
    for row in rows:
        values = dict(row)
        column = WAITING_EMAIL if values.pop("waits") else AGENT_EMAIL
        values["email"] = column.read(vault, row["email"], id=row["id"]) or ""
        found.append(Colleague(**values))
    return sorted(found, key=lambda one: (one.email.casefold(), one.id))


async def find_colleague(
    connection: Connection, vault: Vault, organisation_id: UUID, colleague_id: UUID
) -> Colleague | None:
    """Return an agent of this organisation, or someone it has invited."""
    found = await list_colleagues(connection, vault, organisation_id, colleague_id)
    return found[0] if found else None


async def lock_organisation(connection: Connection, organisation_id: UUID) -> None:
    """Lock the organisation until the transaction ends: one change of its access at a time."""
    await connection.execute(
        "SELECT FROM organisation WHERE id = $1 FOR NO KEY UPDATE", organisation_id
    )


async def is_manager(connection: Connection, agent_id: UUID) -> bool:
    """Return whether an agent is an access manager."""
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM professional WHERE id = $1 AND is_manager)", agent_id
        )
    )


async def has_other_manager(connection: Connection, organisation_id: UUID, agent_id: UUID) -> bool:
    """Return whether someone else manages the access of the organisation, and can log in."""
    return bool(
        await connection.fetchval(
            """
            SELECT EXISTS (
                SELECT FROM professional p JOIN login ON login.id = p.id
                WHERE p.organisation_id = $1 AND p.id <> $2 AND p.is_manager
                  AND login.password_hash IS NOT NULL AND login.blocked_at IS NULL)
            """,
            organisation_id,
            agent_id,
        )
    )


async def set_manager(connection: Connection, agent_id: UUID, *, is_manager: bool) -> bool:
    """Make an agent an access manager or no longer; return False if they were so already."""
    tag = await connection.execute(
        "UPDATE professional SET is_manager = $2 WHERE id = $1 AND is_manager <> $2",
        agent_id,
        is_manager,
    )
    return tag.endswith(" 1")


async def note_invitation(connection: Connection, agent_id: UUID) -> None:
    """Record that an invitation has just been sent to an agent again."""
    await connection.execute("UPDATE professional SET invited_at = now() WHERE id = $1", agent_id)


async def save_waiting(
    connection: Connection,
    waiting_id: UUID,
    organisation_id: UUID,
    email_digest: bytes,
    email: bytes,
) -> UUID:
    """Save the invitation of an address that is another organisation's; return its id.

    An earlier one to the same address is kept, and dated of now.
    """
    found: UUID = await connection.fetchval(
        """
        INSERT INTO waiting_invitation (id, organisation_id, email_digest, email)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (organisation_id, email_digest) DO UPDATE SET invited_at = now()
        RETURNING id
        """,
        waiting_id,
        organisation_id,
        email_digest,
        email,
    )
    return found


async def find_waiting_email(
    connection: Connection, vault: Vault, organisation_id: UUID, waiting_id: UUID
) -> str | None:
    """Return the address of an invitation that waits."""
    box = await connection.fetchval(
        "SELECT email FROM waiting_invitation WHERE organisation_id = $1 AND id = $2",
        organisation_id,
        waiting_id,
    )
    return WAITING_EMAIL.open(vault, box, id=waiting_id) if box is not None else None


async def delete_waiting(connection: Connection, organisation_id: UUID, waiting_id: UUID) -> bool:
    """Delete an invitation that waits; return whether there was one."""
    tag = await connection.execute(
        "DELETE FROM waiting_invitation WHERE organisation_id = $1 AND id = $2",
        organisation_id,
        waiting_id,
    )
    return tag.endswith(" 1")


async def forget_waiting(
    connection: Connection, organisation_id: UUID, email_digest: bytes
) -> None:
    """Delete the invitation of an address that has become an agent of the organisation."""
    await connection.execute(
        "DELETE FROM waiting_invitation WHERE organisation_id = $1 AND email_digest = $2",
        organisation_id,
        email_digest,
    )


async def find_inviting_organisation(connection: Connection, waiting_id: UUID) -> str | None:
    """Return the name of the organisation whose invitation waits, None once it is deleted."""
    found: str | None = await connection.fetchval(
        """
        SELECT o.name FROM waiting_invitation w JOIN organisation o ON o.id = w.organisation_id
        WHERE w.id = $1
        """,
        waiting_id,
    )
    return found


async def find_organisation_name(connection: Connection, organisation_id: UUID) -> str | None:
    """Return the name of an organisation."""
    found: str | None = await connection.fetchval(
        "SELECT name FROM organisation WHERE id = $1", organisation_id
    )
    return found


async def add_event(
    connection: Connection,
    agent_id: UUID,
    event: AccessEvent,
    device: str = "",
    other_id: UUID | None = None,
) -> UUID:
    """Insert an event of an agent; `other_id` is the other agent concerned. Return its id."""
    event_id: UUID = await connection.fetchval(
        """
        INSERT INTO professional_event (professional_id, kind, device, other_id)
        VALUES ($1, $2, $3, $4) RETURNING id
        """,
        agent_id,
        event.value,
        device,
        other_id,
    )
    return event_id


async def find_role_change(connection: Connection, event_id: UUID) -> RoleChange | None:
    """Return the change that a mail is about, None once the account is closed."""
    row = await connection.fetchrow(
        """
        SELECT e.kind, e.occurred_at, o.name AS organisation_name
        FROM professional_event e JOIN professional p ON p.id = e.professional_id
        JOIN organisation o ON o.id = p.organisation_id
        WHERE e.id = $1
        """,
        event_id,
    )
    if row is None:
        return None
    is_given = row["kind"] == AccessEvent.MANAGER_GIVEN
    return RoleChange(is_given, row["occurred_at"], row["organisation_name"])
