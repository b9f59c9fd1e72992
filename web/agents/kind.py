"""Agents, as a kind of account."""

from __future__ import annotations

from web.agents.mails import (
    NEW_DEVICE_MAIL,
    PASSWORD_CHANGED_MAIL,
    SECOND_FACTOR_MAIL,
    UNBLOCKED_MAIL,
)
from web.agents.queries import record_event
from web.auth.kinds import FACTOR_CHANGES, AccountKind, SecurityEvent
from web.auth.login.attempt_limits import (
    FAILURES_BEFORE_RESET,
    FAILURES_SECONDS,
    QUARTER,
    AttemptLimits,
)
from web.auth.logins import LoginKind
from web.core.rate_limit import Limit

PASSWORD_TRIES = AttemptLimits(
    Limit("failed logins per professional", 10, QUARTER),
    Limit("failures in a row per professional", FAILURES_BEFORE_RESET, FAILURES_SECONDS),
    Limit("failed logins of professionals per known device", 10, QUARTER),
)
CODE_TRIES = AttemptLimits(
    Limit("second factor codes per professional", 10, QUARTER),
    PASSWORD_TRIES.in_a_row,
    Limit("second factor codes per known device", 10, QUARTER),
)
MAILS = {
    SecurityEvent.LOGIN: NEW_DEVICE_MAIL,
    SecurityEvent.PASSWORD_CHANGED: PASSWORD_CHANGED_MAIL,
    SecurityEvent.PASSWORD_RESET: PASSWORD_CHANGED_MAIL,
    **dict.fromkeys(FACTOR_CHANGES, SECOND_FACTOR_MAIL),
    SecurityEvent.UNBLOCKED: UNBLOCKED_MAIL,
}
AGENT = AccountKind(
    LoginKind.AGENT,
    PASSWORD_TRIES,
    CODE_TRIES,
    record_event,
    MAILS,
)
