"""Change of password, logout and end of sessions, for both kinds of account."""

from __future__ import annotations

import structlog

from web.auth.kinds import Account, AccountKind, AnyAccount, SecurityEvent
from web.auth.logins import lock_login
from web.auth.password.credentials import confirm_password
from web.auth.password.service import NewPassword, replace_password
from web.auth.sessions.known_devices import Device, forget_devices
from web.auth.sessions.login_queries import move_session
from web.auth.sessions.queries import end_other_sessions, end_session_at_logout, lock_session
from web.core.db.command import Command
from web.core.runtime import Runtime
from web.domain.passwords.policy import normalise

log = structlog.get_logger("security")


async def change_password(
    runtime: Runtime,
    kind: AccountKind[AnyAccount],
    account: AnyAccount,
    passwords: tuple[str, str],
    device: Device,
    command: Command,
) -> None:
    """Replace the current password by a new one that already follows the rules.

    `passwords` are the current one and the new one. Other sessions end, this one continues under a
    new token. Raises AlreadyDoneError, WrongPasswordError, SessionOverError, TooManyAttemptsError,
    HashingOverloadedError.
    """
    current, new = passwords
    await confirm_password(runtime, kind, account, current, command)
    hashed = await runtime.passwords.hash(normalise(new))
    async with runtime.db.once(command) as connection:
        await lock_session(connection, account.login_id, account.session_id)
        change = NewPassword(
            SecurityEvent.PASSWORD_CHANGED,
            hashed,
            device.kind,
            keep=command.rotation.earlier,
            keep_devices=device.shown,
        )
        await replace_password(runtime, connection, kind, account, change)
        await move_session(connection, account.login_id, command.rotation)
    log.info("password changed", kind=kind.name.value, account=str(account.login_id))


async def log_out(runtime: Runtime, digests: tuple[bytes, bytes], device: str, event: str) -> None:
    """End this browser's session, and log `event`.

    `digests` are that of its token, and the one under which a form sent too late finds it.
    """
    await end_session_at_logout(runtime.db, *digests, device)
    log.info(event)


async def end_others(
    runtime: Runtime, account: Account, token_digest: bytes, device: Device
) -> None:
    """End all sessions but this one, and forget all other known browsers."""
    async with runtime.db.transaction() as connection:
        await lock_login(connection, account.login_id)
        await forget_devices(connection, account.subject(runtime.hasher), keep=device.shown)
        await end_other_sessions(connection, account.login_id, token_digest, device.kind)
