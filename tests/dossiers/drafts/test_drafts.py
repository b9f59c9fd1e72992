"""Drafts: permission to create, save and delete them, idempotency, and the recorded events."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from uuid import UUID, uuid4

import pytest

from tests.support.db.idempotency import new_command
from tests.support.db.rows import column, count, run, value
from tests.support.titulaires.accounts import events_of
from tests.support.training.dossiers import (
    AGREED,
    add_organisme,
    agent_of,
    complete,
    draft,
    find,
    person_of,
    step,
    submitted,
)
from web.core.db.command import AlreadyDoneError
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.domain.dossier import (
    DifNotDeclaredError,
    Event,
    ImpossibleTransitionError,
    NotAllowedError,
    Status,
)
from web.domain.submission import Draft
from web.dossiers.access import (
    Author,
    ChangedMeanwhileError,
    DossierGoneError,
    UnknownOrganismeError,
)
from web.dossiers.drafts import service as drafts
from web.people.history.queries import count_broken_histories

STEPS = "SELECT kind || ' ' || actor || ' ' || actor_name FROM dossier_step ORDER BY revision"


def employer(person_id: UUID, **changes: object) -> Author:
    """An employer whose délégation lets it prepare dossiers."""
    given = {"name": "Ateliers Démo", "may_modify": True, **changes}
    return Author.employer(person_id, **given)  # type: ignore[arg-type]


async def create(runtime: Runtime, person_id: UUID, contents: Draft, author: Author) -> UUID:
    """Create a draft as the author's form does."""
    dossier_id = runtime.randomness.uuid()
    await drafts.create_draft(
        runtime, dossier_id, person_id, contents, author, command=new_command()
    )
    return dossier_id


async def save(
    runtime: Runtime, dossier_id: UUID, contents: Draft, author: Author, seen: int | None = None
) -> None:
    """Save a draft as the author's form does, at its current revision or at a stale one."""
    seen = (await find(runtime, dossier_id)).revision if seen is None else seen
    await drafts.save_draft(
        runtime, dossier_id, contents, author, seen_revision=seen, command=new_command()
    )


async def test_a_draft_may_be_empty_and_is_told(runtime: Runtime, person_id: UUID) -> None:
    dossier_id = await draft(runtime, person_id, Draft())
    dossier = await find(runtime, dossier_id)
    assert (dossier.status, dossier.contents, dossier.revision) == (Status.DRAFT, Draft(), 0)
    assert await events_of(runtime, "dossier_created") == [f"dossier_created: {dossier.number}"]
    assert await column(runtime, STEPS) == ["create titulaire "]


async def test_without_a_dif_balance_no_draft_is_created(
    runtime: Runtime, account_id: UUID
) -> None:
    person_id = await person_of(runtime, account_id)
    with pytest.raises(DifNotDeclaredError):
        await draft(runtime, person_id, Draft())
    assert await count(runtime, "dossier") == 0
    assert await count(runtime, "carried_out") == 0


