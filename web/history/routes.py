"""« Historique de vos actions »: paged, filtered by kind and year."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from web.auth.titulaires.guard import get_titulaire, titulaires_only
from web.core.db.database import Database
from web.core.http.paging import page_asked, page_url
from web.core.http.request import Request
from web.core.http.routing import get
from web.core.http.templating import render
from web.history.labels import action_label, actor_label, device_label
from web.history.queries import HistoryPage, find_history
from web.people.history.events import EVENT_GROUPS, EVENT_LABELS

FIRST_YEAR = 1900


@dataclass(frozen=True)
class Filter:
    """The filter from the query string of the page at `address`; unknown values are ignored."""

    group: str
    year: int | None
    address: str

    @property
    def kinds(self) -> list[str] | None:
        """The kinds of event selected; None for all."""
        if not self.group:
            return None
        return [kind.value for kind, (group, _) in EVENT_LABELS.items() if group == self.group]

    def url(self, page: int) -> str:
        """Return the URL of a page with this filter."""
        return page_url(self.address, page, type=self.group, annee=str(self.year or ""))


@titulaires_only
async def show_history(request: Request) -> Response:
    """Show one page of the history."""
    query = request.query_params
    group = query.get("type", "")
    chosen = Filter(
        group if group in EVENT_GROUPS else "",
        _year(query.get("annee", "")),
        request.path("history"),
    )
    runtime, number = request.runtime, page_asked(query)
    person_id = get_titulaire(request).person_id

    async def find(db: Database) -> HistoryPage:
        return await find_history(db, person_id, chosen.kinds, chosen.year, number)

    # The first page has what the person has just done; a later one may turn out to be the first.
    history = None if number == 1 else await runtime.reads.read(find)
    if history is None or history.paging.number == 1:
        history = await find(runtime.db)
    context = {
        "history": history,
        "chosen": chosen,
        "groups": EVENT_GROUPS,
        "action_label": action_label,
        "actor_label": actor_label,
        "device_label": device_label,
    }
    return render(request, "history/history.html", context, fragment="history/_events.html")


def _year(text: str) -> int | None:
    is_year = text.isascii() and text.isdecimal() and len(text) == len("2015")
    return int(text) if is_year and int(text) >= FIRST_YEAR else None


ROUTES = [
    get("history", "/espace/historique", show_history),
]
