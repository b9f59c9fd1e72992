"""Titulaires, as a kind of account."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from web.auth.guard import (
    arrival,
    login_step,
    redirect_to_step,
    set_layout,
    titulaire_if_any,
    titulaires_only,
)
from web.auth.kinds import AccountKind, PasswordEvent, PasswordKind
from web.auth.login.attempt_limits import AttemptKey
from web.auth.logins import LoginKind
from web.auth.mails import PASSWORD_CHANGED_MAIL
from web.auth.password.credentials import CODE_TRIES, PASSWORD_TRIES, confirm_password
from web.auth.password.queries import cancel_email_change
from web.auth.sessions.known_devices import Device
from web.auth.sessions.titulaire import SignedIn, Titulaire, TitulaireSession, find_signed_in
from web.auth.titulaires.login import complete_login
from web.auth.titulaires.second_factor import tell_factor
from web.auth.two_factor.pages import LoginSteps
from web.auth.two_factor.rules import FactorEvent
from web.core.db.connection import Connection
from web.core.http.request import Request
from web.core.runtime import Runtime
from web.people.history import Actor, EventKind, TooManyEventsError, record_event


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


async def _complete(
    runtime: Runtime,
    connection: Connection,
    titulaire: TitulaireSession,
    device: Device,
    attempt_key: AttemptKey,
) -> None:
    person_id, email = titulaire.person_id, titulaire.email
    await complete_login(runtime, connection, person_id, email, device, attempt_key)


async def _tell(
    runtime: Runtime,
    connection: Connection,
    titulaire: TitulaireSession,
    event: FactorEvent,
    device: str,
) -> None:
    await tell_factor(runtime, connection, titulaire.person_id, titulaire.email, event, device)


async def _note_refused(connection: Connection, titulaire: TitulaireSession, device: str) -> None:
    """Record the code in the history: whoever typed it knows the password."""
    # Past the daily limit of events the code is still refused.
    with suppress(TooManyEventsError):
        await record_event(
            connection,
            titulaire.person_id,
            EventKind.SECOND_FACTOR_REFUSED,
            device=device,
            actor=Actor.UNKNOWN,
        )


def _set_complete_layout(request: Request, titulaire: TitulaireSession) -> None:
    assert isinstance(titulaire, SignedIn)  # noqa: S101 - a complete session has one
    set_layout(request, titulaire)


def _arrival(request: Request, titulaire: TitulaireSession) -> str:
    return arrival(request)


PASSWORDS = PasswordKind(
    LoginKind.TITULAIRE, (PASSWORD_TRIES, CODE_TRIES), _record, PASSWORD_CHANGED_MAIL
)
TITULAIRE: AccountKind[TitulaireSession] = AccountKind(
    password=PASSWORDS,
    admit=titulaires_only,
    confirm=confirm_password,
    find=find_signed_in,
    code_tries=CODE_TRIES,
    complete=_complete,
    tell=_tell,
    note_refused=_note_refused,
)
TITULAIRE_STEPS = LoginSteps(
    find=titulaire_if_any,
    complete=_set_complete_layout,
    redirect=redirect_to_step,
    step=login_step,
    arrival=_arrival,
)
