"""Mails that notify an agent of changes to their account, whoever made them."""

from __future__ import annotations

from web.agents.queries import find_mail_event
from web.auth.kinds import SecurityEvent
from web.auth.service_acts import act_words
from web.auth.two_factor.mails import factor_words, no_code_words
from web.core.db.connection import Connection
from web.core.mail.kinds import notice
from web.core.mail.outgoing import Letter, Mail
from web.core.runtime import Runtime

# The subject of these mails is the event they announce.
PASSWORD_CHANGED_MAIL = notice("professional-password-changed")
SECOND_FACTOR_MAIL = notice("professional-second-factor")
NEW_DEVICE_MAIL = notice("professional-new-device")
UNBLOCKED_MAIL = notice("professional-unblocked")
SERVICE_ACT_MAIL = notice("professional-service-act")
NO_CODE_MAIL = notice("professional-no-code")


async def compose_event(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail of an event; None once the account is deleted."""
    event = await find_mail_event(connection, mail.subject_id)
    if event is None:
        return None
    words = {
        "organisation": event.organisation_name,
        "was_forgotten": event.kind is SecurityEvent.PASSWORD_RESET,
        "device": event.device,
        "detail": event.detail,
        "occurred_at": event.occurred_at,
    }
    account = f"compte d’agent de {event.organisation_name}"
    if mail.kind == NO_CODE_MAIL.name:
        texts = no_code_words(event.kind, account)
        return Letter("no-code", {**words, **texts, "first_name": ""})
    if mail.kind == SERVICE_ACT_MAIL.name:
        texts = act_words(event.kind, account)
        return Letter("service-act", {**words, **texts, "first_name": ""})
    if mail.kind != SECOND_FACTOR_MAIL.name:
        return Letter(mail.kind, words)
    setting = "« Compte et sécurité »"
    texts = factor_words(event.kind, account, event.codes_left, setting)
    return Letter("second-factor", {**words, **texts, "first_name": ""})
