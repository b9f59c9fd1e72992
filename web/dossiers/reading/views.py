"""A dossier as its pages show it: contents, hours and timeline, worded for the viewer.

`view_of` builds the data of _contents.html, _hours.html and _timeline.html in templates/dossiers/,
which the titulaire, the organisme and the employer share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from web.core.crypto.vault import Vault
from web.core.text import NBSP
from web.domain.dossier import ClosingReason, Event, Status
from web.domain.hours.rules import HoursSplit
from web.domain.siret import shown_siret
from web.domain.situation import Situation
from web.domain.submission import Draft, submission_problems
from web.dossiers.labels import (
    MISSING,
    actor_label,
    capitalized,
    euros,
    held_hours,
    release_sentence,
    simulation_sentence,
    status_label,
    step_label,
)
from web.dossiers.reasons import open_reason
from web.dossiers.records import Dossier, DossierDetail, Step
from web.dossiers.rules import planned
from web.dossiers.situations import NOT_GIVEN, employer_label, funding_sentence
from web.filters import french_period
from web.hours.balances import Balances
from web.hours.queries import DifAttestation
from web.people.history.events import Actor


@dataclass(frozen=True)
class Line:
    """A line of the contents; `is_missing` while a draft lacks it.

    `is_name`: the text is a name, which a browser's translation must not change.
    """

    label: str
    text: str
    is_missing: bool = False
    is_name: bool = False


@dataclass(frozen=True)
class HoursView:
    """The hours of a dossier: planned, reserved or used, as `title` says."""

    title: str
    sentence: str
    split: HoursSplit
    is_plan: bool = False

    @property
    def held(self) -> str:
        """The hours paid by the account, « 15 h DIF + 20 h CPF »; '' for none."""
        return held_hours(self.split)


@dataclass(frozen=True)
class StepView:
    """A step of the timeline; `reason` is the organisme's, or ''."""

    title: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class DossierView:
    """The data of a dossier's shared fragments."""

    dossier: Dossier
    status: str
    title: str
    lines: tuple[Line, ...]
    hours: HoursView | None
    balances: Balances
    steps: tuple[StepView, ...]
    # The step that sent the draft back, while it has not been submitted again.
    sent_back: StepView | None
    # The organisme's decision, once the dossier is no longer a draft nor under examination.
    decision: StepView | None
    # What the situation says about the choice of the organisme, or ''.
    funding: str
    # The attestation of the person's DIF hours, once an organisme has seen it.
    attestation: DifAttestation | None

    @property
    def missing(self) -> int:
        """The number of points to complete before the dossier can be submitted."""
        return len(submission_problems(self.dossier.contents))

    @property
    def awaits_correction(self) -> bool:
        """Return whether the draft was sent back, and nothing was changed since."""
        return self.sent_back is not None and self.steps[-1] is self.sent_back

    @property
    def awaits_attestation(self) -> bool:
        """Return whether validating it would be the first use of DIF hours without attestation."""
        uses_dif = self.hours is not None and self.hours.is_plan and self.hours.split.dif > 0
        return uses_dif and self.attestation is None

    @property
    def release(self) -> str:
        """The sentence about its hours once it is cancelled."""
        split = self.hours.split if self.hours else HoursSplit(0, 0, 0)
        return release_sentence(split, self.balances.dif_ended_on)


def view_of(found: DossierDetail, vault: Vault, viewer: Actor) -> DossierView:
    """Build the view; `viewer` is addressed as « vous »."""
    dossier = found.dossier
    shown = tuple(_without_repeated_edits(found.steps))
    steps = tuple(step_view(step, dossier, vault, viewer) for step in shown)
    sent_back, decision = None, None
    if dossier.status in (Status.VALIDATED, Status.CLOSED):
        decision = steps[-1] if shown[-1].actor is Actor.ORGANISME else None
    elif dossier.status is Status.DRAFT:
        views = zip(shown, steps, strict=True)
        sent_back = next((v for s, v in reversed(list(views)) if s.kind is Event.SEND_BACK), None)
    return DossierView(
        dossier=dossier,
        status=status_label(dossier.status, dossier.closing),
        title=dossier.contents.title or "Formation à choisir",
        lines=tuple(contents_lines(dossier)),
        hours=hours_view(dossier, found.balances),
        balances=found.balances,
        steps=steps,
        sent_back=sent_back,
        decision=decision,
        funding=funding_sentence(dossier, viewer),
        attestation=found.attestation,
    )


