"""All transitions of a dossier from one status to another, for every kind of author.

One transaction, under the person's lock: the rule of web.domain.dossier, the hours in the ledger,
the lock of the DIF balance, the timeline, the history and the mail to the person are written
together or not at all. Concurrent decisions are serialised; an author who acted on an older
revision gets the dossier's current state.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import structlog

from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.domain.dossier import Event, Facts, Transition, apply
from web.domain.submission import submission_problems
from web.dossiers.access import Author, IncompleteError, check_seen, lock_dossier
from web.dossiers.decisions import ledger, queries
from web.dossiers.mails import enqueue_step_mail
from web.dossiers.reasons import seal_reason
from web.dossiers.records import Dossier
from web.dossiers.rules import planned
from web.dossiers.timeline import record_step
from web.hours.balances import Balances, current_dif_end
from web.hours.queries import find_balances
from web.people.history.events import EventKind, record_event

log = structlog.get_logger("dossiers")

# web.dossiers.drafts.service changes drafts.
NOT_HERE = frozenset({Event.CREATE, Event.EDIT, Event.DELETE})


async def carry_out(
    runtime: Runtime,
    dossier_id: UUID,
    event: Event,
    author: Author,
    *,
    seen_revision: int,
    command: Command,
    facts: Facts | None = None,
) -> None:
    """Submit, send back, validate, refuse, complete, abandon or cancel, once.

    `seen_revision` is that of the dossier the author was shown. Of `facts`, give `reason` (read by
    the person; needed to send back and to refuse, else optional), `followed` (hours, to abandon;
    the caller's form keeps it within the duration), `attestation_seen` (to validate) and
    `consent_at` (any time, if the titulaire gave consent); whether DIF is declared or has ended,
    and whether its attestation is awaited, is read here, and the database dates the consent.

    Raises AlreadyDoneError, DossierGoneError (no such dossier, none this author may reach, or no
    longer allowed), ChangedMeanwhileError (with the current state), IncompleteError (with all that
    a draft lacks), and the DossierError of web.domain.dossier that says why the event cannot
    happen.
    """
    if event in NOT_HERE:
        raise ValueError(f"{event.value} is no decision")
    async with runtime.db.once(command) as connection:
        dossier = await lock_dossier(connection, dossier_id, author)
        await check_seen(connection, dossier, author, seen_revision)
        balances = await find_balances(connection, dossier.person_id, current_dif_end(runtime))
        facts = await _complete_facts(connection, dossier, event, facts or Facts(), balances)
        transition = apply(dossier.status, event, author.actor, facts)
        if event is Event.SUBMIT:
            _check_complete(dossier)
        await _write(runtime, connection, dossier, event, author, facts, balances, transition)
    log.info("dossier moved", dossier=str(dossier_id), step=event.value)


async def _complete_facts(
    connection: Connection, dossier: Dossier, event: Event, facts: Facts, balances: Balances
) -> Facts:
    """Complete the caller's facts with those read from the database."""
    consent_at = await queries.now(connection) if facts.consent_at else None
    uses_dif = planned(balances, dossier.contents.duration or 0).dif > 0
    awaits_attestation = (
        event is Event.VALIDATE
        and uses_dif
        and not await queries.was_attestation_seen(connection, dossier.person_id)
    )
    return replace(
        facts,
        dif_declared=not balances.awaits_dif,
        consent_at=consent_at,
        awaits_attestation=awaits_attestation,
    )


def _check_complete(dossier: Dossier) -> None:
    problems = submission_problems(dossier.contents)
    if problems:
        raise IncompleteError(problems)


async def _write(
    runtime: Runtime,
    connection: Connection,
    dossier: Dossier,
    event: Event,
    author: Author,
    facts: Facts,
    balances: Balances,
    transition: Transition,
) -> None:
    assert transition.status is not None  # noqa: S101 - only a deletion has none
    revision = await queries.set_status(
        connection,
        dossier.id,
        transition.status,
        transition.closing,
        facts.consent_at if event is Event.SUBMIT else None,
    )
    followed = facts.followed if event is Event.ABANDON else None
    await ledger.move(connection, dossier, transition.hours, balances, followed)
    if transition.locks_dif:
        await queries.insert_dif_lock(connection, dossier.person_id, dossier.number)
    if facts.awaits_attestation:
        await _record_attestation(connection, dossier, author)
    event_id = await record_step(
        connection,
        event,
        author,
        person_id=dossier.person_id,
        number=dossier.number,
        dossier_id=dossier.id,
        revision=revision,
        reason=seal_reason(runtime.vault, facts.reason.strip(), dossier.id, revision),
        followed=followed,
    )
    await enqueue_step_mail(runtime, connection, event, author, event_id)


async def _record_attestation(connection: Connection, dossier: Dossier, author: Author) -> None:
    """Record that the organisme has seen the attestation: no other organisme asks for it again."""
    await queries.insert_attestation(connection, dossier.person_id, author.name, dossier.number)
    await record_event(
        connection,
        dossier.person_id,
        EventKind.DOSSIER_ATTESTATION_SEEN,
        device=author.device,
        actor=author.recorded_as,
        actor_name=author.name,
        detail=dossier.number,
    )