async def test_a_request_repeated_creates_one_draft(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    author, first, second = Author.titulaire(person_id), uuid4(), uuid4()
    command = new_command(f"/espace/dossiers/{first}")
    await drafts.create_draft(runtime, first, person_id, Draft(), author, command=command)
    copy = new_command(f"/espace/dossiers/{second}", command.digest)
    with pytest.raises(AlreadyDoneError) as caught:
        await drafts.create_draft(runtime, second, person_id, Draft(), author, command=copy)
    assert caught.value.answer == command.answer
    assert await column(runtime, "SELECT id FROM dossier") == [first]


async def test_saving_keeps_all_that_is_typed_and_the_same_again_changes_nothing(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    dossier_id = await draft(runtime, person_id, Draft())
    whole = complete(organisme_id, code_cpf="2368", confidential=True, on_working_time=True)
    for _ in range(2):
        await save(runtime, dossier_id, whole, Author.titulaire(person_id))
    dossier = await find(runtime, dossier_id)
    assert (dossier.contents, dossier.revision) == (whole, 1)
    assert dossier.organisme_name == "Fongecif de démonstration"
    assert await events_of(runtime, "dossier_edited") == [f"dossier_edited: {dossier.number}"]
    assert await column(runtime, STEPS) == ["create titulaire ", "edit titulaire "]


async def test_an_organisme_that_is_none_of_ours_is_refused(
    runtime: Runtime, person_id: UUID
) -> None:
    employer_id = await add_organisme(runtime)
    await run(runtime, "UPDATE organisation SET kind = 'employer'")
    for unknown in (employer_id, uuid4()):
        with pytest.raises(UnknownOrganismeError):
            await draft(runtime, person_id, Draft(organisme=str(unknown)))
    assert await count(runtime, "dossier") == 0


async def test_a_save_on_an_older_view_is_told_who_changed_it(
    runtime: Runtime, person_id: UUID
) -> None:
    dossier_id = await draft(runtime, person_id, Draft())
    await save(runtime, dossier_id, Draft(title="Soudure"), employer(person_id))
    with pytest.raises(ChangedMeanwhileError) as caught:
        await save(runtime, dossier_id, Draft(title="Anglais"), Author.titulaire(person_id), 0)
    state = caught.value.state
    assert (state.status, state.revision) == (Status.DRAFT, 1)
    assert state.last is not None
    assert (state.last.kind, state.last.actor_name) == (Event.EDIT, "Ateliers Démo")
    assert (await find(runtime, dossier_id)).contents.title == "Soudure"


async def test_a_submitted_dossier_is_neither_saved_nor_deleted(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    dossier_id = await submitted(runtime, person_id, complete(organisme_id))
    author, before = Author.titulaire(person_id), await find(runtime, dossier_id)
    with pytest.raises(ImpossibleTransitionError):
        await save(runtime, dossier_id, Draft(), author)
    with pytest.raises(ImpossibleTransitionError):
        await drafts.delete_draft(
            runtime, dossier_id, author, seen_revision=before.revision, command=new_command()
        )
    assert await find(runtime, dossier_id) == before


async def test_a_deleted_draft_leaves_its_number_in_the_history(
    runtime: Runtime, person_id: UUID
) -> None:
    dossier_id = await draft(runtime, person_id, Draft())
    number = (await find(runtime, dossier_id)).number
    delete = partial(
        drafts.delete_draft,
        runtime,
        dossier_id,
        Author.titulaire(person_id),
        seen_revision=0,
        command=new_command(),
    )
    await delete()
    with pytest.raises(AlreadyDoneError):
        await delete()
    assert await count(runtime, "dossier") == await count(runtime, "dossier_step") == 0
    assert await events_of(runtime, "dossier_deleted") == [f"dossier_deleted: {number}"]
    assert await count_broken_histories(runtime.db) == 0


async def test_a_dossier_is_not_there_for_another_person(runtime: Runtime, person_id: UUID) -> None:
    dossier_id = await draft(runtime, person_id, Draft())
    other = await value(runtime, "INSERT INTO person (nir_digest) VALUES ('x') RETURNING id")
    for author in (Author.titulaire(other), employer(other), Author.organisme(uuid4(), "X")):
        with pytest.raises(DossierGoneError):
            await save(runtime, dossier_id, Draft(title="À moi"), author)
        with pytest.raises(DossierGoneError):
            await create(runtime, person_id, Draft(), author)
    with pytest.raises(DossierGoneError):
        await save(runtime, uuid4(), Draft(), Author.titulaire(person_id), 0)


async def test_an_employer_prepares_a_draft_under_its_name_and_never_a_confidential_one(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    mine, theirs = Author.titulaire(person_id), employer(person_id)
    whole = complete(organisme_id, confidential=True)
    dossier_id = await create(runtime, person_id, whole, theirs)
    assert (await find(runtime, dossier_id)).contents == replace(whole, confidential=False)
    assert await column(runtime, STEPS) == ["create employer Ateliers Démo"]
    events = "SELECT actor || ' ' || actor_name FROM event WHERE kind = 'dossier_created'"
    assert await column(runtime, events) == ["employer Ateliers Démo"]
    await save(runtime, dossier_id, whole, mine)
    with pytest.raises(DossierGoneError):
        await save(runtime, dossier_id, replace(whole, title="Vu"), theirs)


async def test_an_employer_that_may_only_consult_prepares_nothing(
    runtime: Runtime, person_id: UUID
) -> None:
    dossier_id = await draft(runtime, person_id, Draft())
    with pytest.raises(NotAllowedError):
        await save(runtime, dossier_id, Draft(title="X"), employer(person_id, may_modify=False))


async def test_a_delegation_that_ended_meanwhile_lets_nothing_through(
    runtime: Runtime, person_id: UUID
) -> None:
    dossier_id = await draft(runtime, person_id, Draft())

    async def over(connection: Connection) -> bool:
        return bool(await connection.fetchval("SELECT false"))

    late = employer(person_id, still_allowed=over)
    with pytest.raises(DossierGoneError):
        await save(runtime, dossier_id, Draft(title="Trop tard"), late)
    with pytest.raises(DossierGoneError):
        await create(runtime, person_id, Draft(), late)
    assert await count(runtime, "dossier") == 1


async def test_a_draft_sent_back_can_be_saved_again(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    dossier_id = await submitted(runtime, person_id, whole)
    reason = replace(AGREED, reason="Il manque le devis.")
    await step(runtime, dossier_id, Event.SEND_BACK, agent_of(whole), reason)
    await save(runtime, dossier_id, replace(whole, duration=35), Author.titulaire(person_id))
    assert (await find(runtime, dossier_id)).contents.duration == 35