def contents_lines(dossier: Dossier) -> Iterator[Line]:
    """Yield the lines of the contents, in the order of the form."""
    contents = dossier.contents
    yield _line("Formation", contents.title)
    if contents.code_cpf:
        yield Line("Code CPF", contents.code_cpf)
    yield _line("Organisme de formation", contents.trainer_name, is_name=True)
    siret = contents.trainer_siret
    yield _line("Son n° SIRET", shown_siret(siret) if siret else "")
    yield _dates_line(contents)
    yield _line("Durée", f"{contents.duration}{NBSP}h" if contents.duration else "")
    yield Line("Coût", "non indiqué" if contents.cost is None else euros(contents.cost))
    working = contents.on_working_time
    yield _line("Sur le temps de travail", "" if working is None else "oui" if working else "non")
    yield from _situation_lines(dossier)
    yield _line("Organisme financeur", dossier.organisme_name, is_name=True)
    yield Line("Confidentiel", "oui, caché aux employeurs" if contents.confidential else "non")


def hours_view(dossier: Dossier, balances: Balances) -> HoursView | None:
    """Return the hours planned, reserved or used, by the dossier's status; None without any."""
    duration = dossier.contents.duration
    if dossier.status in (Status.DRAFT, Status.SUBMITTED):
        if duration is None:
            return None
        split = planned(balances, duration)
        return HoursView("Heures prévues", simulation_sentence(split), split, is_plan=True)
    held = dossier.hours
    if held is None or dossier.closing in (ClosingReason.CANCELLED, ClosingReason.REFUSED):
        return None
    split = HoursSplit(held.dif, held.cpf, held.elsewhere)
    title = "Heures réservées" if dossier.status is Status.VALIDATED else "Heures débitées"
    return HoursView(title, simulation_sentence(split), split)


def step_view(step: Step, dossier: Dossier, vault: Vault, viewer: Actor) -> StepView:
    """Build the view of a step."""
    title = capitalized(step_label(step.kind))
    if step.kind is Event.SUBMIT:
        title += f", avec {'votre accord' if viewer is Actor.TITULAIRE else 'son accord'}"
    if step.followed is not None:
        title = f"{title} après {step.followed}{NBSP}h suivie{'s' if step.followed > 1 else ''}"
    reason = open_reason(vault, step.reason, dossier.id, step.revision)
    return StepView(title, actor_label(step, viewer), step.at, reason)


def _without_repeated_edits(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Keep only the last of several consecutive edits by the same actor."""
    for step, after in zip(steps, (*steps[1:], None), strict=True):
        same_actor = after is not None and (after.actor, after.actor_name) == (
            step.actor,
            step.actor_name,
        )
        if not (step.kind is Event.EDIT and after and after.kind is Event.EDIT and same_actor):
            yield step


def _line(label: str, text: str, *, is_name: bool = False) -> Line:
    return Line(label, text or MISSING, not text, is_name)


def _situation_lines(dossier: Dossier) -> Iterator[Line]:
    """Yield the situation, missing in a draft; dossiers submitted before it was asked have none."""
    contents = dossier.contents
    if contents.situation is None and dossier.status is not Status.DRAFT:
        yield Line("Situation", NOT_GIVEN)
    else:
        label = contents.situation.label if contents.situation else ""
        yield _line("Situation", capitalized(label))
    if contents.employer or contents.situation is Situation.EMPLOYEE:
        yield _line("Employeur", employer_label(contents.employer), is_name=True)


def _dates_line(contents: Draft) -> Line:
    text = french_period(contents.starts_on, contents.ends_on)
    whole = contents.starts_on is not None and contents.ends_on is not None
    return Line("Dates", text or MISSING, not whole)
