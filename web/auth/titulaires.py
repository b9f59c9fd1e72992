"""Titulaires, as a kind of account."""

from __future__ import annotations

from uuid import UUID

from web.auth.guard import titulaires_only
from web.auth.kinds import AccountKind, PasswordEvent, PasswordKind
from web.auth.logins import LoginKind
from web.auth.mails import PASSWORD_CHANGED_MAIL
from web.auth.password.credentials import PASSWORD_TRIES, confirm_password
from web.auth.password.queries import cancel_email_change
from web.auth.sessions.titulaire import SignedIn, Titulaire
from web.core.db.connection import Connection
from web.people.history import Actor, EventKind, record_event


async def _record(
    connection: Connection, titulaire: Titulaire, event: PasswordEvent, device: str
) -> UUID:
    """Record the event; a pending e-mail change ends: who asked for it knew the old password."""
    is_cancelled = await cancel_email_change(connection, titulaire.account_id)
    event_id = await record_event(
        connection,
        titulaire.person_id,
        EventKind(event.value),
        device=device,
        # A link alone is enough to reset a password: nobody verified the old one.
        actor=Actor.UNKNOWN if event is PasswordEvent.RESET else Actor.TITULAIRE,
    )
    if is_cancelled:
        await record_event(
            connection, titulaire.person_id, EventKind.EMAIL_CHANGE_CANCELLED, actor=Actor.SERVICE
        )
    return event_id


PASSWORDS = PasswordKind(LoginKind.TITULAIRE, (PASSWORD_TRIES,), _record, PASSWORD_CHANGED_MAIL)
TITULAIRE: AccountKind[SignedIn] = AccountKind(PASSWORDS, titulaires_only, confirm_password)
