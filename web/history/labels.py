"""The words of the history."""

from __future__ import annotations

from web.accounts.history import EVENT_LABELS, Actor, EventKind
from web.history.queries import Event

_NAMES = {
    Actor.TITULAIRE: "Vous",
    Actor.EMPLOYER: "Employeur",
    Actor.ORGANISME: "Organisme",
    Actor.SERVICE: "Le service",
    Actor.UNKNOWN: "Personne non identifiée",
}


def action_label(event: Event) -> str:
    """What was done, with its reference: « Solde DIF corrigé (80 h) »."""
    _, text = EVENT_LABELS[EventKind(event.kind)]
    return f"{text} ({event.detail})" if event.detail else text


def actor_label(event: Event) -> str:
    """Who did it; an employer or organisme by its name."""
    name = _NAMES[Actor(event.actor)]
    return f"{name}\u00a0: {event.actor_name}" if event.actor_name else name


def device_label(event: Event) -> str:
    """From what kind of device; what the service does has none."""
    return event.device or "–"
