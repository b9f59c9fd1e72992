"""The words of a dossier: its status, dates, hours, and who did what to it."""

from __future__ import annotations

from decimal import Decimal

from web.accounts.history import Actor
from web.domain.dossier import ClosingReason, Status
from web.domain.hours import LIMIT_PER_DOSSIER, HoursSplit
from web.dossiers.access import PresentState
from web.dossiers.records import Listed, Step
from web.filters import french_moment, french_period

NBSP = "\u00a0"
MISSING = "à compléter"


def capitalized(text: str) -> str:
    """With its first letter in upper case, the others as they are."""
    return text[:1].upper() + text[1:]


def status_label(status: Status, closing: ClosingReason | None) -> str:
    """« Soumis », « Clos : annulé »."""
    label = capitalized(status.label)
    return f"{label}{NBSP}: {closing.label}" if closing else label


def listed_dates(line: Listed) -> str:
    """The same, short: « 1er mars 2027 au 18 juin 2027 »."""
    return french_period(line.starts_on, line.ends_on).removeprefix("du ") or "–"


def euros(cost: Decimal) -> str:
    """« 1 250,50 € »."""
    return f"{cost:,.2f}".replace(",", "\u202f").replace(".", ",") + f"{NBSP}€"


def simulation_sentence(split: HoursSplit) -> str:
    """« 15 h DIF + 20 h CPF, reste 5 h à financer autrement »."""
    parts = [(split.dif, "DIF"), (split.cpf, "CPF")]
    used = " + ".join(f"{hours}{NBSP}h {name}" for hours, name in parts if hours)
    rest = f"{split.other}{NBSP}h à financer autrement"
    if not used:
        return rest if split.other else "aucune heure"
    return f"{used}, reste {rest}" if split.other else used


def limit_binds(split: HoursSplit) -> bool:
    """Whether the limit of 150 hours for one dossier leaves some to finance otherwise."""
    return split.other > 0 and split.dif + split.cpf == LIMIT_PER_DOSSIER


def actor_label(step: Step, viewer: Actor) -> str:
    """« vous », « le titulaire », « l’employeur Ateliers Démo », « Fongecif »."""
    if step.actor is Actor.TITULAIRE:
        return "vous" if viewer is Actor.TITULAIRE else "le titulaire"
    if step.actor is Actor.EMPLOYER:
        return f"l’employeur {step.actor_name}"
    return step.actor_name


def present_sentence(state: PresentState, viewer: Actor) -> str:
    """Where a dossier that changed meanwhile stands: « Validé par Fongecif le … »."""
    if state.last is None:
        return f"Il est maintenant {state.status.label}."
    by = actor_label(state.last, viewer)
    when = french_moment(state.last.at)
    return f"{capitalized(state.last.kind.label)}, par {by}, le {when}."
