"""Concurrent acts on one dossier, or on the hours it uses: one wins, the other gets an error.

Each test locks the person, lets one request wait for the lock and then the other, and releases it:
the first to wait wins. Both orders are tried.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.support.db.idempotency import new_command
from tests.support.db.rows import column
from tests.support.http.client import Client
from tests.support.programs.processes import until
from tests.support.training.dossiers import (
    AGREED,
    SEEN,
    agent_of,
    complete,
    draft,
    find,
    step,
    submitted,
    validated,
)
from web.core.runtime import Runtime
from web.domain.dossier import ClosingReason, Event, Facts, Status
from web.domain.submission import Draft
from web.dossiers.access import Author, ChangedMeanwhileError
from web.dossiers.decisions.service import carry_out
from web.dossiers.drafts.service import save_draft
from web.dossiers.records import Hours
from web.hours.service import DifLockedError, declare_dif

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
RESERVED = "SELECT coalesce(sum(reserved), 0)::int FROM movement"
FIRST_FIRST = pytest.mark.parametrize("order", [(0, 1), (1, 0)])
Act = Callable[[], Coroutine[Any, Any, Any]]


@asynccontextmanager
async def person_locked(runtime: Runtime) -> AsyncIterator[asyncpg.Connection]:
    """Lock the only person, as any use of their hours does."""
    connection = await asyncpg.connect(runtime.settings.database_url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT 1 FROM person FOR NO KEY UPDATE")
            yield connection
    finally:
        await connection.close()


async def at_once(runtime: Runtime, acts: Sequence[Act], order: Sequence[int]) -> list[Any]:
    """The result or error of each act, as given; they queue for the lock in `order`."""
    tasks: dict[int, asyncio.Task[Any]] = {}
    async with person_locked(runtime) as holder:
        for place, number in enumerate(order, 1):
            tasks[number] = asyncio.create_task(acts[number]())

            async def all_wait(wanted: int = place) -> bool:
                return bool(await holder.fetchval(WAITING) >= wanted)

            await until(all_wait, f"{place} waiting")
    outcomes = await asyncio.gather(*tasks.values(), return_exceptions=True)
    return [dict(zip(tasks, outcomes, strict=True))[number] for number in range(len(acts))]


def deciding(
    runtime: Runtime,
    dossier_id: UUID,
    event: Event,
    author: Author,
    seen: int,
    facts: Facts | None = None,
) -> Act:
    """A decision on the dossier at this revision."""

    async def act() -> None:
        await carry_out(
            runtime,
            dossier_id,
            event,
            author,
            facts=facts or SEEN,
            seen_revision=seen,
            command=new_command(),
        )

    return act


def assert_one_wins(outcomes: list[Any], order: Sequence[int]) -> ChangedMeanwhileError:
    """Check that the first act succeeded and that the other reports the current status."""
    winner, loser = (outcomes[number] for number in order)
    assert winner is None, winner
    assert isinstance(loser, ChangedMeanwhileError), loser
    return loser


@FIRST_FIRST
async def test_two_agents_validate_at_once(
    runtime: Runtime, person_id: UUID, organisme_id: UUID, order: Sequence[int]
) -> None:
    whole = complete(organisme_id)
    dossier_id = await submitted(runtime, person_id, whole)
    agents = (agent_of(whole, "Agence de Brest"), agent_of(whole, "Agence de Quimper"))
    acts = [deciding(runtime, dossier_id, Event.VALIDATE, agent, 1) for agent in agents]
    error = assert_one_wins(await at_once(runtime, acts, order), order)
    assert error.state.status is Status.VALIDATED
    assert error.state.last is not None
    assert error.state.last.actor_name == agents[order[0]].name
    assert await column(runtime, RESERVED) == [35]
    assert (await find(runtime, dossier_id)).hours == Hours(15, 20, 5)


@FIRST_FIRST
async def test_the_dif_is_saved_while_a_dossier_is_validated(
    runtime: Runtime, person_id: UUID, organisme_id: UUID, order: Sequence[int]
) -> None:
    whole = complete(organisme_id)
    dossier_id = await submitted(runtime, person_id, whole)

    async def save() -> Any:
        return await declare_dif(runtime, person_id, 30)

    validate = deciding(runtime, dossier_id, Event.VALIDATE, agent_of(whole), 1)
    saved, answer = await at_once(runtime, [save, validate], order)
    assert answer is None
    corrections = await column(runtime, "SELECT hours FROM movement WHERE kind = 'dif_corrected'")
    if order == (0, 1):
        assert corrections == [15]
        assert (await find(runtime, dossier_id)).hours == Hours(30, 10, 0)
    else:
        assert isinstance(saved, DifLockedError)
        assert corrections == []
        assert (await find(runtime, dossier_id)).hours == Hours(15, 20, 5)


@FIRST_FIRST
async def test_the_titulaire_cancels_while_the_organisme_closes(
    runtime: Runtime, person_id: UUID, organisme_id: UUID, order: Sequence[int]
) -> None:
    whole = complete(organisme_id)
    dossier_id = await validated(runtime, person_id, whole)
    mine = Author.titulaire(person_id)
    acts = [
        deciding(runtime, dossier_id, Event.CANCEL, mine, 2),
        deciding(runtime, dossier_id, Event.COMPLETE, agent_of(whole), 2),
    ]
    error = assert_one_wins(await at_once(runtime, acts, order), order)
    closing = (ClosingReason.CANCELLED, ClosingReason.COMPLETED)[order[0]]
    assert error.state.closing is closing
    assert (await find(runtime, dossier_id)).closing is closing
    assert await column(runtime, RESERVED) == [0]
    free = await column(runtime, "SELECT sum(hours)::int FROM movement")
    assert free == [35 if closing is ClosingReason.CANCELLED else 0]


@FIRST_FIRST
async def test_a_draft_is_saved_while_it_is_submitted(
    runtime: Runtime, person_id: UUID, organisme_id: UUID, order: Sequence[int]
) -> None:
    whole = complete(organisme_id)
    dossier_id = await draft(runtime, person_id, whole)
    mine = Author.titulaire(person_id)

    async def save() -> None:
        other = Draft(title="Autre")
        await save_draft(runtime, dossier_id, other, mine, seen_revision=0, command=new_command())

    submit = deciding(runtime, dossier_id, Event.SUBMIT, mine, 0, AGREED)
    assert_one_wins(await at_once(runtime, [save, submit], order), order)
    dossier = await find(runtime, dossier_id)
    if order == (0, 1):
        assert (dossier.status, dossier.contents.title) == (Status.DRAFT, "Autre")
    else:
        assert (dossier.status, dossier.contents) == (Status.SUBMITTED, whole)


async def test_the_page_says_that_the_organisme_was_first(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    dossier_id = await validated(runtime, person_id, whole)
    path = f"/espace/dossiers/{dossier_id}/annuler"
    page = await space.get(path)
    await step(runtime, dossier_id, Event.COMPLETE, agent_of(whole))
    answer = await space.submit(page, action=path)
    assert answer.status == 409
    assert "Ce que vous avez demandé n’a pas été fait." in answer.text
    assert "Clos : formation terminée, par Fongecif de démonstration" in answer.text


async def test_concurrent_decisions_leave_one_outcome_and_a_consistent_ledger(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    dossier_ids = [await submitted(runtime, person_id, whole) for _ in range(3)]
    mine, agent = Author.titulaire(person_id), agent_of(whole)
    acts = [
        deciding(runtime, dossier_id, event, author, 1, Facts(reason="Non.", attestation_seen=True))
        for dossier_id in dossier_ids
        for event, author in (
            (Event.VALIDATE, agent),
            (Event.CANCEL, mine),
            (Event.REFUSE, agent),
            (Event.SEND_BACK, agent),
        )
    ]
    outcomes = await asyncio.gather(*(act() for act in acts), return_exceptions=True)
    assert outcomes.count(None) == 3
    assert sum(isinstance(outcome, ChangedMeanwhileError) for outcome in outcomes) == 9
    dossiers = [await find(runtime, one) for one in dossier_ids]
    held_hours = sum(d.hours.dif + d.hours.cpf for d in dossiers if d.hours)
    assert await column(runtime, RESERVED) == [held_hours]
    assert min(await column(runtime, "SELECT sum(hours) FROM movement GROUP BY balance")) >= 0
