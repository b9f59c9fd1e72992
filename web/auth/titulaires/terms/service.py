"""The acceptance of the terms by a titulaire who already has an account."""

from __future__ import annotations

import structlog

from web.auth.sessions.queries import lock_session
from web.auth.sessions.titulaire import Identified
from web.auth.titulaires.terms.queries import save_acceptance
from web.core.db.command import Command
from web.core.runtime import Runtime
from web.people.history.events import EventKind, record_event
from web.people.terms import OUTDATED, TERMS_VERSION

log = structlog.get_logger("login")


async def accept_terms(runtime: Runtime, titulaire: Identified, command: Command) -> None:
    """Record that the titulaire accepts the newest terms, in the account and in its history.

    Raises AlreadyDoneError, SessionOverError.
    """
    account_id = titulaire.account_id
    async with runtime.db.once(command) as connection:
        await lock_session(connection, account_id, titulaire.session_id)
        if not await save_acceptance(connection, account_id, TERMS_VERSION, OUTDATED):
            # Another page of this account accepted them meanwhile.
            return
        await record_event(
            connection,
            titulaire.person_id,
            EventKind.TERMS_ACCEPTED,
            device=command.device,
            detail=f"version {TERMS_VERSION}",
        )
    log.info("terms accepted", account=str(account_id), version=TERMS_VERSION)
