"""The pages of an organisme's agents: the queue of dossiers, and one dossier."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from web.agents.guard import get_agent
from web.core.http.request import Request
from web.core.http.routing import get
from web.core.http.templating import render
from web.domain.dossier import Actor, Event, possible_events
from web.dossiers.labels import status_label
from web.organismes.pages import AddressedDossier, get_addressed, organismes_only
from web.organismes.queries import find_decided, find_queue
from web.organismes.views import (
    STATUSES,
    count_sentence,
    outcome_sentence,
    parse_decided,
    parse_filter,
    person_name,
)
from web.people.phones import shown_phone

# The decisions of an organisme, in the order of its page: name of the route and label. The page
# shows the cancellation apart: it undoes a request, whereas the others answer it.
ACTIONS = {
    Event.VALIDATE: ("organisme-validate", "Valider ce dossier"),
    Event.SEND_BACK: ("organisme-send-back", "Renvoyer pour correction"),
    Event.REFUSE: ("organisme-refuse", "Refuser ce dossier"),
    Event.COMPLETE: ("organisme-close", "Clore à la fin de la formation"),
    Event.CANCEL: ("organisme-cancel", "Annuler ce dossier"),
}


@dataclass(frozen=True)
class Action:
    """A link to the page of a decision."""

    event: Event
    url: str
    text: str

    @property
    def destroys(self) -> bool:
        """Return whether the decision ends the dossier with no hour used."""
        return self.event in (Event.REFUSE, Event.CANCEL)


@organismes_only
async def show_queue(request: Request) -> Response:
    """Show the dossiers addressed to the organisme, and the one just decided on, if any.

    With htmx, show the list alone.
    """
    agent, asked = get_agent(request), parse_filter(request.query_params, request.path("organisme"))
    runtime, organisme_id = request.runtime, agent.organisation_id
    queue = await find_queue(runtime.db, organisme_id, asked.status, asked.number, asked.page)
    decided_id = parse_decided(request.query_params)
    decided = await find_decided(runtime.db, organisme_id, decided_id) if decided_id else None
    context = {
        "organisme": agent.organisation_name,
        "queue": queue,
        "names": {line.id: person_name(line, runtime.vault) for line in queue.lines},
        "decided": decided,
        "outcome": outcome_sentence(decided) if decided else "",
        "asked": asked,
        "statuses": STATUSES,
        "count": count_sentence(queue),
        "status_label": status_label,
    }
    return render(request, "organismes/queue.html", context, fragment="organismes/_queue.html")


@organismes_only
async def show_dossier(request: Request) -> Response:
    """Show one dossier, its person's contact details and the possible decisions."""
    found = await get_addressed(request)
    actions = list_actions(request, found)
    context = {
        "view": found.view,
        "person": found.person,
        "is_unreadable": found.is_unreadable,
        "actions": [action for action in actions if action.event is not Event.CANCEL],
        "cancel": next((action for action in actions if action.event is Event.CANCEL), None),
        "shown_phone": shown_phone,
    }
    return render(request, "organismes/dossier.html", context)


def list_actions(request: Request, found: AddressedDossier) -> list[Action]:
    """Return each possible decision, the most likely first."""
    if found.is_unreadable:
        return []
    dossier = found.view.dossier
    possible = possible_events(dossier.status, Actor.ORGANISME)
    return [
        Action(event, request.path(name, dossier_id=dossier.id), text)
        for event, (name, text) in ACTIONS.items()
        if event in possible
    ]


ROUTES = [
    get("organisme", "/organisme", show_queue),
    get("organisme-dossier", "/organisme/dossiers/{dossier_id:uuid}", show_dossier),
]
