"""`account block` and `account unblock`: whether an account can be logged in to.

Blocking concerns the login alone. It ends the sessions and voids the links that choose a password;
nothing is deleted, hours are still credited, and the délégations of a titulaire go on: an employer
still sees what the titulaire granted. Whoever knows the password is told that the account is
blocked; a wrong password is refused as for any account.
"""

from __future__ import annotations

from web.assistance.accounts import (
    UNKNOWN,
    LockedAccount,
    list_accounts,
    lock_account,
    parse_identifier,
)
from web.assistance.command import Asked, checked_kind, checked_reason
from web.auth.kinds import SecurityEvent
from web.auth.login.attempt_limits import reset_device_failures, reset_shared_failures
from web.auth.logins import block_login, unblock_login
from web.auth.reset.links import LinkState
from web.auth.reset.queries import void_links
from web.auth.sessions.queries import revoke_sessions
from web.core.cli.operator_command import NotDoneError, carry_out
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.core.text import NBSP
from web.settings import Settings


async def block(
    runtime: Runtime, connection: Connection, account: LockedAccount, reason: str
) -> str:
    """Block a locked account, and end its sessions and its links. Raises NotDoneError."""
    if not await block_login(connection, account.id):
        raise NotDoneError(f"{account.label} est déjà bloqué{NBSP}: rien n’a été fait.")
    await revoke_sessions(connection, account.id)
    subject, state = account.subject(runtime), LinkState.ACCOUNT_BLOCKED
    await void_links(connection, account.kind.name, subject, account.id, state)
    await account.notify(runtime, connection, SecurityEvent.ACCOUNT_BLOCKED, reason)
    return (
        f"{account.label} est bloqué{NBSP}: ses sessions sont fermées et ses liens ne fonctionnent "
        "plus. Un courriel l’annonce à la personne, avec le motif."
    )


async def run_unblock(settings: Settings, asked: Asked) -> int:
    """Unblock the accounts that the identifier names, one of each kind; return the exit status."""

    async def act(runtime: Runtime) -> str:
        return "\n".join(await unblock(runtime, asked))

    return await carry_out(settings, act)


async def unblock(runtime: Runtime, asked: Asked) -> list[str]:
    """Unblock accounts and reset their failed logins; return a sentence for each.

    Raises NotDoneError.
    """
    reason, kind = checked_reason(asked.reason), checked_kind(asked.kind)
    identifier = parse_identifier(asked.identifier)
    done = []
    async with runtime.db.transaction() as connection:
        for found in await list_accounts(runtime, connection, identifier):
            if kind not in (None, found.kind):
                continue
            account = await lock_account(runtime, connection, found.id, found.kind)
            if account is not None:
                done.append(await _unblock(runtime, connection, account, reason))
    if not done:
        raise NotDoneError(UNKNOWN)
    return done


async def _unblock(
    runtime: Runtime, connection: Connection, account: LockedAccount, reason: str
) -> str:
    subject, tries = account.subject(runtime), account.kind.tries
    await reset_shared_failures(runtime, connection, subject, *tries)
    await reset_device_failures(runtime, connection, subject, *tries)
    if await unblock_login(connection, account.id):
        await account.notify(runtime, connection, SecurityEvent.ACCOUNT_UNBLOCKED, reason)
        what = "est débloqué, et ses essais de mot de passe sont remis à zéro"
    else:
        await account.notify(runtime, connection, SecurityEvent.UNBLOCKED, reason)
        what = f"n’était pas bloqué{NBSP}: ses essais de mot de passe sont remis à zéro"
    return f"{account.label} {what}. Un courriel l’annonce à la personne."
