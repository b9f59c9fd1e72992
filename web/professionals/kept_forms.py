"""The form that an agent was filling in when their session ended, kept KEPT_MINUTES."""

from __future__ import annotations

from uuid import UUID

from web.accounts.kept_forms import FORM, KEPT_MINUTES, KeptForm
from web.core.db import Connection
from web.core.runtime import Runtime
from web.core.sealed_column import SealedColumn

KEPT_FORM = SealedColumn(
    "professional_kept_form",
    "content",
    "professional_kept_form:{professional_id}.content",
    FORM,
    {"professional_id": "uuid"},
)


async def keep_form(runtime: Runtime, token_digest: bytes, form: KeptForm) -> bool:
    """Store the form for the agent of an ended session; return False if none is found.

    A session whose login was never complete has no form to keep.
    """
    async with runtime.db.transaction() as connection:
        agent_id: UUID | None = await connection.fetchval(
            """
            SELECT professional_id FROM professional_session
            WHERE token_digest = $1 AND is_complete
            """,
            token_digest,
        )
        if agent_id is None:
            return False
        await connection.execute(
            """
            INSERT INTO professional_kept_form (professional_id, content) VALUES ($1, $2)
            ON CONFLICT (professional_id) DO UPDATE
            SET content = excluded.content, created_at = now()
            """,
            agent_id,
            KEPT_FORM.seal(runtime.vault, form, professional_id=agent_id),
        )
    return True


async def find_kept_form(runtime: Runtime, agent_id: UUID) -> KeptForm | None:
    """Return the form kept for this agent, until it expires."""
    row = await runtime.db.fetchrow(
        """
        SELECT content FROM professional_kept_form
        WHERE professional_id = $1 AND created_at > now() - make_interval(mins => $2)
        """,
        agent_id,
        KEPT_MINUTES,
    )
    if row is None:
        return None
    return KEPT_FORM.open(runtime.vault, row["content"], professional_id=agent_id)


async def forget_kept_form(runtime: Runtime, agent_id: UUID) -> None:
    """Delete the form kept for this agent."""
    await runtime.db.execute(
        "DELETE FROM professional_kept_form WHERE professional_id = $1", agent_id
    )


async def purge_kept_forms(connection: Connection) -> None:
    """Delete expired forms."""
    await connection.execute(
        """
        DELETE FROM professional_kept_form
        WHERE created_at < now() - make_interval(mins => $1)
        """,
        KEPT_MINUTES,
    )
