"""Rate limits on an agent's passwords and codes, and their reset by a new password."""

from __future__ import annotations

from web.auth.login.attempt_limits import (
    FAILURES_BEFORE_RESET,
    FAILURES_SECONDS,
    QUARTER,
    AttemptLimits,
    reset_shared_failures,
)
from web.core.db.connection import Connection
from web.core.rate_limit import Limit
from web.core.runtime import Runtime

_IN_A_ROW = Limit("failures in a row per professional", FAILURES_BEFORE_RESET, FAILURES_SECONDS)
PASSWORD_TRIES = AttemptLimits(
    Limit("failed logins per professional", 10, QUARTER),
    _IN_A_ROW,
    Limit("failed logins of professionals per known device", 10, QUARTER),
)
CODE_TRIES = AttemptLimits(
    Limit("second factor codes per professional", 10, QUARTER),
    _IN_A_ROW,
    Limit("second factor codes per known device", 10, QUARTER),
)


async def forget_attempts(runtime: Runtime, connection: Connection, subject: bytes) -> None:
    """Reset the counts of failures: they were attempts on a password that was replaced."""
    await reset_shared_failures(runtime, connection, subject, PASSWORD_TRIES, CODE_TRIES)
