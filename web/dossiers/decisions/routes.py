"""The titulaire's decisions on a dossier: submit it, cancel it."""

from __future__ import annotations

from starlette.responses import Response

from web.auth.titulaires.guard import get_titulaire
from web.core.http.forms.live_checks import build_live_check
from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.domain.dossier import Actor, DossierError, Event, Facts, Status, possible_events
from web.domain.submission import submission_problems
from web.dossiers.access import ChangedMeanwhileError, IncompleteError, PresentState
from web.dossiers.decisions.forms import ConsentForm
from web.dossiers.decisions.service import carry_out
from web.dossiers.forms import SeenForm
from web.dossiers.reading.pages import (
    NO_LONGER,
    author_of,
    changed_page,
    get_dossier,
    id_of,
    own_dossiers_only,
    seen_by_titulaire,
)
from web.dossiers.records import DossierDetail
from web.dossiers.sentences import PROBLEMS
from web.people.history.events import Actor as HistoryActor

SUBMITTED, CANCELLED = "dossier-soumis", "dossier-annule"


@own_dossiers_only
async def show_submit(request: Request) -> Response:
    """Show the recap and the consent, or all that is still missing."""
    found = await get_dossier(request)
    if found.dossier.status is not Status.DRAFT:
        return _redirect_to_dossier(request)
    form = filled_again(request, ConsentForm(data={"revision": str(found.dossier.revision)}))
    return _submit_page(request, found, form)


@own_dossiers_only
async def submit_dossier(request: Request) -> Response:
    """Submit, with the express consent; the database dates it."""
    form = ConsentForm(request.posted)
    if not form.validate():
        found = await get_dossier(request)
        if found.dossier.status is not Status.DRAFT:
            return _redirect_to_dossier(request)
        return _submit_page(request, found, form, 422)
    command = request.command(request.path("dossier", dossier_id=id_of(request)), SUBMITTED)
    try:
        await carry_out(
            request.runtime,
            id_of(request),
            Event.SUBMIT,
            author_of(request),
            facts=Facts(consent_at=request.runtime.database_time.now()),
            seen_revision=form.seen_revision,
            command=command,
        )
    except IncompleteError:
        return _submit_page(request, await get_dossier(request), form, 422)
    except ChangedMeanwhileError as error:
        return _changed_page(request, error.state)
    except DossierError:
        return _redirect_to_dossier(request)
    return request.answer(command.answer)


@own_dossiers_only
async def show_cancel(request: Request) -> Response:
    """Show the consequences of cancelling, and its button."""
    found = await get_dossier(request)
    if Event.CANCEL not in possible_events(found.dossier.status, Actor.TITULAIRE):
        return _redirect_to_dossier(request)
    form = filled_again(request, SeenForm(data={"revision": str(found.dossier.revision)}))
    context = {"form": form, "view": seen_by_titulaire(request, found)}
    return render(request, "dossiers/cancel.html", context)


@own_dossiers_only
async def cancel_dossier(request: Request) -> Response:
    """Cancel the dossier and release its reserved hours, if any."""
    form = SeenForm(request.posted)
    command = request.command(request.path("dossier", dossier_id=id_of(request)), CANCELLED)
    try:
        await carry_out(
            request.runtime,
            id_of(request),
            Event.CANCEL,
            author_of(request),
            seen_revision=form.seen_revision,
            command=command,
        )
    except ChangedMeanwhileError as error:
        return _changed_page(request, error.state)
    except DossierError:
        return _redirect_to_dossier(request)
    return request.answer(command.answer)


def _submit_page(
    request: Request, found: DossierDetail, form: ConsentForm, status: int = 200
) -> Response:
    problems = submission_problems(found.dossier.contents)
    context = {
        "form": form,
        "view": seen_by_titulaire(request, found),
        "problems": [PROBLEMS[problem] for problem in problems],
        "identity": get_titulaire(request).identity,
    }
    return render(request, "dossiers/submit.html", context, status=status)


def _changed_page(request: Request, state: PresentState) -> Response:
    url = request.path("dossier", dossier_id=id_of(request))
    return changed_page(request, state, HistoryActor.TITULAIRE, url)


def _redirect_to_dossier(request: Request) -> Response:
    """Redirect to the dossier when its status no longer allows the action."""
    return request.redirect(request.path("dossier", dossier_id=id_of(request)), NO_LONGER)


ROUTES = [
    get("dossier-submit", "/espace/dossiers/{dossier_id:uuid}/soumettre", show_submit),
    post(
        "dossier-submit",
        "/espace/dossiers/{dossier_id:uuid}/soumettre",
        submit_dossier,
        check=own_dossiers_only(build_live_check(ConsentForm)),
    ),
    get("dossier-cancel", "/espace/dossiers/{dossier_id:uuid}/annuler", show_cancel),
    post("dossier-cancel", "/espace/dossiers/{dossier_id:uuid}/annuler", cancel_dossier),
]
