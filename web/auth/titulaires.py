"""Titulaires, as a kind of account."""

from __future__ import annotations

from web.auth.guard import titulaires_only
from web.auth.kinds import AccountKind, NewPassword
from web.auth.logins import LoginKind
from web.auth.password.credentials import PasswordChange, confirm_password, replace_password
from web.auth.sessions.titulaire import SignedIn
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.people.history import EventKind


async def _replace(
    runtime: Runtime, connection: Connection, signed_in: SignedIn, new: NewPassword
) -> None:
    change = PasswordChange(
        signed_in.account_id,
        signed_in.person_id,
        signed_in.identity,
        new.password_hash,
        EventKind.PASSWORD_CHANGED,
        new.device.kind,
        keep=new.keep,
        keep_devices=new.device.shown,
    )
    await replace_password(runtime, connection, change)


TITULAIRE = AccountKind(LoginKind.TITULAIRE, titulaires_only, confirm_password, _replace)
