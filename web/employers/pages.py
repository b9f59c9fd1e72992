"""Helpers shared by the pages of an employer's space."""

from __future__ import annotations

from collections.abc import Collection
from functools import wraps
from typing import Any
from uuid import UUID

from starlette.responses import Response

from web.agents.guard import admit_agents, get_agent
from web.auth.login.redirect import refuse_fragment
from web.core.http.request import Handler, Request
from web.core.http.templating import render, wants_fragment
from web.dossiers.access import DossierGoneError
from web.dossiers.reading.views import DossierView, Line, view_of
from web.employers import service
from web.employers.labels import scope_label, until_label
from web.employers.queries import Visit
from web.employers.service import OpenDossier, OpenPerson
from web.people.history.events import Actor as HistoryActor

GONE = (
    "La délégation a pris fin ou ce dossier n’existe plus : rien de ce que vous saisissez ici ne "
    "sera enregistré."
)


def employers_only(handler: Handler) -> Handler:
    """Admit employers' agents only; answer 404 for data that no délégation of theirs shows.

    The answer is the same whether the data never existed, belongs to another employer's délégation
    or to one that has ended, and so reveals nothing. A fragment gets a message in its place.
    """

    @admit_agents("employer")
    @wraps(handler)
    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except DossierGoneError:
            if wants_fragment(request):
                return refuse_fragment(GONE)
            return gone_page(request)

    return guarded


def gone_page(request: Request, typed: Collection[Line] = ()) -> Response:
    """Render the 404 page, with the unsaved input to copy."""
    return render(request, "employers/gone.html", {"typed": typed}, status=404)


def visit_of(request: Request) -> Visit:
    """Return the visit of the signed-in agent, through the délégation of the path."""
    agent = get_agent(request)
    delegation_id: UUID = request.path_params["delegation_id"]
    return Visit(delegation_id, agent.siret, agent.organisation_name, request.device)


async def get_person(request: Request, *, with_organismes: bool = False) -> OpenPerson:
    """Return the person of the path. Raises NotThereError."""
    return await service.open_person(
        request.runtime, visit_of(request), with_organismes=with_organismes
    )


async def get_dossier(request: Request, *, with_organismes: bool = False) -> OpenDossier:
    """Return the dossier of the path. Raises NotThereError."""
    dossier_id: UUID = request.path_params["dossier_id"]
    return await service.open_dossier(
        request.runtime, visit_of(request), dossier_id, with_organismes=with_organismes
    )


def seen_by_employer(request: Request, opened: OpenDossier) -> DossierView:
    """Return the dossier's view, worded for the employer."""
    return view_of(opened.found, request.runtime.vault, HistoryActor.EMPLOYER)


def page(
    request: Request,
    name: str,
    context: dict[str, Any],
    status: int = 200,
    fragment: str | None = None,
) -> Response:
    """Render a page of the space, or its fragment for htmx."""
    words = {"scope_label": scope_label, "until_label": until_label}
    template = f"employers/{name}.html"
    return render(request, template, {**words, **context}, fragment=fragment, status=status)
