"""Simulated hours, unsaved input and error sentences, as the pages of a draft show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from web.core.text import NBSP
from web.domain.dossier import Event
from web.domain.hours.rules import HoursSplit
from web.domain.situation import Situation
from web.domain.submission import Draft, submission_problems
from web.dossiers.access import PresentState
from web.dossiers.drafts.fields import NO, YES
from web.dossiers.drafts.forms import DossierForm
from web.dossiers.drafts.pace import TooMuchTodayError
from web.dossiers.labels import limit_binds, present_sentence, simulation_sentence
from web.dossiers.reading.views import Line
from web.dossiers.records import ChoiceLabels, DossierDetail
from web.dossiers.rules import planned
from web.dossiers.sentences import PROBLEMS
from web.filters import french_moment
from web.hours.balances import Balances
from web.people.history.events import Actor


@dataclass(frozen=True)
class Simulation:
    """The split of the hours as of today; `is_limited`: the limit of 150 hours applies."""

    hours: int
    split: HoursSplit
    sentence: str
    is_limited: bool
    balances: Balances


def simulated(balances: Balances, hours: int | None) -> Simulation | None:
    """Simulate a duration in hours; None without one."""
    if not hours:
        return None
    split = planned(balances, hours)
    return Simulation(hours, split, simulation_sentence(split), limit_binds(split), balances)


def missing_fields(form: DossierForm, kept: Draft) -> tuple[tuple[str, str], ...]:
    """Return the anchor in the form and the name of each field that a submission still needs."""
    places = [PROBLEMS[problem][0] for problem in submission_problems(kept)]
    return tuple((place, form.short_name(form[place.removesuffix("-0")])) for place in places)


def typed_lines(form: DossierForm, found: DossierDetail) -> tuple[Line, ...]:
    """Return the unsaved input of a dossier that is no longer a draft, to be copied."""
    kept = found.dossier.contents
    is_kept = kept.code_cpf and kept.code_cpf == form.code.data
    return unsaved_lines(form, ChoiceLabels(found.organismes, kept.title if is_kept else ""))


def unsaved_lines(form: DossierForm, names: ChoiceLabels) -> tuple[Line, ...]:
    """Return the unsaved input of a form, to be copied."""
    title = f"{names.title}, " if names.title else ""
    choices: dict[str, dict[Any, str]] = {
        "confidential": {True: "Oui"},
        "code": {form.code.data: f"{title}code CPF{NBSP}{form.code.data}"},
        "on_working_time": {YES: "Oui", NO: "Non"},
        "situation": {each.value: each.label for each in Situation},
        "organisme": {one.id: one.name for one in names.organismes},
    }
    return tuple(
        Line(field.label.text, choices.get(field.name, {}).get(field.data, field.data))
        for field in form
        if field.data and field.name not in ("revision", "search")
    )


def differing_lines(form: DossierForm, contents: Draft, found: DossierDetail) -> tuple[Line, ...]:
    """Return the fields of the saved version that differ from the contents typed in `form`."""
    kept = found.dossier.contents
    saved, typed = type(form).of(kept), type(form).of(contents)
    texts = {
        line.label: line.text
        for line in unsaved_lines(saved, ChoiceLabels(found.organismes, kept.title))
    }
    return tuple(
        Line(
            field.label.text,
            texts.get(field.label.text, "Non" if field.data is False else "vide"),
        )
        for field in saved
        if field.name not in ("revision", "search") and field.data != typed[field.name].data
    )


def changed_sentence(state: PresentState, viewer: Actor) -> str:
    """Explain that a draft changed meanwhile, above a form that may replace it."""
    return (
        f"Ce dossier a changé entre-temps. {present_sentence(state, viewer)} Votre "
        "saisie, ci-dessous, n’est pas encore enregistrée : si vous l’enregistrez, elle remplacera "
        "la version enregistrée."
    )


def limit_sentence(error: TooMuchTodayError) -> str:
    """Explain an employer's daily limit, above a form that keeps its input."""
    acts = {
        Event.CREATE: "prépare au plus {} dossiers",
        Event.EDIT: "corrige au plus {} fois les dossiers",
    }
    return (
        f"Rien n’est enregistré : par jour, un employeur {acts[error.event].format(error.most)} "
        "d’une même personne, pour ne pas encombrer sa messagerie et son historique. Vous pourrez "
        f"enregistrer votre saisie, ci-dessous, à partir du {french_moment(error.again_at)}. "
        "Gardez cette page ouverte jusque-là, ou copiez ce que vous avez saisi."
    )
