"""The desk of an organisme: its queue, and one dossier."""

from __future__ import annotations

from starlette.responses import Response

from web.agents.guard import get_agent
from web.core.http.request import Request
from web.core.http.routing import get
from web.core.http.templating import render
from web.domain.dossier import Actor, Event, possible_events
from web.dossiers.labels import status_label
from web.organismes.pages import OnDesk, on_desk, organismes_only
from web.organismes.queries import find_queue
from web.organismes.views import STATUSES, count_sentence, parse_filter
from web.people.phones import shown_phone

# The actions of an organisme on a dossier, in the order of its page: name of the address and label.
ACTIONS = {
    Event.VALIDATE: ("organisme-validate", "Valider ce dossier"),
    Event.SEND_BACK: ("organisme-send-back", "Renvoyer pour correction"),
    Event.REFUSE: ("organisme-refuse", "Refuser"),
    Event.COMPLETE: ("organisme-close", "Clore ce dossier"),
    Event.CANCEL: ("organisme-cancel", "Annuler ce dossier"),
}


@organismes_only
async def show_queue(request: Request) -> Response:
    """Show the dossiers addressed to the organisme; with htmx, the list alone."""
    agent, asked = get_agent(request), parse_filter(request.query_params, request.path("organisme"))
    queue = await find_queue(
        request.runtime.db, agent.organisation_id, asked.status, asked.number, asked.page
    )
    context = {
        "organisme": agent.organisation_name,
        "queue": queue,
        "asked": asked,
        "statuses": STATUSES,
        "count": count_sentence(queue),
        "status_label": status_label,
    }
    return render(request, "organismes/queue.html", context, fragment="organismes/_queue.html")


@organismes_only
async def show_dossier(request: Request) -> Response:
    """Show one dossier, its person's contact details and the possible decisions."""
    found = await on_desk(request)
    context = {
        "view": found.view,
        "person": found.person,
        "actions": list_actions(request, found),
        "shown_phone": shown_phone,
    }
    return render(request, "organismes/dossier.html", context)


def list_actions(request: Request, found: OnDesk) -> list[tuple[str, str]]:
    """Return the URL and label of each possible action, the most likely first."""
    dossier = found.view.dossier
    possible = possible_events(dossier.status, Actor.ORGANISME)
    return [
        (request.path(name, dossier_id=dossier.id), text)
        for event, (name, text) in ACTIONS.items()
        if event in possible
    ]


ROUTES = [
    get("organisme", "/organisme", show_queue),
    get("organisme-dossier", "/organisme/dossiers/{dossier_id:uuid}", show_dossier),
]
