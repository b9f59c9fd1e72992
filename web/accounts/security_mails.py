"""Mails that tell the titulaire what was done with their account, whoever did it."""

from __future__ import annotations

from web.accounts.history import EventKind
from web.accounts.identity import open_identity
from web.core.db import Connection
from web.core.mail import Letter, Mail
from web.core.mail_kinds import notice
from web.core.runtime import Runtime

# Their subject is the event they tell about.
PASSWORD_CHANGED_MAIL = notice("password-changed")
NEW_DEVICE_MAIL = notice("new-device")
UNBLOCKED_MAIL = notice("unblocked")


async def compose_password_changed(
    runtime: Runtime, connection: Connection, mail: Mail
) -> Letter | None:
    """After « Modifier votre mot de passe » or « Mot de passe oublié »."""
    return await _tell_event(runtime, connection, mail)


async def compose_new_device(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """After a login from a browser that the account does not know."""
    return await _tell_event(runtime, connection, mail)


async def compose_unblocked(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """After `account unblock`."""
    return await _tell_event(runtime, connection, mail)


async def _tell_event(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """None once the account is closed: there is nothing left to protect.

    Nor to tell someone who opens another one with the same number.
    """
    row = await connection.fetchrow(
        """
        SELECT account.id, account.identity, event.kind, event.device, event.detail,
               event.occurred_at
        FROM seen_event AS event JOIN account USING (person_id)
        WHERE event.id = $1
        """,
        mail.subject_id,
    )
    if row is None:
        return None
    identity = open_identity(runtime.vault, row["identity"], f"account:{row['id']}")
    words = {
        "first_name": identity.first_name,
        "device": row["device"],
        "detail": row["detail"],
        "occurred_at": row["occurred_at"],
        "was_forgotten": row["kind"] == EventKind.PASSWORD_RESET,
    }
    return Letter(mail.kind, words)
