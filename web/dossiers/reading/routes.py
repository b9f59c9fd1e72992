"""« Mes dossiers de formation »: the list, and one dossier."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from web.auth.titulaires.guard import get_titulaire, titulaires_only
from web.core.http.paging import page_asked, page_url
from web.core.http.request import Request
from web.core.http.routing import get
from web.core.http.templating import render
from web.domain.dossier import Actor, Event, Status, possible_events
from web.dossiers.labels import listed_dates, status_label
from web.dossiers.reading.pages import get_dossier, own_dossiers_only, seen_by_titulaire
from web.dossiers.reading.queries import list_dossiers, mark_read
from web.dossiers.records import DossierList
from web.hours.balances import current_dif_end

STATUSES = {
    Status.DRAFT: "En cours d’élaboration",
    Status.SUBMITTED: "Soumis",
    Status.VALIDATED: "Validés",
    Status.CLOSED: "Clos",
}


@dataclass(frozen=True)
class ListView:
    """A page of the dossiers of one status, or of all of them (`chosen` None), at `address`."""

    found: DossierList
    chosen: Status | None
    address: str

    @property
    def count(self) -> str:
        """The count: « 3 dossiers », « 1 dossier sur 3 », « 45 dossiers, page 1 sur 3 »."""
        paging = self.found.paging
        text = f"{paging.total or 'Aucun'} dossier{'s' if paging.total > 1 else ''}"
        return text + (f" sur {self.found.of_all}" if self.chosen else "") + paging.place

    def url(self, page: int) -> str:
        """Return the URL of a page of these dossiers."""
        return page_url(self.address, page, statut=self.chosen.value if self.chosen else "")


@titulaires_only
async def show_list(request: Request) -> Response:
    """Show the dossiers, the last changed first; with htmx, the list alone."""
    query, runtime = request.query_params, request.runtime
    # An unknown status is ignored.
    chosen = next((status for status in Status if status.value == query.get("statut")), None)
    person_id, dif_end = get_titulaire(request).person_id, current_dif_end(runtime)
    found = await list_dossiers(runtime.db, person_id, dif_end, chosen, page_asked(query))
    context = {
        "list": ListView(found, chosen, request.path("dossiers")),
        "may_create": not found.awaits_dif,
        "statuses": STATUSES,
        "status_label": status_label,
        "listed_dates": listed_dates,
    }
    return render(request, "dossiers/list.html", context, fragment="dossiers/_list.html")


@own_dossiers_only
async def show_dossier(request: Request) -> Response:
    """Show one dossier: its contents, hours, timeline and possible actions."""
    view = seen_by_titulaire(request, await get_dossier(request))
    dossier = view.dossier
    if view.decision and dossier.read_revision < dossier.revision:
        await mark_read(request.runtime.db, dossier.id, dossier.revision)
    events = possible_events(dossier.status, Actor.TITULAIRE)

    def url(event: Event, name: str) -> str:
        return request.path(name, dossier_id=dossier.id) if event in events else ""

    context = {
        "view": view,
        "edit_url": url(Event.EDIT, "dossier-edit"),
        "submit_url": url(Event.SUBMIT, "dossier-submit"),
        "cancel_url": url(Event.CANCEL, "dossier-cancel"),
        "delete_url": url(Event.DELETE, "dossier-delete"),
    }
    return render(request, "dossiers/dossier.html", context)


ROUTES = [
    get("dossiers", "/espace/dossiers", show_list),
    get("dossier", "/espace/dossiers/{dossier_id:uuid}", show_dossier),
]
