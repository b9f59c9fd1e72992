"""Login of titulaires.

A refused login is recorded under the NIR's digest; the worker or the next login matches it to a
person later, so that updating the history of a known person does not delay the answer.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from web.auth.login.attempt_limits import AttemptKey, reset_failures
from web.auth.login.service import NextStep, Opened, PasswordLogin
from web.auth.logins import LoginKind
from web.auth.mails import NEW_DEVICE_MAIL
from web.auth.password.credentials import PASSWORD_TRIES, Attempt
from web.auth.sessions.known_devices import Device, record_device_login
from web.core.db.connection import Connection
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.domain.nir import InvalidNir, parse_nir
from web.people.identity import ACCOUNT_IDENTITY, nir_digest
from web.signin import queries
from web.signin.queries import TitulaireCredentials


async def log_in(
    runtime: Runtime, identifier: str, password: str, attempt: Attempt
) -> Opened[TitulaireCredentials]:
    """Check the password of a NIR and open a session; see PasswordLogin.log_in."""
    digest = nir_digest(runtime.hasher, _nir_or_anything(identifier))

    async def find(connection: Connection, shown: Sequence[bytes]) -> TitulaireCredentials:
        return await queries.find_credentials(connection, digest, shown)

    return await LOGIN.log_in(runtime, digest, find, password, attempt)


async def _complete(
    runtime: Runtime,
    connection: Connection,
    found: TitulaireCredentials,
    device: Device,
    attempt_key: AttemptKey,
) -> None:
    assert found.login_id and found.person_id  # noqa: S101, PT018 - an account has both
    await reset_failures(runtime, connection, PASSWORD_TRIES, attempt_key)
    event_id = await queries.record_login(
        connection, found.person_id, attempt_key.subject, device.kind
    )
    known_by = attempt_key.device or device.offered
    if await record_device_login(connection, attempt_key.subject, known_by, device.kind):
        box = found.identity or b""
        identity = ACCOUNT_IDENTITY.open(runtime.vault, box, id=found.login_id)
        await enqueue_mail(
            runtime,
            connection,
            kind=NEW_DEVICE_MAIL,
            subject_id=event_id,
            recipient=identity.email,
        )


def _next_step(found: TitulaireCredentials) -> NextStep:
    return NextStep.NOTHING


def _nir_or_anything(identifier: str) -> str:
    # Anything but a NIR has no account, and takes the same path as a NIR without one.
    try:
        return parse_nir(identifier).value
    except InvalidNir:
        return unicodedata.normalize("NFKC", identifier)[:100]


LOGIN = PasswordLogin(
    LoginKind.TITULAIRE, PASSWORD_TRIES, _next_step, queries.note_refused, _complete
)
