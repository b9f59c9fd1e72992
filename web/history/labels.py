"""The labels of the history page."""

from __future__ import annotations

from web.core.vocabulary import known_value
from web.history.queries import Event
from web.people.history.events import Actor, EventKind, event_label

_NAMES = {
    Actor.TITULAIRE: "Vous",
    Actor.EMPLOYER: "Employeur",
    Actor.ORGANISME: "Organisme",
    Actor.SERVICE: "Le service",
    Actor.UNKNOWN: "Personne non identifiée",
}
# A link is enough for these: anyone with access to the mailbox can follow it.
_BY_LINK = {EventKind.PASSWORD_RESET, EventKind.EMAIL_CHANGE_REFUSED, EventKind.EMAIL_CHANGED}
BY_LINK = "Personne ayant suivi le lien du courriel"


def action_label(event: Event) -> str:
    """Return the action with its reference: « Solde DIF corrigé (80 h) »."""
    text = event_label(event.kind)
    return f"{text} ({event.detail})" if event.detail else text


def actor_label(event: Event) -> str:
    """Return the actor, with the name of an employer or organisme."""
    if event.actor == Actor.UNKNOWN and event.kind in _BY_LINK:
        return BY_LINK
    actor = known_value(Actor, event.actor)
    name = _NAMES[actor] if actor else "Autre"
    return f"{name}\u00a0: {event.actor_name}" if event.actor_name else name


def device_label(event: Event) -> str:
    """Return the kind of device; a dash for the service, which has none."""
    return event.device or "–"
