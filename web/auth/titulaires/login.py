"""A complete login of a titulaire, recorded and notified."""

from __future__ import annotations

from uuid import UUID

from web.auth.login.attempt_limits import AttemptKey, reset_failures
from web.auth.mails import NEW_DEVICE_MAIL
from web.auth.password.credentials import PASSWORD_TRIES
from web.auth.sessions.known_devices import Device, record_device_login
from web.auth.titulaires.login_queries import record_login
from web.core.db.connection import Connection
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime


async def complete_login(
    runtime: Runtime,
    connection: Connection,
    person_id: UUID,
    email: str,
    device: Device,
    attempt_key: AttemptKey,
) -> None:
    """Record the login: reset the failures, notify the titulaire of an unknown browser.

    Raises TooManyLoginsError.
    """
    await reset_failures(runtime, connection, PASSWORD_TRIES, attempt_key)
    event_id = await record_login(connection, person_id, attempt_key.subject, device.kind)
    known_by = attempt_key.device or device.offered
    if await record_device_login(connection, attempt_key.subject, known_by, device.kind):
        await enqueue_mail(
            runtime, connection, kind=NEW_DEVICE_MAIL, subject_id=event_id, recipient=email
        )
