"""« Synthèse de votre compte »: the first page of the personal space."""

from __future__ import annotations

from starlette.responses import Response

from web.auth.titulaires.guard import get_titulaire, titulaires_only
from web.core.http.request import Request
from web.core.http.routing import get
from web.core.http.templating import render
from web.core.mail.outgoing import masked_email
from web.domain.hours.rules import next_feed
from web.home.inbox import build_inbox
from web.home.queries import find_summary
from web.hours.balances import current_dif_end


@titulaires_only
async def show_dashboard(request: Request) -> Response:
    """Show the four figures, and the next steps."""
    runtime = request.runtime
    titulaire = get_titulaire(request)
    summary = await find_summary(runtime.db, titulaire.person_id, current_dif_end(runtime))
    today = runtime.clock.today()
    context = {
        "summary": summary,
        "inbox": build_inbox(summary.items, runtime.vault, today),
        "feed": next_feed(today, summary.last_fed_year),
        "year": today.year,
        "email": masked_email(titulaire.identity.email, with_domain=True),
    }
    return render(request, "home/dashboard.html", context)


ROUTES = [
    get("space", "/espace", show_dashboard),
]
