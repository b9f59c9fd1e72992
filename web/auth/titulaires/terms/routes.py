"""The page of the login that shows what changed in the terms, and asks to accept them."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from web.auth.sessions.titulaire import AwaitingTerms
from web.auth.titulaires.guard import TITULAIRES
from web.auth.titulaires.terms.forms import TermsForm
from web.auth.titulaires.terms.service import accept_terms
from web.core.http.forms.live_checks import build_live_check
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.people.terms import NEWEST, list_changes_since


@TITULAIRES.admit_any
async def show_new_terms(request: Request) -> Response:
    """Show what changed since the version that the titulaire accepted."""
    account = TITULAIRES.get(request)
    if not isinstance(account, AwaitingTerms):
        return _redirect(request)
    return _page(request, account, TermsForm())


@TITULAIRES.admit_any
async def submit_new_terms(request: Request) -> Response:
    """Record the acceptance, then show the page that was asked for."""
    account = TITULAIRES.get(request)
    if not isinstance(account, AwaitingTerms):
        await request.check_not_done()
        return _redirect(request)
    form = TermsForm(request.posted)
    if not form.validate():
        return _page(request, account, form, 422)
    command = request.command(TITULAIRES.arrival(request, account), "conditions-acceptees")
    await accept_terms(request.runtime, account, command)
    return request.answer(command.answer)


def _redirect(request: Request) -> Response:
    """Redirect to the step that the login awaits, or to the page asked for."""
    account = TITULAIRES.get(request)
    if account.may_enter:
        return RedirectResponse(TITULAIRES.arrival(request, account), 303)
    return RedirectResponse(TITULAIRES.step(request, account.awaited_step), 303)


def _page(request: Request, account: AwaitingTerms, form: TermsForm, status: int = 200) -> Response:
    context = {
        "form": form,
        "action": TITULAIRES.step(request, "new-terms"),
        "newest": NEWEST,
        "accepted_version": account.terms_version,
        "changed": list_changes_since(account.terms_version),
    }
    return render(request, "signin/new_terms.html", context, status=status)


_CHECK = TITULAIRES.admit_any(build_live_check(TermsForm))
ROUTES = [
    get("new-terms", "/connexion/conditions", show_new_terms),
    post("new-terms", "/connexion/conditions", submit_new_terms, check=_CHECK),
]
