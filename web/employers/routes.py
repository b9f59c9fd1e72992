"""« Salariés »: the people who gave a délégation, their hours and their dossiers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.responses import Response

from web.agents.guard import get_agent
from web.core.http.paging import Paging, page_asked, page_url
from web.core.http.request import Request
from web.core.http.routing import get
from web.domain.dossier import Actor, Event, possible_events
from web.employers import service
from web.employers.pages import employers_only, get_dossier, get_person, page, seen_by_employer
from web.employers.service import People, Person

PAGE_SIZE = 50


@dataclass(frozen=True)
class PeoplePage:
    """One page of the people, by name; `address` is that of the list."""

    people: tuple[Person, ...]
    is_cut: bool
    paging: Paging
    address: str

    def url(self, number: int) -> str:
        """Return the URL of a page."""
        return page_url(self.address, number)


@employers_only
async def show_people(request: Request) -> Response:
    """Show the people whose délégation to this employer is in force."""
    agent = get_agent(request)
    found = await service.list_people(request.runtime, agent.siret)
    context = {"agent": agent, "list": _people_page(request, found)}
    return page(request, "people", context)


@employers_only
async def show_person(request: Request) -> Response:
    """Show a person's page: the data that they saw in the preview, and nothing else."""
    opened = await get_person(request)
    delegation = opened.person.delegation
    may_prepare = delegation.may_modify and not opened.visible.balances.awaits_dif
    context = {
        "person": opened.person,
        "visible": opened.visible,
        "may_prepare": may_prepare,
    }
    return page(request, "person", context)


@employers_only
async def show_dossier(request: Request) -> Response:
    """Show one dossier: its contents, hours and timeline."""
    opened = await get_dossier(request)
    delegation, dossier = opened.person.delegation, opened.found.dossier
    actor = Actor.EMPLOYER_MODIFIER if delegation.may_modify else Actor.EMPLOYER_CONSULTER
    events = possible_events(dossier.status, actor)

    def url(event: Event, name: str) -> str:
        if event not in events:
            return ""
        return request.path(name, delegation_id=delegation.id, dossier_id=dossier.id)

    context = {
        "person": opened.person,
        "view": seen_by_employer(request, opened),
        "edit_url": url(Event.EDIT, "person-dossier-edit"),
        "delete_url": url(Event.DELETE, "person-dossier-delete"),
    }
    return page(request, "dossier", context)


def _people_page(request: Request, found: People) -> PeoplePage:
    """Return the page asked for; past the last one, the last one."""
    whole = Paging(1, len(found.people), PAGE_SIZE)
    paging = replace(whole, number=min(page_asked(request.query_params), whole.last))
    start = (paging.number - 1) * PAGE_SIZE
    return PeoplePage(
        found.people[start : start + PAGE_SIZE], found.is_cut, paging, request.path("people")
    )


ROUTES = [
    get("people", "/employeur", show_people),
    get("person", "/employeur/personnes/{delegation_id:uuid}", show_person),
    get(
        "person-dossier",
        "/employeur/personnes/{delegation_id:uuid}/dossiers/{dossier_id:uuid}",
        show_dossier,
    ),
]
