"""Mails that notify the titulaire of what was done with their account."""

from __future__ import annotations

from web.auth.kinds import SecurityEvent
from web.auth.service_acts import act_words
from web.auth.two_factor.mails import factor_words, no_code_words
from web.core.db.connection import Connection
from web.core.mail.kinds import notice
from web.core.mail.outgoing import Letter, Mail
from web.core.runtime import Runtime
from web.core.text import NBSP
from web.people.history.events import EventKind
from web.people.identity import ACCOUNT_IDENTITY

# Their subject is the event they report.
PASSWORD_CHANGED_MAIL = notice("password-changed")
NEW_DEVICE_MAIL = notice("new-device")
UNBLOCKED_MAIL = notice("unblocked")
SERVICE_ACT_MAIL = notice("service-act")
SECOND_FACTOR_MAIL = notice("second-factor")
NO_CODE_MAIL = notice("no-code")


async def compose_password_changed(
    runtime: Runtime, connection: Connection, mail: Mail
) -> Letter | None:
    """Compose the mail sent after « Modifier votre mot de passe » or « Mot de passe oublié »."""
    return await _event_letter(runtime, connection, mail)


async def compose_new_device(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail sent after a login from an unknown browser."""
    return await _event_letter(runtime, connection, mail)


async def compose_unblocked(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail sent after `account unblock`."""
    return await _event_letter(runtime, connection, mail)


async def compose_service_act(
    runtime: Runtime, connection: Connection, mail: Mail
) -> Letter | None:
    """Compose the mail sent after another act of the service, with its reason."""
    letter = await _event_letter(runtime, connection, mail)
    if letter is None:
        return None
    words = act_words(SecurityEvent(letter.context["event"]), "compte formation")
    return Letter(letter.template, {**letter.context, **words, "organisation": ""})


async def compose_second_factor(
    runtime: Runtime, connection: Connection, mail: Mail
) -> Letter | None:
    """Compose the mail sent after a change of the second factor, or the use of a recovery code."""
    letter = await _event_letter(runtime, connection, mail)
    if letter is None:
        return None
    event = SecurityEvent(letter.context["event"])
    setting = f"«{NBSP}Mes informations personnelles{NBSP}»"
    words = factor_words(event, "compte formation", letter.context["codes_left"], setting)
    return Letter(letter.template, {**letter.context, **words, "organisation": ""})


async def compose_no_code(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail sent after the first login of a day without a right code."""
    letter = await _event_letter(runtime, connection, mail)
    if letter is None:
        return None
    words = no_code_words(SecurityEvent(letter.context["event"]), "compte formation")
    return Letter(letter.template, {**letter.context, **words, "organisation": ""})


async def _event_letter(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Return the mail of an event; None once the account is closed: nothing is left to protect.

    Whoever opens another account with the same number must not get it.
    """
    row = await connection.fetchrow(
        """
        SELECT account.id, account.identity, event.kind, event.device, event.detail,
               event.occurred_at,
               (SELECT count(*) FROM recovery_code c
                WHERE c.login_id = account.id AND c.used_at IS NULL)::int AS codes_left
        FROM seen_event AS event JOIN account USING (person_id)
        WHERE event.id = $1
        """,
        mail.subject_id,
    )
    if row is None:
        return None
    identity = ACCOUNT_IDENTITY.open(runtime.vault, row["identity"], id=row["id"])
    context = {
        "first_name": identity.first_name,
        "device": row["device"],
        "event": row["kind"],
        "detail": row["detail"],
        "codes_left": row["codes_left"],
        "occurred_at": row["occurred_at"],
        "was_forgotten": row["kind"] == EventKind.PASSWORD_RESET,
    }
    return Letter(mail.kind, context)
