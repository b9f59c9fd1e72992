"""« Salariés »: the people who gave a délégation, their hours and their dossiers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.responses import Response

from web.core.paging import Paging, page_asked, page_url
from web.core.request import Request
from web.core.routing import get
from web.domain.dossier import Actor, Event, possible_events
from web.employers import service
from web.employers.pages import (
    PEOPLE_URL,
    dossier_url,
    employers_only,
    get_dossier,
    get_person,
    page,
    person_url,
    seen_by_employer,
)
from web.employers.service import People, Person
from web.professionals.guard import agent_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class PeoplePage:
    """One page of the people, by name."""

    people: tuple[Person, ...]
    is_cut: bool
    paging: Paging

    def url(self, number: int) -> str:
        """Return the URL of a page."""
        return page_url(PEOPLE_URL, number)


@employers_only
async def show_people(request: Request) -> Response:
    """Show the people whose délégation to this employer is in force."""
    agent = agent_of(request)
    found = await service.list_people(request.runtime, agent.siret)
    context = {"agent": agent, "list": _people_page(found, page_asked(request.query_params))}
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
        "dossier_url": dossier_url,
        "new_url": person_url(delegation.id, "dossiers/nouveau") if may_prepare else "",
    }
    return page(request, "person", context)


@employers_only
async def show_dossier(request: Request) -> Response:
    """Show one dossier: its contents, hours and timeline."""
    opened = await get_dossier(request)
    delegation, dossier = opened.person.delegation, opened.found.dossier
    actor = Actor.EMPLOYER_MODIFIER if delegation.may_modify else Actor.EMPLOYER_CONSULTER
    events = possible_events(dossier.status, actor)

    def url(event: Event, action: str) -> str:
        return dossier_url(delegation.id, dossier.id, action) if event in events else ""

    context = {
        "person": opened.person,
        "view": seen_by_employer(request, opened),
        "edit_url": url(Event.EDIT, "modifier"),
        "delete_url": url(Event.DELETE, "supprimer"),
    }
    return page(request, "dossier", context)


def _people_page(found: People, number: int) -> PeoplePage:
    """Return the page asked for; past the last one, the last one."""
    whole = Paging(1, len(found.people), PAGE_SIZE)
    paging = replace(whole, number=min(number, whole.last))
    start = (paging.number - 1) * PAGE_SIZE
    return PeoplePage(found.people[start : start + PAGE_SIZE], found.is_cut, paging)


ROUTES = [
    get("people", "/employeur", show_people),
    get("person", "/employeur/personnes/{delegation_id:uuid}", show_person),
    get(
        "person-dossier",
        "/employeur/personnes/{delegation_id:uuid}/dossiers/{dossier_id:uuid}",
        show_dossier,
    ),
]
