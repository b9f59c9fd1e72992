"""Dossiers brought to a status through the services, without the pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.support.db.idempotency import new_command
from tests.support.training.delegations import today
from web.core.runtime import Runtime
from web.domain.dossier import Event, Facts
from web.domain.situation import Situation
from web.domain.submission import Draft
from web.dossiers import queries
from web.dossiers.access import Author
from web.dossiers.decisions.service import carry_out
from web.dossiers.drafts import service as drafts
from web.dossiers.records import Dossier

TRAINER_SIRET = "73282932000074"
ORGANISME_SIRETS = ("55210055400013", "41816609600051", "35600000000048")
AGREED = Facts(consent_at=datetime(2026, 1, 1, tzinfo=UTC))
SEEN = Facts(attestation_seen=True)
Submit = Callable[..., Awaitable[UUID]]


async def person_of(runtime: Runtime, account_id: UUID) -> UUID:
    """The person of an account."""
    found: UUID = await runtime.db.fetchval(
        "SELECT person_id FROM account WHERE id = $1", account_id
    )
    return found


async def give_hours(
    runtime: Runtime, person_id: UUID, *, dif: int | None = None, cpf: int | None = None
) -> None:
    """Give hours, as a declaration and a yearly feed do."""
    given = [("dif", "dif_declared", dif, None), ("cpf", "cpf_yearly_credit", cpf, 2025)]
    async with runtime.db.transaction() as connection:
        for balance, kind, hours, year in given:
            if hours is not None:
                await connection.execute(
                    """
                    INSERT INTO movement (person_id, balance, kind, hours, year)
                    VALUES ($1, $2, $3, $4, $5)
                    """,
                    person_id,
                    balance,
                    kind,
                    hours,
                    year,
                )


async def add_organisme(runtime: Runtime, name: str = "Fongecif de démonstration") -> UUID:
    """Add an organisme financeur to choose."""
    async with runtime.db.connection() as connection:
        count: int = await connection.fetchval("SELECT count(*) FROM organisation")
        found: UUID = await connection.fetchval(
            """
            INSERT INTO organisation (kind, siret, name) VALUES ('organisme', $1, $2) RETURNING id
            """,
            ORGANISME_SIRETS[count],
            name,
        )
    return found


def complete(organisme_id: UUID, **changes: Any) -> Draft:
    """The contents of a complete dossier."""
    whole = Draft(
        title="Anglais professionnel",
        trainer_name="École des Quais",
        trainer_siret=TRAINER_SIRET,
        starts_on=today() + timedelta(days=120),
        ends_on=today() + timedelta(days=220),
        duration=40,
        on_working_time=False,
        situation=Situation.EMPLOYEE,
        employer="Ateliers du Lac",
        organisme=str(organisme_id),
    )
    return replace(whole, **changes)


async def find(runtime: Runtime, dossier_id: UUID) -> Dossier:
    """The dossier as it is now."""
    dossier = await queries.find_dossier(runtime.db, dossier_id)
    assert dossier is not None
    return dossier


async def draft(runtime: Runtime, person_id: UUID, contents: Draft) -> UUID:
    """A draft of the titulaire's."""
    dossier_id = runtime.randomness.uuid()
    author = Author.titulaire(person_id)
    await drafts.create_draft(
        runtime, dossier_id, person_id, contents, author, command=new_command()
    )
    return dossier_id


async def step(
    runtime: Runtime, dossier_id: UUID, event: Event, author: Author, facts: Facts | None = None
) -> None:
    """Decide as someone who sees the current revision and, to validate, the attestation."""
    if event is Event.VALIDATE:
        facts = replace(facts or Facts(), attestation_seen=True)
    dossier = await find(runtime, dossier_id)
    await carry_out(
        runtime,
        dossier_id,
        event,
        author,
        facts=facts,
        seen_revision=dossier.revision,
        command=new_command(),
    )


async def submitted(runtime: Runtime, person_id: UUID, contents: Draft) -> UUID:
    """A dossier awaiting its organisme."""
    dossier_id = await draft(runtime, person_id, contents)
    await step(runtime, dossier_id, Event.SUBMIT, Author.titulaire(person_id), AGREED)
    return dossier_id


async def validated(runtime: Runtime, person_id: UUID, contents: Draft) -> UUID:
    """A dossier with its hours reserved."""
    dossier_id = await submitted(runtime, person_id, contents)
    await step(runtime, dossier_id, Event.VALIDATE, agent_of(contents))
    return dossier_id


def agent_of(contents: Draft, name: str = "Fongecif de démonstration") -> Author:
    """An agent of the organisme that a dossier is addressed to."""
    return Author.organisme(UUID(contents.organisme), name)
