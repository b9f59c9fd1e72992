"""The password of an account: compared, replaced, and what ends with the one before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from web.accounts.history import Actor, EventKind, record_event
from web.accounts.identity import Identity, nir_digest
from web.accounts.known_devices import Device, forget_devices
from web.accounts.security_mails import PASSWORD_CHANGED_MAIL
from web.accounts.sessions import SignedIn
from web.accounts.tries import (
    FAILURES_BEFORE_RESET,
    FAILURES_SECONDS,
    QUARTER,
    Tries,
    count_confirmation,
    forget_all_tries,
)
from web.core.db import Connection
from web.core.idempotency import find_outcome
from web.core.mail import enqueue_mail
from web.core.rate_limit import Limit
from web.core.runtime import Runtime
from web.domain.password_policy import LONGEST_PASSWORD, normalise

PASSWORD_TRIES = Tries(
    Limit("failed logins per NIR", 10, QUARTER),
    Limit("failures in a row per NIR", FAILURES_BEFORE_RESET, FAILURES_SECONDS),
    Limit("failed logins per known device", 10, QUARTER),
)


@dataclass(frozen=True)
class Attempt:
    """From which network address and browser a login comes, and its session.

    `token_digest` is that of the token made for the session.
    """

    address: str
    device: Device
    token_digest: bytes


class RefusedLoginError(Exception):
    """Identifier and password do not fit together; nothing says which."""


class ChangedSinceError(RefusedLoginError):
    """The account is no longer as it was when the password was compared.

    It has another password, a stronger hash of the same one, or a second factor now: a second look
    tells.
    """


class WrongPasswordError(Exception):
    """The current password asked for is not the one typed."""


@dataclass(frozen=True)
class Credentials:
    """An account as a login finds it by its NIR; all fields are None without one.

    `known_by` is the digest of the device token by which the account knows the browser, if it does.
    """

    account_id: UUID | None
    person_id: UUID | None
    identity: bytes | None
    password_hash: str | None
    known_by: bytes | None


async def find_credentials(
    connection: Connection, digest: bytes, shown: Sequence[bytes]
) -> Credentials:
    """The account of a NIR, if any, and whether it knows one of the device tokens shown."""
    row = await connection.fetchrow(
        """
        SELECT account.id AS account_id, account.person_id, account.identity,
               account.password_hash, known.token_digest AS known_by
        FROM (SELECT $1::bytea AS digest) AS asked
        LEFT JOIN person ON person.nir_digest = digest
        LEFT JOIN account ON account.person_id = person.id
        LEFT JOIN LATERAL (
            SELECT token_digest FROM known_device
            WHERE token_digest = ANY ($2) AND subject_digest = digest
            ORDER BY last_used_at DESC LIMIT 1
        ) AS known ON true
        """,
        digest,
        list(shown),
    )
    assert row is not None  # noqa: S101 - the first table of the join has its row
    return Credentials(**row)


async def password_fits(runtime: Runtime, password_hash: str | None, password: str) -> bool:
    """Whether it is the password hashed; the same work when there is nothing to compare to.

    Raises HashingOverloadedError.
    """
    typed = normalise(password)
    return await runtime.passwords.verify(password_hash, typed) and len(typed) <= LONGEST_PASSWORD


async def upgraded_hash(runtime: Runtime, password_hash: str, password: str) -> str | None:
    """The password that fitted, hashed again, when its hash was made with weaker parameters.

    Raises HashingOverloadedError.
    """
    if not runtime.passwords.is_outdated(password_hash):
        return None
    return await runtime.passwords.hash(normalise(password))


async def confirm_in_session(
    runtime: Runtime,
    session_id: UUID,
    password: str,
    request_digest: bytes,
    find_hash: Callable[[Connection], Awaitable[str | None]],
    note_refused: Callable[[Connection], Awaitable[object]] | None = None,
) -> None:
    """Compare with the current password, before something that a session alone must not do.

    The tries of this session are the only ones that count: nobody spends them from elsewhere. A
    wrong password is noted, unless an earlier copy of the same request, carried out meanwhile, is
    what changed it: the caller finds that copy by its own claim. Raises WrongPasswordError,
    TooManyAttemptsError, HashingOverloadedError.
    """
    hits = await count_confirmation(runtime, session_id)
    async with runtime.db.connection() as connection:
        password_hash = await find_hash(connection)
    if not await password_fits(runtime, password_hash, password):
        async with runtime.db.transaction() as connection:
            is_repeated = await find_outcome(connection, request_digest) is not None
            if not is_repeated and note_refused is not None:
                await note_refused(connection)
        if not is_repeated:
            raise WrongPasswordError
    await runtime.limits.give_back(hits)


async def confirm_password(
    runtime: Runtime, signed_in: SignedIn, password: str, device: str, request_digest: bytes
) -> None:
    """Compare with the titulaire's password; a wrong one goes into the history.

    Raises WrongPasswordError, TooManyAttemptsError, HashingOverloadedError.
    """

    async def find_hash(connection: Connection) -> str | None:
        found: str | None = await connection.fetchval(
            "SELECT password_hash FROM account WHERE id = $1", signed_in.account_id
        )
        return found

    async def note_refused(connection: Connection) -> object:
        # Nobody knows whether it was the titulaire who sat there.
        return await record_event(
            connection,
            signed_in.person_id,
            EventKind.PASSWORD_REFUSED,
            device=device,
            actor=Actor.UNKNOWN,
        )

    await confirm_in_session(
        runtime, signed_in.session_id, password, request_digest, find_hash, note_refused
    )


@dataclass(frozen=True)
class PasswordChange:
    """A new password (hashed), how it was chosen, by whom and where.

    `keep` is the session that goes on, `keep_devices` the digests of its browser's device tokens.
    """

    account_id: UUID
    person_id: UUID
    identity: Identity
    password_hash: str
    kind: EventKind
    device: str
    actor: Actor = Actor.TITULAIRE
    keep: bytes | None = None
    keep_devices: Sequence[bytes] = ()


async def replace_password(
    runtime: Runtime, connection: Connection, change: PasswordChange
) -> None:
    """Put the new password, and end what the old one opened; to be called in a transaction.

    Sessions, links to choose another one, an e-mail change that waits for its link
    (who asked for it knew the old password), the browsers that the account knows, and the count of
    failures: they were tries at a password that is gone. The account is written first: a login
    that compared with the old password waits, then finds it gone.
    """
    digest = nir_digest(runtime.hasher, change.identity.nir)
    await connection.execute(
        "UPDATE account SET password_hash = $2 WHERE id = $1",
        change.account_id,
        change.password_hash,
    )
    await connection.execute(
        "DELETE FROM session WHERE account_id = $1 AND token_digest IS DISTINCT FROM $2",
        change.account_id,
        change.keep,
    )
    await end_reset_requests(connection, digest, "password changed")
    await forget_devices(connection, digest, keep=change.keep_devices)
    await forget_all_tries(runtime, connection, digest, PASSWORD_TRIES)
    tag = await connection.execute(
        "DELETE FROM email_change WHERE account_id = $1 AND expires_at > now()", change.account_id
    )
    event_id = await record_event(
        connection, change.person_id, change.kind, device=change.device, actor=change.actor
    )
    if not tag.endswith(" 0"):
        await record_event(
            connection, change.person_id, EventKind.EMAIL_CHANGE_CANCELLED, actor=Actor.SERVICE
        )
    await enqueue_mail(
        runtime,
        connection,
        kind=PASSWORD_CHANGED_MAIL,
        subject_id=event_id,
        recipient=change.identity.email,
    )


async def end_reset_requests(connection: Connection, nir_digest: bytes, ended_as: str) -> None:
    """End the links to choose another password, sent or not yet: they no longer work.

    The account must be held already: a request that is being answered is then found here.
    """
    await connection.execute(
        """
        UPDATE password_reset SET ended_as = $2 WHERE nir_digest = $1 AND ended_as IS NULL
        """,
        nir_digest,
        ended_as,
    )
