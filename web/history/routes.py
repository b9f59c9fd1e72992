"""« Historique de vos actions »: paged, filtered by kind and year."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from web.accounts.guard import titulaire_of, titulaires_only
from web.accounts.history import EVENT_GROUPS, EVENT_LABELS
from web.core.runtime import runtime_of
from web.core.templating import render
from web.history.labels import action_label, actor_label, device_label
from web.history.queries import HistoryPage, find_history

HISTORY_URL = "/espace/historique"
NEAR = 2
LAST_PAGE = 100_000


@dataclass(frozen=True)
class Filter:
    """What is asked for; whatever the address says, a filter that exists."""

    group: str
    year: int | None

    @property
    def kinds(self) -> list[str] | None:
        """The kinds of event kept; None for all."""
        if not self.group:
            return None
        return [kind.value for kind, (group, _) in EVENT_LABELS.items() if group == self.group]

    def url(self, page: int) -> str:
        """The address of a page under this filter."""
        asked = {"type": self.group, "annee": self.year or "", "page": page if page > 1 else ""}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{HISTORY_URL}?{query}" if query else HISTORY_URL


@titulaires_only
async def show_history(request: Request) -> Response:
    """One page of the history."""
    query = request.query_params
    group = query.get("type", "")
    chosen = Filter(
        group if group in EVENT_GROUPS else "", _number(query.get("annee", ""), 1900, 9999)
    )
    number = _number(query.get("page", ""), 1, LAST_PAGE) or 1
    async with runtime_of(request).db.connection() as connection:
        history = await find_history(
            connection, titulaire_of(request).person_id, chosen.kinds, chosen.year, number
        )
    context = {
        "history": history,
        "chosen": chosen,
        "groups": EVENT_GROUPS,
        "pages": _pages(history),
        "action_label": action_label,
        "actor_label": actor_label,
        "device_label": device_label,
    }
    return render(request, "history/history.html", context, fragment="history/_events.html")


def _pages(history: HistoryPage) -> list[int]:
    """The pages to link to: the first, the last, and those near this one."""
    near = range(history.number - NEAR, history.number + NEAR + 1)
    return sorted({1, history.last, *(page for page in near if 1 <= page <= history.last)})


def _number(text: str, least: int, most: int) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        return None
    return int(text) if least <= int(text) <= most else None
