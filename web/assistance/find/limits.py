"""The limits that an account has reached, and until when."""

from __future__ import annotations

from collections.abc import Iterator

from web.assistance.accounts import LockedAccount
from web.assistance.find import queries
from web.auth.login.attempt_limits import AttemptLimits
from web.core.db.connection import Connection
from web.core.rate_limit import Limit
from web.core.runtime import Runtime
from web.filters import french_moment
from web.profile.email_change.service import CHANGES_PER_ACCOUNT

EVERYWHERE, KNOWN = "depuis les navigateurs inconnus", "depuis un navigateur connu"


async def list_reached_limits(
    runtime: Runtime, connection: Connection, account: LockedAccount
) -> list[str]:
    """Return a French line for each limit reached."""
    subject = account.subject(runtime)
    devices = await queries.list_devices(connection, subject)
    labels: dict[bytes, str] = {}
    most: list[int] = []
    for limit, counted, label in _limits(account, subject, devices):
        labels[runtime.limits.bucket_of(limit, counted)] = label
        most.append(limit.hits)
    reached = await queries.list_reached(connection, list(labels), most)
    return [f"{labels[one.bucket]}, jusqu’au {french_moment(one.until)}" for one in reached]


def _limits(
    account: LockedAccount, subject: bytes, devices: list[bytes]
) -> Iterator[tuple[Limit, str, str]]:
    """Yield each limit, the text under which it is counted, and its label."""
    kind = account.kind
    tries: tuple[tuple[str, AttemptLimits], ...] = (
        ("mots de passe refusés", kind.password_tries),
        ("codes de connexion refusés", kind.code_tries),
        ("codes de secours refusés", kind.recovery_tries),
    )
    for label, limits in tries:
        for limit in limits.shared:
            yield limit, subject.hex(), f"{label} {EVERYWHERE}"
        for device in devices:
            for limit in limits.on_device:
                yield limit, device.hex(), f"{label} {KNOWN}"
    yield CHANGES_PER_ACCOUNT, str(account.id), "changements d’adresse demandés"
