"""In any order of events, no balance is negative and no dossier takes more than 150 hours.

A small model, built on the domain rules alone, predicts the result of each event; the real service,
on the real database, must agree with it at each step.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.db.idempotency import new_command
from tests.support.db.rows import value
from tests.support.programs.processes import volume
from tests.support.programs.settings import make_settings
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import add_organisme, complete, draft, find, give_hours
from web.core.runtime import Runtime, build_runtime
from web.domain.dossier import Actor, DossierError, Event, Facts, Status, apply, possible_events
from web.dossiers.access import Author, DossierGoneError
from web.dossiers.decisions.service import NOT_HERE, carry_out
from web.hours.service import DifLockedError, declare_dif

DOSSIERS = 3
EVENTS = [event for event in Event if event not in NOT_HERE]
WHO = (Actor.TITULAIRE, Actor.ORGANISME)
REFUSALS = (DossierError, DossierGoneError)


@dataclass(frozen=True)
class Step:
    """An attempted event: mostly one the status allows, sometimes any, or a DIF declaration."""

    kind: str
    place: int
    pick: int
    number: int


STEPS = st.builds(
    Step,
    kind=st.sampled_from(["allowed"] * 6 + ["anything", "dif"]),
    place=st.integers(0, DOSSIERS - 1),
    pick=st.integers(0, 1000),
    number=st.integers(0, 400),
)


@dataclass
class Play:
    """A person, their dossiers, and the expected status of each."""

    runtime: Runtime
    person_id: UUID
    organisme_id: UUID
    dossiers: list[UUID] = field(default_factory=list)
    statuses: list[Status | None] = field(default_factory=list)
    is_locked: bool = False

    async def carry_on(self, step: Step) -> None:
        """Attempt the step."""
        if step.kind == "dif":
            await self.declare(step.number)
            return
        status = self.statuses[step.place]
        allowed = [
            (event, actor)
            for actor in WHO
            for event in sorted(possible_events(status, actor) - NOT_HERE)
        ]
        anything = [(event, actor) for actor in WHO for event in EVENTS]
        choices = (allowed if step.kind == "allowed" else anything) or anything
        event, actor = choices[step.pick % len(choices)]
        await self.take(event, step.place, step.number, actor is Actor.TITULAIRE)

    async def take(self, event: Event, place: int, number: int, by_titulaire: bool) -> None:
        """Attempt an event, and compare the outcome with the model's."""
        mine = Author.titulaire(self.person_id)
        agent = Author.organisme(self.organisme_id, "Fongecif")
        author = mine if by_titulaire else agent
        facts = Facts(
            dif_declared=True,
            attestation_seen=True,
            consent_at=self.runtime.clock.now(),
            reason="Une raison.",
            followed=number,
        )
        before = await find(self.runtime, self.dossiers[place])
        expected = self.statuses[place]
        if author.may_read(before):
            with suppress(DossierError):
                outcome = apply(self.statuses[place], event, author.actor, facts)
                expected = outcome.status
                self.is_locked = self.is_locked or outcome.locks_dif
        with suppress(*REFUSALS):
            await carry_out(
                self.runtime,
                before.id,
                event,
                author,
                facts=facts,
                seen_revision=before.revision,
                command=new_command(),
            )
        self.statuses[place] = expected
        assert (await find(self.runtime, before.id)).status is expected

    async def declare(self, hours: int) -> None:
        """Attempt to change the DIF balance."""
        try:
            await declare_dif(self.runtime, self.person_id, hours)
        except DifLockedError:
            assert self.is_locked

    async def check(self) -> None:
        """Check that the ledger and every dossier match the model."""
        async with self.runtime.db.connection() as connection:
            balances = await connection.fetch(
                """
                SELECT sum(hours) AS free, sum(reserved) AS reserved FROM movement
                WHERE person_id = $1 GROUP BY balance
                """,
                self.person_id,
            )
            held = await connection.fetch(
                """
                SELECT d.status, h.dif + h.cpf AS taken,
                       (SELECT coalesce(sum(reserved), 0) FROM movement
                        WHERE person_id = d.person_id AND reference = d.number) AS reserved
                FROM dossier d JOIN dossier_hours h ON h.dossier_id = d.id
                WHERE d.person_id = $1
                """,
                self.person_id,
            )
        assert all(row["free"] >= 0 and row["reserved"] >= 0 for row in balances)
        for row in held:
            assert row["taken"] <= 150
            assert row["reserved"] == (row["taken"] if row["status"] == Status.VALIDATED else 0)
        locked = "SELECT count(*) FROM dif_lock WHERE person_id = $1"
        assert await value(self.runtime, locked, self.person_id) == self.is_locked


@settings(
    max_examples=volume(20, 10_000),
    deadline=None,
    # Shrinking a failing example takes minutes on a real database.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    dif=st.integers(0, 200),
    cpf=st.integers(0, 200),
    durations=st.lists(st.integers(1, 300), min_size=DOSSIERS, max_size=DOSSIERS),
    steps=st.lists(STEPS, min_size=6, max_size=14),
)
def test_the_ledger_adds_up_whatever_the_order_of_events(
    database_url: str,
    dif: int,
    cpf: int,
    durations: list[int],
    steps: list[Step],
) -> None:
    async def play() -> None:
        runtime = build_runtime(make_settings(database_url=database_url))
        await runtime.db.connect()
        try:
            this = await _start(runtime, dif, cpf, durations)
            for step in steps:
                await this.carry_on(step)
                await this.check()
        finally:
            await runtime.db.disconnect()
            runtime.passwords.close()

    asyncio.run(play())


async def _start(runtime: Runtime, dif: int, cpf: int, durations: list[int]) -> Play:
    """A new person and their drafts, all but one submitted, so that examples stay short."""
    account_id = await open_account(runtime, Person())
    person_id = await value(runtime, "SELECT person_id FROM account WHERE id = $1", account_id)
    organisme_id = await value(runtime, "SELECT id FROM organisation")
    this = Play(runtime, person_id, organisme_id or await add_organisme(runtime))
    await give_hours(runtime, person_id, dif=dif, cpf=cpf)
    for duration in durations:
        contents = complete(this.organisme_id, duration=duration)
        this.dossiers.append(await draft(runtime, person_id, contents))
        this.statuses.append(Status.DRAFT)
    for place in range(len(durations) - 1):
        await this.take(Event.SUBMIT, place, 0, True)
    return this
