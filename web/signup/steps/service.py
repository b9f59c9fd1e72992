"""The four steps of registration: their checks and what they save."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from uuid import UUID

from web.auth.password.views import forbidden_words
from web.captcha.service import Verdict, check, count_attempt
from web.core.crypto.sealed_column import Codec, SealedColumn
from web.core.crypto.tokens import new_token, token_hash
from web.core.db.connection import Connection
from web.core.mail.kinds import awaited
from web.core.mail.outgoing import enqueue_mail
from web.core.rate_limit import DAY, HOUR, Limit
from web.core.runtime import Runtime
from web.domain.email_addresses import mailbox_of
from web.domain.passwords.policy import normalise
from web.people.identity import IDENTITY, Identity, email_digest, nir_digest
from web.people.terms import TERMS_VERSION
from web.signup.steps import queries
from web.signup.steps.queries import Registration

# Counted in the same way for known and unknown people. Schools and town halls share one address.
SUBMISSIONS_PER_ADDRESS = Limit("registrations per address", 200, HOUR)
# Per network, so that nobody elsewhere can keep the owner of a NIR from registering.
SUBMISSIONS_PER_NIR = Limit("registrations per NIR and network", 5, DAY)
# Mails one network may have sent to one mailbox: below the limit per mailbox (web.core.mail.kinds),
# so that nobody alone can exhaust the quota of its owner.
LINKS_PER_HOUR = Limit("links per mailbox and network, hour", 5, HOUR)
LINKS_PER_DAY = Limit("links per mailbox and network, day", 10, DAY)

# Generous, as it precedes the security check: a registration started costs only a row.
STARTED_PER_BROWSER = Limit("registrations started per browser", 20, HOUR)
STARTED_PER_ADDRESS = Limit("registrations started per address", 400, HOUR)

ACTIVATION_MAIL = awaited("activation")
DRAFT: SealedColumn[dict[str, str]] = SealedColumn(
    "registration", "draft", "registration:{id}.draft", Codec(json.dumps, json.loads)
)
REGISTRATION_IDENTITY = SealedColumn(
    "registration", "identity", "registration:{id}.identity", IDENTITY
)


class JourneyEndedError(Exception):
    """The registration expired, was submitted or was abandoned in the meantime."""


class CaptchaRefusedError(Exception):
    """The security check was not passed; nothing else is lost."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict


def counted_start(
    runtime: Runtime, browser: bytes, address: str
) -> AbstractAsyncContextManager[object]:
    """Count the registration that the block starts. Raises TooManyAttemptsError.

    `browser` is the digest of the token that the browser had before.
    """
    per_browser, per_address = (STARTED_PER_BROWSER, browser.hex()), (STARTED_PER_ADDRESS, address)
    return runtime.limits.counted(per_browser, per_address, retries=False)


async def accept_terms(runtime: Runtime, browser: bytes, previous_browser: bytes | None) -> None:
    """Start a registration (first step), or record the acceptance again.

    `previous_browser` is the digest under which the browser has a registration to leave.
    """
    registration_id = runtime.randomness.uuid()
    async with runtime.db.transaction() as connection:
        if previous_browser is not None:
            detached_digest = token_hash(new_token(runtime.randomness))
            await queries.leave_registration(connection, previous_browser, detached_digest)
        await queries.start_registration(connection, registration_id, browser, TERMS_VERSION)


async def abandon(runtime: Runtime, browser: bytes) -> None:
    """Delete an open registration and all that was typed."""
    async with runtime.db.transaction() as connection:
        await queries.forget_registration(connection, browser)


def typed_identity(runtime: Runtime, registration: Registration) -> dict[str, str]:
    """Return what was typed at the second step, valid or not."""
    if registration.draft is None:
        return {}
    return DRAFT.open(runtime.vault, registration.draft, id=registration.id)


async def keep_typed(
    runtime: Runtime, registration: Registration, typed: Mapping[str, str]
) -> None:
    """Save the fields as typed, although they are not valid yet."""
    async with runtime.db.transaction() as connection:
        box = DRAFT.seal(runtime.vault, dict(typed), id=registration.id)
        await queries.save_draft(connection, registration.id, box)


