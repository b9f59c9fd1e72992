"""The simulation of a duration: the hours that it would use, beside its field or as a page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from web.core.http.request import Request
from web.core.http.templating import render, wants_fragment
from web.dossiers.drafts.forms import DurationForm
from web.dossiers.drafts.pages import DraftPages
from web.dossiers.drafts.views import simulated
from web.hours.balances import Balances


@dataclass(frozen=True)
class SimulationPage:
    """The simulation of one kind of account.

    `find_balances` returns the hours to simulate with, and raises DossierGoneError without the
    right to see them. `template` is that of the page without htmx; '' redirects to the home of the
    pages.
    """

    find_balances: Callable[[Request], Awaitable[Balances]]
    pages: DraftPages
    template: str = ""

    async def show(self, request: Request) -> Response:
        """Show which hours a duration would use; with htmx, the answer alone."""
        form, balances = DurationForm(request.query_params), await self.find_balances(request)
        is_page = not wants_fragment(request)
        if is_page and not self.template:
            return request.redirect(self.pages.path(request, self.pages.home))
        context = {
            "form": form,
            "balances": balances,
            "simulation": simulated(balances, form.hours()),
            "whose_hours": self.pages.whose_hours,
        }
        return render(
            request,
            self.template,
            context,
            fragment="dossiers/_simulation.html",
            status=422 if form.errors and is_page else 200,
        )
