"""Change of password and end of sessions, from the personal space."""

from __future__ import annotations

from uuid import UUID

import structlog

from web.accounts.credentials import PasswordChange, confirm_password, replace_password
from web.accounts.history import EventKind
from web.accounts.identity import nir_digest
from web.accounts.known_devices import Device, forget_devices
from web.accounts.sessions import SignedIn, move_session
from web.core.idempotency import Command
from web.core.runtime import Runtime
from web.domain.password_policy import normalise
from web.security import queries

log = structlog.get_logger("security")


async def change_password(
    runtime: Runtime,
    signed_in: SignedIn,
    passwords: tuple[str, str],
    device: Device,
    command: Command,
) -> None:
    """Replace the current password by a new one that already follows the rules.

    `passwords` are the current one and the new one. Other sessions end, this one continues under a
    new token. Raises AlreadyDoneError, WrongPasswordError, TooManyAttemptsError,
    HashingOverloadedError.
    """
    current, new = passwords
    await confirm_password(runtime, signed_in, current, command)
    hashed = await runtime.passwords.hash(normalise(new))
    rotation = command.rotation
    async with runtime.db.once(command) as connection:
        change = PasswordChange(
            signed_in.account_id,
            signed_in.person_id,
            signed_in.identity,
            hashed,
            EventKind.PASSWORD_CHANGED,
            device.kind,
            keep=rotation.earlier,
            keep_devices=device.shown,
        )
        await replace_password(runtime, connection, change)
        await move_session(connection, rotation.earlier, rotation.newer)
    log.info("password changed", account=str(signed_in.account_id))


async def end_session(runtime: Runtime, signed_in: SignedIn, session_id: UUID, device: str) -> None:
    """End a session of this account; do nothing if it is over or another account's."""
    await queries.end_session(runtime.db, signed_in.account_id, session_id, device)


async def end_other_sessions(
    runtime: Runtime, signed_in: SignedIn, token_digest: bytes, device: Device
) -> None:
    """End all sessions but this one, and delete all other known browsers."""
    subject = nir_digest(runtime.hasher, signed_in.identity.nir)
    async with runtime.db.transaction() as connection:
        await forget_devices(connection, subject, keep=device.shown)
        await queries.end_other_sessions(
            connection, signed_in.account_id, token_digest, device.kind
        )
