"""How often an agent's password and codes may be tried; what a new password wipes out."""

from __future__ import annotations

from web.accounts.tries import (
    FAILURES_BEFORE_RESET,
    FAILURES_SECONDS,
    QUARTER,
    Tries,
    forget_all_tries,
)
from web.core.db import Connection
from web.core.rate_limit import Limit
from web.core.runtime import Runtime

_IN_A_ROW = Limit("failures in a row per professional", FAILURES_BEFORE_RESET, FAILURES_SECONDS)
PASSWORD_TRIES = Tries(
    Limit("failed logins per professional", 10, QUARTER),
    _IN_A_ROW,
    Limit("failed logins of professionals per known device", 10, QUARTER),
)
CODE_TRIES = Tries(
    Limit("second factor codes per professional", 10, QUARTER),
    _IN_A_ROW,
    Limit("second factor codes per known device", 10, QUARTER),
)
# A key proposed to a session, and the code that shows it was taken over: nothing to guess.
SET_UP_CODES = Limit("codes of a new second factor per session", 10, QUARTER)


async def forget_attempts(runtime: Runtime, connection: Connection, subject: bytes) -> None:
    """Failures no longer count: they were tries at a password that is gone."""
    await forget_all_tries(runtime, connection, subject, PASSWORD_TRIES, CODE_TRIES)
