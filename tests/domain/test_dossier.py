"""The life cycle of a dossier, its table of rules checked row by row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.domain.dossier import (
    Actor,
    ClosingReason,
    ConsentMissingError,
    DifNotDeclaredError,
    DossierError,
    Event,
    Facts,
    FollowedHoursMissingError,
    HoursEffect,
    ImpossibleTransitionError,
    NotAllowedError,
    ReasonMissingError,
    Status,
    Transition,
    apply,
    may,
    possible_events,
)

COMPLETE = Facts(
    dif_declared=True,
    consent_at=datetime(2015, 6, 1, 9, 30, tzinfo=UTC),
    reason="Il manque le devis.",
    followed=12,
)

# event: actor, source statuses, target status, closing reason, hours, DIF locked
T, E, P = Actor.TITULAIRE, Actor.EMPLOYER_MODIFIER, Actor.ORGANISME
NONE, FOLLOWED = HoursEffect.NONE, HoursEffect.DEBIT_FOLLOWED
TABLE = [
    ("create", {T, E}, None, Status.DRAFT, None, NONE, False),
    ("edit", {T, E}, Status.DRAFT, Status.DRAFT, None, NONE, False),
    ("delete", {T, E}, Status.DRAFT, None, None, NONE, False),
    ("submit", {T}, Status.DRAFT, Status.SUBMITTED, None, NONE, False),
    ("send_back", {P}, Status.SUBMITTED, Status.DRAFT, None, NONE, False),
    ("validate", {P}, Status.SUBMITTED, Status.VALIDATED, None, HoursEffect.RESERVE, True),
    ("complete", {P}, Status.VALIDATED, Status.CLOSED, "terminé", HoursEffect.DEBIT, False),
    (
        "abandon",
        {P},
        Status.VALIDATED,
        Status.CLOSED,
        "abandonné",
        HoursEffect.DEBIT_FOLLOWED,
        False,
    ),
    ("cancel", {T, P}, Status.DRAFT, Status.CLOSED, "annulé", NONE, False),
    ("cancel", {T, P}, Status.SUBMITTED, Status.CLOSED, "annulé", NONE, False),
    ("cancel", {T, P}, Status.VALIDATED, Status.CLOSED, "annulé", HoursEffect.RELEASE, False),
    ("refuse", {P}, Status.SUBMITTED, Status.CLOSED, "refusé", NONE, False),
]
STATUSES: list[Status | None] = [None, *Status]


def lines_of(event: Event) -> list[tuple[Status | None, Transition, set[Actor]]]:
    return [
        (
            before,
            Transition(
                after,
                next((r for r in ClosingReason if r.label == reason), None),
                effect,
                locks,
            ),
            who,
        )
        for name, who, before, after, reason, effect, locks in TABLE
        if name == event.value
    ]


@pytest.mark.parametrize(("status", "event", "actor"), list(product(STATUSES, Event, Actor)))
def test_the_table_is_followed_for_every_status_event_and_actor(
    status: Status | None, event: Event, actor: Actor
) -> None:
    lines = lines_of(event)
    outcome = {before: transition for before, transition, _ in lines}.get(status)
    allowed = actor in lines[0][2]
    assert may(actor, event) == allowed
    assert (event in possible_events(status, actor)) == (allowed and outcome is not None)
    if not allowed:
        with pytest.raises(NotAllowedError) as refused:
            apply(status, event, actor, COMPLETE)
        assert (refused.value.actor, refused.value.event) == (actor, event)
    elif outcome is None:
        with pytest.raises(ImpossibleTransitionError) as impossible:
            apply(status, event, actor, COMPLETE)
        assert (impossible.value.status, impossible.value.event) == (status, event)
    else:
        assert apply(status, event, actor, COMPLETE) == outcome


def test_an_employer_who_may_only_look_does_nothing() -> None:
    for status in STATUSES:
        assert possible_events(status, Actor.EMPLOYER_CONSULTER) == frozenset()


def test_a_closed_dossier_is_closed_for_good() -> None:
    for actor in Actor:
        assert possible_events(Status.CLOSED, actor) == frozenset()


@pytest.mark.parametrize(
    ("status", "event", "actor"),
    [(None, Event.CREATE, T), (None, Event.CREATE, E), (Status.DRAFT, Event.SUBMIT, T)],
)
def test_the_dif_is_declared_before_creating_and_submitting(
    status: Status | None, event: Event, actor: Actor
) -> None:
    with pytest.raises(DifNotDeclaredError):
        apply(status, event, actor, replace(COMPLETE, dif_declared=False))


def test_submitting_needs_a_dated_consent_and_nothing_else_does() -> None:
    without = replace(COMPLETE, consent_at=None)
    with pytest.raises(ConsentMissingError):
        apply(Status.DRAFT, Event.SUBMIT, T, without)
    assert apply(None, Event.CREATE, T, without).status is Status.DRAFT


@pytest.mark.parametrize("event", [Event.SEND_BACK, Event.REFUSE])
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_sending_back_and_refusing_need_a_reason(event: Event, reason: str) -> None:
    with pytest.raises(ReasonMissingError):
        apply(Status.SUBMITTED, event, P, replace(COMPLETE, reason=reason))


@pytest.mark.parametrize("followed", [None, -1])
def test_giving_up_needs_the_hours_followed(followed: int | None) -> None:
    with pytest.raises(FollowedHoursMissingError):
        apply(Status.VALIDATED, Event.ABANDON, P, replace(COMPLETE, followed=followed))


def test_no_hour_followed_is_an_answer() -> None:
    outcome = apply(Status.VALIDATED, Event.ABANDON, P, replace(COMPLETE, followed=0))
    assert outcome.closing is ClosingReason.ABANDONED


@pytest.mark.parametrize(
    ("status", "event", "actor"),
    [
        (Status.DRAFT, Event.EDIT, E),
        (Status.DRAFT, Event.DELETE, T),
        (Status.SUBMITTED, Event.VALIDATE, P),
        (Status.VALIDATED, Event.COMPLETE, P),
        (Status.VALIDATED, Event.CANCEL, T),
        (Status.SUBMITTED, Event.CANCEL, P),
    ],
)
def test_the_other_events_need_no_fact(status: Status, event: Event, actor: Actor) -> None:
    assert apply(status, event, actor, Facts()) == apply(status, event, actor, COMPLETE)


def test_permission_is_checked_before_what_is_missing() -> None:
    with pytest.raises(NotAllowedError):
        apply(Status.CLOSED, Event.SUBMIT, E, Facts())
    with pytest.raises(ImpossibleTransitionError):
        apply(Status.CLOSED, Event.SUBMIT, T, Facts())
    with pytest.raises(DifNotDeclaredError):
        apply(Status.DRAFT, Event.SUBMIT, T, Facts())


events = st.lists(st.tuples(st.sampled_from(Event), st.sampled_from(Actor)), max_size=40)


@given(events)
def test_hours_are_reserved_once_and_settled_once_in_any_life(
    life: list[tuple[Event, Actor]],
) -> None:
    status: Status | None = apply(None, Event.CREATE, T, COMPLETE).status
    effects = []
    closing = None
    for event, actor in life:
        if status is None:
            break
        try:
            outcome = apply(status, event, actor, COMPLETE)
        except DossierError:
            continue
        assert outcome.locks_dif == (outcome.hours is HoursEffect.RESERVE)
        assert (outcome.closing is not None) == (outcome.status is Status.CLOSED)
        status, closing = outcome.status, outcome.closing
        if outcome.hours is not NONE:
            effects.append(outcome.hours)
    settled = {
        ClosingReason.COMPLETED: [HoursEffect.RESERVE, HoursEffect.DEBIT],
        ClosingReason.ABANDONED: [HoursEffect.RESERVE, HoursEffect.DEBIT_FOLLOWED],
        ClosingReason.REFUSED: [],
    }
    if status is Status.VALIDATED:
        assert effects == [HoursEffect.RESERVE]
    elif closing is ClosingReason.CANCELLED:
        assert effects in ([], [HoursEffect.RESERVE, HoursEffect.RELEASE])
    else:
        assert effects == (settled[closing] if closing else [])


def test_labels_are_the_legal_terms() -> None:
    assert [status.label for status in Status] == [
        "en cours d’élaboration",
        "soumis",
        "validé",
        "clos",
    ]
    assert [reason.label for reason in ClosingReason] == [
        "terminé",
        "abandonné",
        "annulé",
        "refusé",
    ]
