"""The password of an account: compared, replaced, and what ends with the one before."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.accounts.history import Actor, EventKind, record_event
from web.accounts.identity import Identity, nir_digest
from web.accounts.security_mails import PASSWORD_CHANGED_MAIL
from web.accounts.sessions import SignedIn
from web.core.db import Connection
from web.core.idempotency import find_outcome
from web.core.mail import enqueue_mail
from web.core.rate_limit import Limit
from web.core.runtime import Runtime
from web.domain.password_policy import LONGEST_PASSWORD, normalise

# ASVS 6.3.1: past this many failures in a row, the password alone no longer opens the account;
# a new one, by e-mailed link, does. Nobody can lock an owner out for good.
FAILURES_BEFORE_RESET = 100
# Whoever they are for, from one network address: schools and town halls share one.
FAILURES_PER_ADDRESS = Limit("failed logins per address", 300, 900)
CONFIRMATIONS_PER_ACCOUNT = Limit("current passwords per account", 10, 900)


@dataclass(frozen=True)
class Attempt:
    """Where a login comes from, on what kind of device, and the digest of its session's token."""

    address: str
    device: str
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
    """What is known of a NIR; without an account only `failures` is."""

    account_id: UUID | None
    person_id: UUID | None
    identity: bytes | None
    password_hash: str | None
    failures: int

    @property
    def usable_hash(self) -> str | None:
        """What a password is compared to; None when no password opens this account."""
        return None if self.failures >= FAILURES_BEFORE_RESET else self.password_hash


async def find_credentials(connection: Connection, digest: bytes) -> Credentials:
    """The account of a NIR, if any, and its wrong passwords in a row."""
    row = await connection.fetchrow(
        """
        SELECT account.id AS account_id, account.person_id, account.identity,
               account.password_hash, coalesce(failures, 0) AS failures
        FROM (SELECT $1::bytea AS digest) AS asked
        LEFT JOIN person ON person.nir_digest = digest
        LEFT JOIN account ON account.person_id = person.id
        LEFT JOIN login_failure ON login_failure.nir_digest = digest
        """,
        digest,
    )
    assert row is not None  # noqa: S101 - the first table of the join has its row
    return Credentials(**row)


async def forget_failures(connection: Connection, digest: bytes) -> None:
    """The owner is back."""
    await connection.execute("DELETE FROM login_failure WHERE nir_digest = $1", digest)


async def password_fits(runtime: Runtime, usable_hash: str | None, password: str) -> bool:
    """Whether it is the password hashed; the same work when there is nothing to compare to.

    Raises HashingOverloadedError.
    """
    typed = normalise(password)
    return await runtime.passwords.verify(usable_hash, typed) and len(typed) <= LONGEST_PASSWORD


async def upgraded_hash(runtime: Runtime, password_hash: str, password: str) -> str | None:
    """The password that fitted, hashed anew, when its hash was made with weaker parameters.

    Raises HashingOverloadedError.
    """
    if not runtime.passwords.is_outdated(password_hash):
        return None
    return await runtime.passwords.hash(normalise(password))


async def confirm_password(
    runtime: Runtime, signed_in: SignedIn, password: str, device: str, request_digest: bytes
) -> None:
    """Compare with the current password, before something that a session alone must not do.

    A wrong one counts among the account's failures and goes into its history, unless an earlier
    copy of the same request, carried out meanwhile, is what changed it: the caller finds that copy
    by its own claim. Raises WrongPasswordError, TooManyAttemptsError, HashingOverloadedError.
    """
    hits = await runtime.limits.hit((CONFIRMATIONS_PER_ACCOUNT, str(signed_in.account_id)))
    digest = nir_digest(runtime.hasher, signed_in.identity.nir)
    async with runtime.db.connection() as connection:
        found = await find_credentials(connection, digest)
    if not await password_fits(runtime, found.usable_hash, password):
        async with runtime.db.transaction() as connection:
            is_repeated = await find_outcome(connection, request_digest) is not None
            if not is_repeated:
                await _count_failure(connection, digest)
                await record_event(
                    connection, signed_in.person_id, EventKind.PASSWORD_REFUSED, device=device
                )
        if not is_repeated:
            raise WrongPasswordError
    await runtime.limits.give_back(hits)


@dataclass(frozen=True)
class PasswordChange:
    """A new password (hashed), how it was chosen, by whom and where.

    `keep` is the session that goes on.
    """

    account_id: UUID
    person_id: UUID
    identity: Identity
    password_hash: str
    kind: EventKind
    device: str
    actor: Actor = Actor.TITULAIRE
    keep: bytes | None = None


async def replace_password(
    runtime: Runtime, connection: Connection, change: PasswordChange
) -> None:
    """Put the new password, and end what the old one opened; to be called in a transaction.

    Sessions, links that would let choose another one, an e-mail change that waits for its link
    (who asked for it knew the old password), and the count of failures. The account is written
    first: a login that compared with the old password waits, then finds it gone.
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
    await forget_failures(connection, digest)
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
    """Links that let choose another password, sent or not yet, open nothing any more.

    The account must be held already: a request that is being answered is then found here.
    """
    await connection.execute(
        """
        UPDATE password_reset SET ended_as = $2 WHERE nir_digest = $1 AND ended_as IS NULL
        """,
        nir_digest,
        ended_as,
    )


async def _count_failure(connection: Connection, digest: bytes) -> None:
    await connection.execute(
        """
        INSERT INTO login_failure (nir_digest, failures) VALUES ($1, 1)
        ON CONFLICT (nir_digest) DO UPDATE
        SET failures = login_failure.failures + 1, last_at = now()
        """,
        digest,
    )