async def submit_identity(
    runtime: Runtime,
    registration: Registration,
    identity: Identity,
    typed: Mapping[str, str],
    captcha: tuple[str, str],
    address: str,
) -> None:
    """Pass the security check, once, then save the identity (second step).

    `captcha` is the challenge's token and the answer. Raises CaptchaRefusedError,
    JourneyEndedError, TooManyAnswersError.
    """
    if registration.captcha_passed_at is None:
        await count_attempt(runtime, captcha[0], registration.browser_digest, address)
    verdict = Verdict.PASSED
    async with runtime.db.transaction() as connection:
        current = await _open_registration(connection, registration.id)
        # Another copy of this request may have passed it while we waited for the row.
        if current.captcha_passed_at is None:
            verdict = await check(runtime, connection, *captcha, current.browser_digest)
        draft = DRAFT.seal(runtime.vault, dict(typed), id=current.id)
        if verdict is Verdict.PASSED:
            await queries.save_identity(
                connection,
                current.id,
                draft=draft,
                identity=REGISTRATION_IDENTITY.seal(runtime.vault, identity, id=current.id),
                nir_digest=nir_digest(runtime.hasher, identity.nir),
                email_digest=email_digest(runtime.hasher, identity.email),
                keep_password=_password_still_fits(runtime, current, identity),
            )
        else:
            await queries.save_draft(connection, current.id, draft)
    if verdict is not Verdict.PASSED:
        raise CaptchaRefusedError(verdict)


def identity_of(runtime: Runtime, registration: Registration) -> Identity:
    """Return the identity from the second step. Raises JourneyEndedError."""
    if registration.identity is None:
        raise JourneyEndedError
    return REGISTRATION_IDENTITY.open(runtime.vault, registration.identity, id=registration.id)


async def set_password(runtime: Runtime, registration: Registration, password: str) -> None:
    """Save a password that follows the rules (third step).

    Raises JourneyEndedError, HashingOverloadedError, TooManyAttemptsError.
    """
    hashed = await runtime.passwords.hash(normalise(password))
    async with runtime.db.transaction() as connection:
        await _open_registration(connection, registration.id)
        await queries.save_password(connection, registration.id, hashed)


async def submit(runtime: Runtime, registration: Registration, address: str) -> None:
    """Submit the registration (fourth step) and enqueue its mail; idempotent.

    The statements are the same whether the person has an account or not: the worker decides on the
    recipient and the text of the mail. Raises TooManyAttemptsError, JourneyEndedError.
    """
    identity = identity_of(runtime, registration)
    limits = (
        (SUBMISSIONS_PER_ADDRESS, address),
        (SUBMISSIONS_PER_NIR, f"{identity.nir} {address}"),
        *links_asked(identity.email, address),
    )
    async with (
        runtime.limits.counted(*limits, unless=(JourneyEndedError,)) as hits,
        runtime.db.transaction() as connection,
    ):
        current = await queries.lock_registration(connection, registration.id)
        if current is None or current.is_expired:
            raise JourneyEndedError
        if not current.is_submitted:
            await _mark_submitted(runtime, connection, current)
    if current.is_submitted:
        await runtime.limits.give_back(hits)


def links_asked(email: str, address: str) -> tuple[tuple[Limit, str], ...]:
    """Return the limits on links requested from one network address for one mailbox."""
    subject = f"{mailbox_of(email)} {address}"
    return (LINKS_PER_HOUR, subject), (LINKS_PER_DAY, subject)


async def _mark_submitted(runtime: Runtime, connection: Connection, current: Registration) -> None:
    if current.identity is None or current.password_hash is None:
        raise JourneyEndedError
    await queries.mark_submitted(connection, current.id)
    await enqueue_mail(
        runtime,
        connection,
        kind=ACTIVATION_MAIL,
        subject_id=current.id,
        recipient=identity_of(runtime, current).email,
    )


async def _open_registration(connection: Connection, registration_id: UUID) -> Registration:
    current = await queries.lock_registration(connection, registration_id)
    if current is None or current.is_expired or current.is_submitted:
        raise JourneyEndedError
    return current


def _password_still_fits(runtime: Runtime, current: Registration, identity: Identity) -> bool:
    """Return whether the words that the password must not contain are unchanged."""
    if current.identity is None:
        return False
    return forbidden_words(identity_of(runtime, current)) == forbidden_words(identity)
