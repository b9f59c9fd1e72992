"""Change of personal information."""

from __future__ import annotations

from uuid import UUID

import structlog

from web.core.runtime import Runtime
from web.people.history.events import EventKind, record_event
from web.people.identity import ACCOUNT_IDENTITY, Identity
from web.profile.information import queries
from web.profile.service import lock_account

log = structlog.get_logger("profile")

# Names of the changed information in the history, which never has its values.
NAMES = {
    "first_name": "prénom",
    "usual_name": "nom d’usage",
    "landline": "téléphone fixe",
    "mobile": "téléphone portable",
    "address": "adresse postale",
}


async def save_profile(
    runtime: Runtime, account_id: UUID, wanted: Identity, device: str
) -> Identity:
    """Save the names, phones and postal address of `wanted`, and nothing else of it.

    Saving unchanged values records nothing. Raises AccountGoneError.
    """
    async with runtime.db.transaction() as connection:
        current = await lock_account(runtime, connection, account_id)
        changes = {
            name: getattr(wanted, name)
            for name in NAMES
            if getattr(wanted, name) != getattr(current.identity, name)
        }
        if not changes:
            return current.identity
        identity = Identity(**{**vars(current.identity), **changes})
        box = ACCOUNT_IDENTITY.seal(runtime.vault, identity, id=account_id)
        await queries.save_identity(connection, account_id, box)
        await record_event(
            connection,
            current.person_id,
            EventKind.PROFILE_CHANGED,
            device=device,
            detail=", ".join(NAMES[name] for name in changes),
        )
    log.info("profile saved", account=str(account_id))
    return identity
