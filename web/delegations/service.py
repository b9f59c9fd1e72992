"""Granting and revoking a délégation."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from uuid import UUID

import structlog

from web.auth.password.credentials import require_recent_password
from web.auth.sessions.queries import AccountGoneError, lock_session
from web.auth.sessions.titulaire import SignedIn
from web.auth.titulaires.kind import TITULAIRE
from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.mail.kinds import MailKind, notice
from web.core.mail.outgoing import Letter, Mail, enqueue_mail
from web.core.runtime import Runtime
from web.delegations import queries
from web.delegations.employer_jobs import announce_ends, announce_grant
from web.delegations.labels import period_label, scope_label
from web.delegations.records import Delegation, Visible
from web.delegations.visible_queries import find_visible
from web.domain.delegation import DelegationRequest
from web.domain.siret import shown_siret
from web.hours.balances import current_dif_end
from web.people.history.events import EventKind, record_event
from web.people.identity import ACCOUNT_IDENTITY
from web.people.queries import lock_person

log = structlog.get_logger("delegations")

# Each grant sends a mail.
MOST_A_DAY = 20
# The subject of these mails is a délégation.
GRANTED_MAIL = notice("delegation-granted", per_hour=10, per_day=20)
REVOKED_MAIL = notice("delegation-revoked", per_hour=10, per_day=20)


class TooManyGrantsError(Exception):
    """The daily limit of grants is reached."""


class OverlapError(Exception):
    """The same employer has délégations, `others`, that share a day with the new one."""

    def __init__(self, others: tuple[Delegation, ...]) -> None:
        super().__init__("overlap")
        self.others = others


class Outcome(enum.Enum):
    """The outcome of a revocation."""

    REVOKED = "revoked"
    OVER = "over"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Preview:
    """The effect of granting: the data the employer would see, and the délégations replaced."""

    visible: Visible
    replaced: tuple[Delegation, ...]


async def get_preview(runtime: Runtime, person_id: UUID, wish: DelegationRequest) -> Preview:
    """Return the effect of granting, storing nothing. Raises OverlapError, TooManyGrantsError."""
    async with runtime.db.connection() as connection:
        replaced = await _admitted(connection, person_id, wish)
        visible = await find_visible(connection, person_id, current_dif_end(runtime))
        return Preview(visible, replaced)


async def grant(
    runtime: Runtime,
    signed_in: SignedIn,
    wish: DelegationRequest,
    password: str,
    command: Command,
) -> None:
    """Grant a délégation, and revoke those it replaces.

    `password` is needed unless the session's is recent. Raises AlreadyDoneError,
    WrongPasswordError, OverlapError, TooManyGrantsError, SessionOverError, AccountGoneError,
    TooManyAttemptsError, HashingOverloadedError.
    """
    await require_recent_password(runtime, TITULAIRE, signed_in, password, command)
    delegation_id = runtime.randomness.uuid()
    async with runtime.db.once(command) as connection:
        await lock_session(connection, signed_in.account_id, signed_in.session_id)
        await lock_person(connection, signed_in.person_id)
        for replaced in await _admitted(connection, signed_in.person_id, wish):
            await _revoke(runtime, connection, signed_in, replaced, command.device)
        added = await queries.add_delegation(
            connection,
            delegation_id=delegation_id,
            account_id=signed_in.account_id,
            siret=wish.siret,
            employer_name=wish.employer_name,
            scope=wish.scope,
            period=wish.period,
        )
        if not added:
            raise AccountGoneError
        await _record(
            connection, signed_in, EventKind.DELEGATION_GRANTED, wish.siret, command.device
        )
        await _tell(runtime, connection, signed_in, GRANTED_MAIL, delegation_id)
        await announce_grant(connection, delegation_id)
    log.info("delegation granted", scope=wish.scope.value)


async def revoke(
    runtime: Runtime, signed_in: SignedIn, delegation_id: UUID, device: str
) -> Outcome:
    """Revoke a délégation at once; idempotent.

    The person's lock serialises this with an employer's request: either the request finishes
    first, or it finds no délégation.
    """
    async with runtime.db.transaction() as connection:
        await lock_person(connection, signed_in.person_id)
        found = await queries.find_delegation(connection, signed_in.person_id, delegation_id)
        if found is None:
            return Outcome.UNKNOWN
        if found.revoked_at is not None:
            return Outcome.REVOKED
        if not await _revoke(runtime, connection, signed_in, found, device):
            return Outcome.OVER
    log.info("delegation revoked")
    return Outcome.REVOKED


async def compose_letter(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail of a grant or revocation; None once the account is closed."""
    found = await queries.find_addressee(connection, mail.subject_id)
    if found is None:
        return None
    identity = ACCOUNT_IDENTITY.open(runtime.vault, found.identity, id=found.account_id)
    words = {
        "first_name": identity.first_name,
        "delegation": found.delegation,
        "scope_words": scope_label(found.delegation.scope),
        "period_words": period_label(found.delegation.period),
    }
    return Letter(mail.kind, words)


async def _admitted(
    connection: Connection, person_id: UUID, wish: DelegationRequest
) -> tuple[Delegation, ...]:
    """Return the délégations to replace. Raises OverlapError, TooManyGrantsError."""
    standing = await queries.find_grant_context(connection, person_id, wish.siret, wish.period)
    if standing.granted_lately >= MOST_A_DAY:
        raise TooManyGrantsError
    if standing.overlapping and not wish.replaces:
        raise OverlapError(standing.overlapping)
    return standing.overlapping


async def _revoke(
    runtime: Runtime,
    connection: Connection,
    signed_in: SignedIn,
    delegation: Delegation,
    device: str,
) -> bool:
    if not await queries.revoke_delegation(connection, signed_in.person_id, delegation.id):
        return False
    await _record(connection, signed_in, EventKind.DELEGATION_REVOKED, delegation.siret, device)
    await _tell(runtime, connection, signed_in, REVOKED_MAIL, delegation.id)
    await announce_ends(connection, [delegation.id])
    return True


async def _record(
    connection: Connection, signed_in: SignedIn, kind: EventKind, siret: str, device: str
) -> None:
    # The SIRET, not the name: a sole trader's is personal data, which the history must not hold.
    detail = f"SIRET\u00a0{shown_siret(siret)}"
    await record_event(connection, signed_in.person_id, kind, device=device, detail=detail)


async def _tell(
    runtime: Runtime,
    connection: Connection,
    signed_in: SignedIn,
    kind: MailKind,
    delegation_id: UUID,
) -> None:
    await enqueue_mail(
        runtime,
        connection,
        kind=kind,
        subject_id=delegation_id,
        recipient=signed_in.identity.email,
    )
