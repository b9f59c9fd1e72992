"""Login of titulaires.

A refused login is recorded under the NIR's digest; the worker or the next login matches it to a
person later, so that updating the history of a known person does not delay the answer.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from web.auth.login.attempt_limits import AttemptKey
from web.auth.login.service import NextStep, Opened, PasswordLogin
from web.auth.logins import LoginKind
from web.auth.password.credentials import PASSWORD_TRIES, Attempt
from web.auth.sessions.known_devices import Device
from web.auth.titulaires import queries
from web.auth.titulaires.login import complete_login
from web.auth.titulaires.queries import TitulaireCredentials
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.domain.nir import InvalidNir, parse_nir
from web.people.identity import ACCOUNT_IDENTITY, nir_digest


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
    assert found.login_id and found.person_id and found.identity  # noqa: S101, PT018 - it has all
    identity = ACCOUNT_IDENTITY.open(runtime.vault, found.identity, id=found.login_id)
    await complete_login(runtime, connection, found.person_id, identity.email, device, attempt_key)


def _next_step(found: TitulaireCredentials) -> NextStep:
    return NextStep.CODE if found.has_second_factor else NextStep.NOTHING


def _nir_or_anything(identifier: str) -> str:
    # Anything but a NIR has no account, and takes the same path as a NIR without one.
    try:
        return parse_nir(identifier).value
    except InvalidNir:
        return unicodedata.normalize("NFKC", identifier)[:100]


LOGIN = PasswordLogin(
    LoginKind.TITULAIRE, PASSWORD_TRIES, _next_step, queries.note_refused, _complete
)
