"""How often an agent's password and codes may be tried; what a new password wipes out."""

from __future__ import annotations

from uuid import UUID

from web.core.db import Connection
from web.core.rate_limit import Limit
from web.core.runtime import Runtime
from web.domain.email_addresses import folded_email

FAILURES_PER_EMAIL = Limit("failed logins per professional", 10, 900)
CODES_PER_AGENT = Limit("second factor codes per professional", 10, 900)


async def forget_attempts(
    runtime: Runtime, connection: Connection, agent_id: UUID, email: str
) -> None:
    """Recent failures no longer count: they were tries at a password that is gone."""
    await runtime.limits.forget(
        connection, (FAILURES_PER_EMAIL, folded_email(email)), (CODES_PER_AGENT, str(agent_id))
    )
