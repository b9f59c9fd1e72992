"""The effects of each step: status, ledger hours, DIF lock, timeline, history, mail."""

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
    SEEN,
    agent_of,
    complete,
    draft,
    find,
    give_hours,
    step,
    submitted,
    validated,
)
from web.core.db.command import AlreadyDoneError
from web.core.runtime import Runtime
from web.domain.dossier import (
    ClosingReason,
    ConsentMissingError,
    Event,
    Facts,
    FollowedHoursMissingError,
    ImpossibleTransitionError,
    NotAllowedError,
    ReasonMissingError,
    Status,
)
from web.domain.submission import Draft, SubmissionProblem
from web.dossiers.access import (
    Author,
    ChangedMeanwhileError,
    DossierGoneError,
    IncompleteError,
)
from web.dossiers.decisions.service import carry_out
from web.dossiers.reasons import open_reason
from web.dossiers.records import Hours
from web.people.history.queries import count_broken_histories

LEDGER = """
    SELECT format('%s %s %s %s', kind, balance, hours, reserved) FROM movement
    WHERE reference <> '' ORDER BY id
"""
MAILS = "SELECT e.kind FROM mail m JOIN event e ON e.id = m.subject_id ORDER BY e.position"
REASON = "Le devis manque : joignez-le."


async def test_submitting_dates_the_consent_by_the_database(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    before = await value(runtime, "SELECT clock_timestamp()")
    dossier_id = await submitted(runtime, person_id, complete(organisme_id))
    dossier = await find(runtime, dossier_id)
    assert dossier.status is Status.SUBMITTED
    assert dossier.submitted_at == dossier.consent_at
    assert before < dossier.consent_at < await value(runtime, "SELECT clock_timestamp()")
    assert await column(runtime, LEDGER) == []
    assert await count(runtime, "dif_lock") == 0
    assert await events_of(runtime, "dossier_submitted") == [f"dossier_submitted: {dossier.number}"]
    assert await column(runtime, MAILS) == ["dossier_submitted"]


async def test_an_incomplete_draft_is_refused_with_all_its_problems(
    runtime: Runtime, person_id: UUID
) -> None:
    dossier_id = await draft(runtime, person_id, Draft(title="Anglais"))
    with pytest.raises(IncompleteError) as caught:
        await step(runtime, dossier_id, Event.SUBMIT, Author.titulaire(person_id), AGREED)
    assert SubmissionProblem.NO_TITLE not in caught.value.problems
    assert len(caught.value.problems) == 8
    assert (await find(runtime, dossier_id)).status is Status.DRAFT


async def test_nothing_is_submitted_without_consent(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    dossier_id = await draft(runtime, person_id, complete(organisme_id))
    with pytest.raises(ConsentMissingError):
        await step(runtime, dossier_id, Event.SUBMIT, Author.titulaire(person_id))


async def test_an_employer_never_consents_for_the_titulaire(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    dossier_id = await draft(runtime, person_id, complete(organisme_id))
    employer = Author.employer(person_id, "Ateliers Démo", may_modify=True)
    for event in (Event.SUBMIT, Event.CANCEL):
        with pytest.raises(NotAllowedError):
            await step(runtime, dossier_id, event, employer, AGREED)


async def test_sending_back_gives_the_reason_sealed_and_asks_for_another_consent(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    dossier_id = await submitted(runtime, person_id, whole)
    with pytest.raises(ReasonMissingError):
        await step(runtime, dossier_id, Event.SEND_BACK, agent_of(whole), Facts(reason="  "))
    await step(runtime, dossier_id, Event.SEND_BACK, agent_of(whole), Facts(reason=REASON))
    dossier = await find(runtime, dossier_id)
    assert dossier.status is Status.DRAFT
    assert dossier.consent_at is None is dossier.submitted_at
    box = await value(runtime, "SELECT reason FROM dossier_step WHERE kind = 'send_back'")
    assert REASON.encode() not in bytes(box)
    assert open_reason(runtime.vault, box, dossier_id, dossier.revision) == REASON
    assert await column(runtime, MAILS) == ["dossier_submitted", "dossier_sent_back"]


async def test_validating_reserves_dif_first_and_locks_it(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    dossier_id = await validated(runtime, person_id, complete(organisme_id, duration=40))
    dossier = await find(runtime, dossier_id)
    assert dossier.status is Status.VALIDATED
    assert dossier.hours == Hours(15, 20, 5)
    assert await column(runtime, LEDGER) == ["reserved dif -15 15", "reserved cpf -20 20"]
    lock = "SELECT dossier_number FROM dif_lock WHERE person_id = $1"
    assert await value(runtime, lock, person_id) == dossier.number
    assert await column(runtime, "SELECT DISTINCT reference FROM movement WHERE reserved > 0") == [
        dossier.number
    ]


async def test_a_second_validation_uses_what_the_first_left_and_the_lock_names_the_first(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    first = await validated(runtime, person_id, complete(organisme_id, duration=25))
    second = await validated(runtime, person_id, complete(organisme_id, duration=25))
    assert (await find(runtime, first)).hours == Hours(15, 10, 0)
    assert (await find(runtime, second)).hours == Hours(0, 10, 15)
    number = (await find(runtime, first)).number
    assert await column(runtime, "SELECT dossier_number FROM dif_lock") == [number]


async def test_a_dossier_never_takes_more_than_150_hours(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    await give_hours(runtime, person_id, dif=100, cpf=130)
    dossier_id = await validated(runtime, person_id, complete(organisme_id, duration=400))
    assert (await find(runtime, dossier_id)).hours == Hours(115, 35, 250)


async def test_completing_debits_what_was_reserved(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id, duration=30)
    dossier_id = await validated(runtime, person_id, whole)
    await step(runtime, dossier_id, Event.COMPLETE, agent_of(whole))
    dossier = await find(runtime, dossier_id)
    assert (dossier.status, dossier.closing) == (Status.CLOSED, ClosingReason.COMPLETED)
    assert dossier.hours == Hours(15, 15, 0)
    assert (await column(runtime, LEDGER))[2:] == ["debited dif 0 -15", "debited cpf 0 -15"]
    assert await _balances(runtime) == {"dif": (0, 0), "cpf": (5, 0)}


@pytest.mark.parametrize(
    ("followed", "kept", "moved", "left"),
    [
        (0, Hours(0, 0, 0), ["released dif 15 -15", "released cpf 20 -20"], (15, 20)),
        (
            10,
            Hours(10, 0, 0),
            ["debited dif 0 -10", "released dif 5 -5", "released cpf 20 -20"],
            (5, 20),
        ),
        (
            18,
            Hours(15, 3, 0),
            ["debited dif 0 -15", "debited cpf 0 -3", "released cpf 17 -17"],
            (0, 17),
        ),
        (38, Hours(15, 20, 3), ["debited dif 0 -15", "debited cpf 0 -20"], (0, 0)),
    ],
)
async def test_abandoning_debits_the_hours_followed_and_releases_the_rest(
    runtime: Runtime,
    person_id: UUID,
    organisme_id: UUID,
    followed: int,
    kept: Hours,
    moved: list[str],
    left: tuple[int, int],
) -> None:
    whole = complete(organisme_id)
    dossier_id = await validated(runtime, person_id, whole)
    with pytest.raises(FollowedHoursMissingError):
        await step(runtime, dossier_id, Event.ABANDON, agent_of(whole))
    await step(runtime, dossier_id, Event.ABANDON, agent_of(whole), Facts(followed=followed))
    dossier = await find(runtime, dossier_id)
    assert (dossier.closing, dossier.hours) == (ClosingReason.ABANDONED, kept)
    assert (await column(runtime, LEDGER))[2:] == moved
    assert await _balances(runtime) == {"dif": (left[0], 0), "cpf": (left[1], 0)}
    steps = "SELECT followed FROM dossier_step WHERE kind = 'abandon'"
    assert await column(runtime, steps) == [followed]


@pytest.mark.parametrize("by_titulaire", [True, False])
async def test_cancelling_a_validated_dossier_releases_its_hours_and_leaves_the_lock(
    runtime: Runtime, person_id: UUID, organisme_id: UUID, by_titulaire: bool
) -> None:
    whole = complete(organisme_id)
    dossier_id = await validated(runtime, person_id, whole)
    author = Author.titulaire(person_id) if by_titulaire else agent_of(whole)
    await step(runtime, dossier_id, Event.CANCEL, author)
    dossier = await find(runtime, dossier_id)
    assert (dossier.closing, dossier.hours) == (ClosingReason.CANCELLED, Hours(0, 0, 0))
    assert await _balances(runtime) == {"dif": (15, 0), "cpf": (20, 0)}
    assert await count(runtime, "dif_lock") == 1
    found = await column(runtime, MAILS)
    assert ("dossier_cancelled" in found) is not by_titulaire


async def test_refusing_takes_no_hours(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    dossier_id = await submitted(runtime, person_id, whole)
    await step(runtime, dossier_id, Event.REFUSE, agent_of(whole), Facts(reason=REASON))
    assert (await find(runtime, dossier_id)).closing is ClosingReason.REFUSED
    assert await column(runtime, LEDGER) == []
    assert await count(runtime, "dif_lock") == 0


async def test_a_draft_can_be_cancelled_by_its_titulaire(runtime: Runtime, person_id: UUID) -> None:
    dossier_id = await draft(runtime, person_id, Draft())
    await step(runtime, dossier_id, Event.CANCEL, Author.titulaire(person_id))
    assert (await find(runtime, dossier_id)).closing is ClosingReason.CANCELLED


async def test_a_request_repeated_has_its_effect_once(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    dossier_id = await submitted(runtime, person_id, whole)
    command = new_command("/organisme/la")
    validate = partial(
        carry_out,
        runtime,
        dossier_id,
        Event.VALIDATE,
        agent_of(whole),
        facts=SEEN,
        seen_revision=1,
        command=command,
    )
    await validate()
    with pytest.raises(AlreadyDoneError) as caught:
        await validate()
    assert caught.value.answer.url == "/organisme/la"
    assert len(await column(runtime, LEDGER)) == 2
    assert await column(runtime, MAILS) == ["dossier_submitted", "dossier_validated"]


async def test_a_decision_on_an_outdated_view_reports_the_current_status(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    dossier_id = await submitted(runtime, person_id, whole)
    await step(runtime, dossier_id, Event.SEND_BACK, agent_of(whole), Facts(reason=REASON))
    with pytest.raises(ChangedMeanwhileError) as caught:
        await carry_out(
            runtime,
            dossier_id,
            Event.VALIDATE,
            agent_of(whole),
            facts=SEEN,
            seen_revision=1,
            command=new_command(),
        )
    state = caught.value.state
    assert (state.status, state.closing, state.revision) == (Status.DRAFT, None, 2)
    assert state.last is not None
    assert state.last.kind is Event.SEND_BACK
    assert await column(runtime, LEDGER) == []


async def test_an_event_that_the_status_does_not_have_is_refused(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    dossier_id = await submitted(runtime, person_id, whole)
    with pytest.raises(ImpossibleTransitionError):
        await step(runtime, dossier_id, Event.COMPLETE, agent_of(whole))
    with pytest.raises(NotAllowedError):
        await step(runtime, dossier_id, Event.VALIDATE, Author.titulaire(person_id))
    with pytest.raises(ValueError, match="no decision"):
        await step(runtime, dossier_id, Event.EDIT, Author.titulaire(person_id))


async def test_a_draft_is_not_there_for_the_organisme_it_names(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    dossier_id = await draft(runtime, person_id, whole)
    for author in (agent_of(whole), Author.organisme(uuid4(), "Un autre")):
        with pytest.raises(DossierGoneError):
            await step(runtime, dossier_id, Event.CANCEL, author)
    await step(runtime, dossier_id, Event.SUBMIT, Author.titulaire(person_id), AGREED)
    with pytest.raises(DossierGoneError):
        await step(runtime, dossier_id, Event.VALIDATE, Author.organisme(uuid4(), "Un autre"))


async def test_a_closed_account_gets_no_mail_and_the_dossier_continues(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    dossier_id = await submitted(runtime, person_id, whole)
    await run(runtime, "DELETE FROM account")
    await step(runtime, dossier_id, Event.VALIDATE, agent_of(whole))
    assert (await find(runtime, dossier_id)).status is Status.VALIDATED
    assert await column(runtime, MAILS) == ["dossier_submitted"]


async def test_the_history_names_the_organisme_and_stays_whole(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    dossier_id = await validated(runtime, person_id, whole)
    author = replace(agent_of(whole), device="Firefox sur Linux")
    await step(runtime, dossier_id, Event.COMPLETE, author)
    row = "SELECT format('%s %s %s', actor, actor_name, device) FROM event WHERE kind = $1"
    assert await column(runtime, row, "dossier_completed") == [
        "organisme Fongecif de démonstration Firefox sur Linux"
    ]
    assert await count_broken_histories(runtime.db) == 0


async def _balances(runtime: Runtime) -> dict[str, tuple[int, int]]:
    """The free and reserved hours of each balance."""
    rows = await runtime.db.fetch(
        """
        SELECT balance, sum(hours)::int AS free, sum(reserved)::int AS reserved
        FROM movement GROUP BY balance
        """
    )
    return {row["balance"]: (row["free"], row["reserved"]) for row in rows}
