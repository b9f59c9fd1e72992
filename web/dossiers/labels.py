"""French labels of a dossier: its status, dates, hours and actors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from web.core.text import NBSP
from web.core.vocabulary import get_label
from web.domain.dossier import ClosingReason, Event, Status
from web.domain.hours.rules import LIMIT_PER_DOSSIER, HoursSplit
from web.dossiers.access import PresentState
from web.dossiers.records import Listed, Step
from web.filters import french_date, french_moment, french_period
from web.people.history.events import Actor

MISSING = "à compléter"


def capitalized(text: str) -> str:
    """Return the text with its first letter in upper case, the others unchanged."""
    return text[:1].upper() + text[1:]


def status_label(status: Status, closing: ClosingReason | None) -> str:
    """Label a status: « Soumis », « Clos : annulé »."""
    label = capitalized(status.label)
    return f"{label}{NBSP}: {closing.label}" if closing else label


def step_label(kind: Event | None) -> str:
    """Label a step: « soumis »; « autre étape » for one that a later version added."""
    return get_label(kind, "autre étape")


def listed_dates(line: Listed) -> str:
    """Format the dates for a list: « 1er mars 2027 au 18 juin 2027 »."""
    return french_period(line.starts_on, line.ends_on).removeprefix("du ") or "–"


def euros(cost: Decimal) -> str:
    """Format a cost: « 1 250,50 € »."""
    return f"{cost:,.2f}".replace(",", NBSP).replace(".", ",") + f"{NBSP}€"


def simulation_sentence(split: HoursSplit) -> str:
    """Describe a split: « 15 h DIF + 20 h CPF ; il reste 5 h à financer autrement »."""
    used = held_hours(split)
    rest = f"{split.other}{NBSP}h à financer autrement"
    if not used:
        return rest if split.other else "aucune heure"
    return f"{used}{NBSP}; il reste {rest}" if split.other else used


def held_hours(split: HoursSplit) -> str:
    """List the hours paid by the account: « 15 h DIF + 20 h CPF »; '' for none."""
    parts = [(split.dif, "DIF"), (split.cpf, "CPF")]
    return " + ".join(f"{hours}{NBSP}h {name}" for hours, name in parts if hours)


def release_sentence(split: HoursSplit, dif_ended_on: date | None) -> str:
    """Say what becomes of the hours reserved for a dossier once it is cancelled."""
    if not held_hours(split):
        return "Aucune heure n’est réservée."
    if dif_ended_on is None or not split.dif:
        return f"Les heures réservées ({held_hours(split)}) redeviendront disponibles."
    lost = (
        f"Les heures DIF réservées ({split.dif}{NBSP}h) ne pourront plus être utilisées{NBSP}: le "
        f"DIF a pris fin le {french_date(dif_ended_on)}."
    )
    if not split.cpf:
        return lost
    return f"Les heures CPF réservées ({split.cpf}{NBSP}h) redeviendront disponibles. {lost}"


def limit_binds(split: HoursSplit) -> bool:
    """Return whether the limit of 150 hours per dossier leaves hours to finance otherwise."""
    return split.other > 0 and split.dif + split.cpf == LIMIT_PER_DOSSIER


def actor_label(step: Step, viewer: Actor) -> str:
    """Name an actor: « vous », « la personne », « l’employeur Ateliers Démo », « Fongecif »."""
    if step.actor is Actor.TITULAIRE:
        return "vous" if viewer is Actor.TITULAIRE else "la personne"
    if step.actor is Actor.EMPLOYER:
        return f"l’employeur {step.actor_name}"
    return step.actor_name


def present_sentence(state: PresentState, viewer: Actor) -> str:
    """Describe the last change of a dossier: « Validé, par Fongecif, le … »."""
    if state.last is None:
        return f"Il est maintenant {state.status.label}."
    by = actor_label(state.last, viewer)
    when = french_moment(state.last.at)
    return f"{capitalized(step_label(state.last.kind))}, par {by}, le {when}."
