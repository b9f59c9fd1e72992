"""The replacement of a password, for both kinds of account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from web.auth.kinds import AccountKind, AnyOwner, SecurityEvent
from web.auth.login.attempt_limits import reset_shared_failures
from web.auth.logins import set_password
from web.auth.reset.links import LinkState
from web.auth.reset.queries import void_links
from web.auth.sessions.known_devices import forget_devices
from web.auth.sessions.queries import revoke_sessions
from web.core.db.connection import Connection
from web.core.runtime import Runtime


@dataclass(frozen=True)
class NewPassword:
    """A new password, hashed, with the event that set it and the kind of device it came from.

    `keep` is the token digest of the session that continues, `keep_devices` the digests of its
    browser's device tokens.
    """

    event: SecurityEvent
    password_hash: str
    device: str
    keep: bytes | None = None
    keep_devices: Sequence[bytes] = ()


async def replace_password(
    runtime: Runtime,
    connection: Connection,
    kind: AccountKind[AnyOwner],
    owner: AnyOwner,
    new: NewPassword,
) -> None:
    """Save the new password and revoke what the old one gave access to; call it in a transaction.

    Sessions, password links and known browsers are revoked, and the password's failure counters
    reset. The second factor's are kept: anyone with access to the mailbox could otherwise guess
    codes for ever. The row of the login is written first: a login that has verified the old
    password waits, then finds it changed. No mail announces a first password: its owner has just
    chosen it.
    """
    subject = owner.subject(runtime.hasher)
    await set_password(connection, owner.login_id, new.password_hash)
    await revoke_sessions(connection, owner.login_id, new.keep)
    await void_links(connection, kind.name, subject, owner.login_id, LinkState.PASSWORD_CHANGED)
    await forget_devices(connection, subject, keep=new.keep_devices)
    await reset_shared_failures(runtime, connection, subject, kind.password_tries)
    if new.event is SecurityEvent.PASSWORD_CHOSEN:
        await kind.record(connection, owner, new.event, new.device)
    else:
        await kind.notify(runtime, connection, owner, new.event, new.device)
