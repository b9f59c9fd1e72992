"""Drafts of dossiers: created, saved and deleted by the titulaire or an authorised employer.

Each function is one transaction under the person's lock, carried out once per command.

The `Author` is one of web.dossiers.access. A draft may be incomplete, but its values are well
formed: the form validates them. The caller takes the title of a formation of the catalogue from
the catalogue (web.dossiers.drafts.formations).
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import structlog

from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.domain.dossier import Actor, Event, Facts, apply
from web.domain.submission import Draft
from web.dossiers.access import (
    Author,
    DossierGoneError,
    UnknownOrganismeError,
    check_seen,
    check_still_allowed,
    lock_dossier,
)
from web.dossiers.drafts import queries
from web.dossiers.drafts.pace import check_pace
from web.dossiers.drafts.rules import new_number
from web.dossiers.mails import enqueue_step_mail
from web.dossiers.timeline import record_history, record_step
from web.hours.balances import current_dif_end
from web.hours.queries import find_balances
from web.people.queries import lock_person

log = structlog.get_logger("dossiers")

# Enough: the odds of drawing a taken number this many times in a row are nil.
MOST_DRAWS = 20


async def create_draft(
    runtime: Runtime,
    dossier_id: UUID,
    person_id: UUID,
    contents: Draft,
    author: Author,
    *,
    command: Command,
) -> None:
    """Create a draft for this person.

    An employer's draft is never confidential, and the titulaire gets a mail about it. Raises
    AlreadyDoneError, NotAllowedError, DifNotDeclaredError, UnknownOrganismeError,
    TooMuchTodayError, DossierGoneError (the délégation has ended).
    """
    if author.person_id != person_id:
        raise DossierGoneError
    async with runtime.db.once(command) as connection:
        await lock_person(connection, person_id)
        await check_still_allowed(connection, author)
        balances = await find_balances(connection, person_id, current_dif_end(runtime))
        facts = Facts(dif_declared=not balances.awaits_dif)
        apply(None, Event.CREATE, author.actor, facts)
        await _check_organisme(connection, contents)
        if author.actor is not Actor.TITULAIRE:
            contents = replace(contents, confidential=False)
        number = await _add(runtime, connection, dossier_id, person_id, contents)
        await check_pace(connection, Event.CREATE, author, person_id)
        event_id = await record_step(
            connection,
            Event.CREATE,
            author,
            person_id=person_id,
            number=number,
            dossier_id=dossier_id,
            revision=0,
        )
        await enqueue_step_mail(runtime, connection, Event.CREATE, author, event_id)
    log.info("draft created", dossier=str(dossier_id))


async def save_draft(
    runtime: Runtime,
    dossier_id: UUID,
    contents: Draft,
    author: Author,
    *,
    seen_revision: int,
    command: Command,
) -> None:
    """Replace the contents of a draft; saving the same changes nothing.

    An employer cannot change `confidential`. Raises AlreadyDoneError, DossierGoneError,
    ChangedMeanwhileError, NotAllowedError, ImpossibleTransitionError, UnknownOrganismeError,
    TooMuchTodayError.
    """
    async with runtime.db.once(command) as connection:
        dossier = await lock_dossier(connection, dossier_id, author)
        await check_seen(connection, dossier, author, seen_revision)
        apply(dossier.status, Event.EDIT, author.actor, Facts())
        if author.actor is not Actor.TITULAIRE:
            contents = replace(contents, confidential=dossier.contents.confidential)
        if contents == dossier.contents:
            return
        await _check_organisme(connection, contents)
        await check_pace(connection, Event.EDIT, author, dossier.person_id)
        await record_step(
            connection,
            Event.EDIT,
            author,
            person_id=dossier.person_id,
            number=dossier.number,
            dossier_id=dossier_id,
            revision=await queries.save_contents(connection, dossier_id, contents),
        )
    log.info("draft saved", dossier=str(dossier_id))


async def delete_draft(
    runtime: Runtime,
    dossier_id: UUID,
    author: Author,
    *,
    seen_revision: int,
    command: Command,
) -> None:
    """Delete a draft; the history keeps its number.

    Raises AlreadyDoneError, DossierGoneError, ChangedMeanwhileError, NotAllowedError,
    ImpossibleTransitionError.
    """
    async with runtime.db.once(command) as connection:
        dossier = await lock_dossier(connection, dossier_id, author)
        await check_seen(connection, dossier, author, seen_revision)
        apply(dossier.status, Event.DELETE, author.actor, Facts())
        await queries.delete_dossier(connection, dossier_id)
        await record_history(connection, Event.DELETE, author, dossier.person_id, dossier.number)
    log.info("draft deleted", dossier=str(dossier_id))


async def _add(
    runtime: Runtime, connection: Connection, dossier_id: UUID, person_id: UUID, contents: Draft
) -> str:
    """Insert the draft under a number not in use; return the number."""
    for _ in range(MOST_DRAWS):
        number = new_number(runtime.randomness, runtime.clock.today())
        if await queries.add_dossier(connection, dossier_id, person_id, number, contents):
            return number
    raise RuntimeError("no number is free")


async def _check_organisme(connection: Connection, contents: Draft) -> None:
    chosen = contents.organisme
    if chosen and not await queries.is_organisme(connection, UUID(chosen)):
        raise UnknownOrganismeError
