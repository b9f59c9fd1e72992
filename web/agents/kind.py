"""Agents, as a kind of account."""

from __future__ import annotations

from web.agents.mails import (
    NEW_DEVICE_MAIL,
    NO_CODE_MAIL,
    PASSWORD_CHANGED_MAIL,
    SECOND_FACTOR_MAIL,
    SERVICE_ACT_MAIL,
    UNBLOCKED_MAIL,
)
from web.agents.queries import has_typed_code, record_event, record_login
from web.auth.kinds import FACTOR_CHANGES, AccountKind, SecurityEvent
from web.auth.login.attempt_limits import (
    FAILURES_BEFORE_RESET,
    FAILURES_SECONDS,
    IN_A_ROW_PER_DEVICE,
    QUARTER,
    AttemptLimits,
    ConsecutiveLimits,
)
from web.auth.logins import LoginKind
from web.auth.service_acts import TOLD_ACTS
from web.auth.two_factor.rules import CODES_IN_A_ROW_PER_DEVICE, REFUSED_CODES, REFUSED_SECONDS
from web.core.rate_limit import Limit

PASSWORD_TRIES = ConsecutiveLimits(
    Limit("failed logins per professional", 10, QUARTER),
    Limit("failed logins of professionals per known device", 10, QUARTER),
    Limit("failures in a row per professional", FAILURES_BEFORE_RESET, FAILURES_SECONDS),
    IN_A_ROW_PER_DEVICE,
)
CODE_TRIES = ConsecutiveLimits(
    Limit("second factor codes per professional", 10, QUARTER),
    Limit("second factor codes per known device", 10, QUARTER),
    Limit("refused codes in a row per professional", REFUSED_CODES, REFUSED_SECONDS),
    CODES_IN_A_ROW_PER_DEVICE,
)
RECOVERY_TRIES = AttemptLimits(
    Limit("recovery codes per professional", 10, QUARTER),
    Limit("recovery codes of professionals per known device", 10, QUARTER),
)
MAILS = {
    SecurityEvent.LOGIN: NEW_DEVICE_MAIL,
    SecurityEvent.PASSWORD_CHANGED: PASSWORD_CHANGED_MAIL,
    SecurityEvent.PASSWORD_RESET: PASSWORD_CHANGED_MAIL,
    **dict.fromkeys(FACTOR_CHANGES, SECOND_FACTOR_MAIL),
    SecurityEvent.SECOND_FACTOR_REFUSED: NO_CODE_MAIL,
    SecurityEvent.SECOND_FACTOR_MISSING: NO_CODE_MAIL,
    SecurityEvent.UNBLOCKED: UNBLOCKED_MAIL,
    **dict.fromkeys(TOLD_ACTS, SERVICE_ACT_MAIL),
}
AGENT = AccountKind(
    LoginKind.AGENT,
    PASSWORD_TRIES,
    CODE_TRIES,
    RECOVERY_TRIES,
    record_event,
    record_login,
    MAILS,
    has_typed_code,
)
