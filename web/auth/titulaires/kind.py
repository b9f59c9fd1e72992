"""Titulaires, as a kind of account."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

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
from web.auth.service_acts import SERVICE_ACTS, TOLD_ACTS
from web.auth.sessions.titulaire import Titulaire
from web.auth.titulaires.login_queries import record_login
from web.auth.titulaires.mails import (
    NEW_DEVICE_MAIL,
    NO_CODE_MAIL,
    PASSWORD_CHANGED_MAIL,
    SECOND_FACTOR_MAIL,
    SERVICE_ACT_MAIL,
    UNBLOCKED_MAIL,
)
from web.auth.titulaires.queries import cancel_email_change, has_typed_code
from web.auth.two_factor.rules import CODES_IN_A_ROW_PER_DEVICE, REFUSED_CODES, REFUSED_SECONDS
from web.core.db.connection import Connection
from web.core.rate_limit import Limit
from web.people.history.events import Actor, EventKind, record_event

PASSWORD_TRIES = ConsecutiveLimits(
    Limit("failed logins per NIR", 10, QUARTER),
    Limit("failed logins per known device", 10, QUARTER),
    Limit("failures in a row per NIR", FAILURES_BEFORE_RESET, FAILURES_SECONDS),
    IN_A_ROW_PER_DEVICE,
)
CODE_TRIES = ConsecutiveLimits(
    Limit("second factor codes per NIR", 10, QUARTER),
    Limit("second factor codes of titulaires per known device", 10, QUARTER),
    Limit("refused codes in a row per NIR", REFUSED_CODES, REFUSED_SECONDS),
    CODES_IN_A_ROW_PER_DEVICE,
)
RECOVERY_TRIES = AttemptLimits(
    Limit("recovery codes per NIR", 10, QUARTER),
    Limit("recovery codes of titulaires per known device", 10, QUARTER),
)
# A new password ends a pending e-mail change: who asked for it knew the old password.
# The same goes for an account that the service blocks.
ENDS_EMAIL_CHANGE = (
    SecurityEvent.PASSWORD_CHANGED,
    SecurityEvent.PASSWORD_RESET,
    SecurityEvent.ACCOUNT_BLOCKED,
)
# Events that are not known to be the titulaire's own.
ACTORS = {
    SecurityEvent.PASSWORD_REFUSED: Actor.UNKNOWN,
    SecurityEvent.SECOND_FACTOR_REFUSED: Actor.UNKNOWN,
    SecurityEvent.SECOND_FACTOR_MISSING: Actor.UNKNOWN,
    # A link alone is enough to reset a password: nobody verified the old one.
    SecurityEvent.PASSWORD_RESET: Actor.UNKNOWN,
    SecurityEvent.SECOND_FACTOR_RESET: Actor.SERVICE,
    SecurityEvent.UNBLOCKED: Actor.SERVICE,
    **dict.fromkeys(SERVICE_ACTS, Actor.SERVICE),
    # A mailed link is enough for it.
    SecurityEvent.EMAIL_CHANGE_REFUSED: Actor.UNKNOWN,
}


async def _record(
    connection: Connection,
    owner: Titulaire,
    event: SecurityEvent,
    device: str,
    occurred_at: datetime | None = None,
    detail: str = "",
) -> UUID:
    person_id = owner.person_id
    is_cancelled = event in ENDS_EMAIL_CHANGE and await cancel_email_change(
        connection, owner.account_id
    )
    actor = ACTORS.get(event, Actor.TITULAIRE)
    event_id = await record_event(
        connection,
        person_id,
        EventKind(event.value),
        device=device,
        actor=actor,
        detail=detail,
        occurred_at=occurred_at,
    )
    if is_cancelled:
        cancelled = EventKind.EMAIL_CHANGE_CANCELLED
        await record_event(connection, person_id, cancelled, actor=Actor.SERVICE)
    return event_id


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
TITULAIRE = AccountKind(
    LoginKind.TITULAIRE,
    PASSWORD_TRIES,
    CODE_TRIES,
    RECOVERY_TRIES,
    _record,
    record_login,
    MAILS,
    has_typed_code,
)
