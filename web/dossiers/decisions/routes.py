"""The titulaire's decisions on a dossier: submit it, cancel it, delete a draft."""

from __future__ import annotations

from starlette.responses import Response

from web.auth.guard import titulaire_of, titulaires_only
from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.domain.dossier import Actor, DossierError, Event, Facts, Status, possible_events
from web.domain.submission import submission_problems
from web.dossiers.access import ChangedMeanwhileError, IncompleteError
from web.dossiers.decisions.service import carry_out
from web.dossiers.drafts import service as drafts
from web.dossiers.drafts.forms import ConsentForm, SeenForm
from web.dossiers.reading.pages import (
    author_of,
    changed_page,
    get_or_404,
    id_of,
    or_404,
    redirect_to_dossier,
    seen_by_titulaire,
)
from web.dossiers.records import DossierDetail
from web.dossiers.sentences import PROBLEMS

SUBMITTED, CANCELLED, DELETED = "dossier-soumis", "dossier-annule", "brouillon-supprime"


@titulaires_only
async def show_submit(request: Request) -> Response:
    """Show the recap and the consent, or all that is still missing."""
    found = await get_or_404(request)
    if found.dossier.status is not Status.DRAFT:
        return redirect_to_dossier(request)
    form = filled_again(request, ConsentForm(data={"revision": str(found.dossier.revision)}))
    return _submit_page(request, found, form)


@titulaires_only
async def submit_dossier(request: Request) -> Response:
    """Submit, with the express consent; the database dates it."""
    form = ConsentForm(request.posted)
    if not form.validate():
        found = await get_or_404(request)
        if found.dossier.status is not Status.DRAFT:
            return redirect_to_dossier(request)
        return _submit_page(request, found, form, 422)
    command = request.command(request.path("dossier", dossier_id=id_of(request)), SUBMITTED)
    try:
        with or_404():
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
        return _submit_page(request, await get_or_404(request), form, 422)
    except ChangedMeanwhileError as error:
        return changed_page(request, error.state)
    except DossierError:
        return redirect_to_dossier(request)
    return request.answer(command.answer)


@titulaires_only
async def show_cancel(request: Request) -> Response:
    """Show the consequences of cancelling, and its button."""
    return await _confirmation(request, Event.CANCEL, "dossiers/cancel.html")


@titulaires_only
async def cancel_dossier(request: Request) -> Response:
    """Cancel the dossier and release its reserved hours, if any."""
    form = SeenForm(request.posted)
    command = request.command(request.path("dossier", dossier_id=id_of(request)), CANCELLED)
    try:
        with or_404():
            await carry_out(
                request.runtime,
                id_of(request),
                Event.CANCEL,
                author_of(request),
                seen_revision=form.seen_revision,
                command=command,
            )
    except ChangedMeanwhileError as error:
        return changed_page(request, error.state)
    except DossierError:
        return redirect_to_dossier(request)
    return request.answer(command.answer)


@titulaires_only
async def show_delete(request: Request) -> Response:
    """Show the consequences of deleting, and its button."""
    return await _confirmation(request, Event.DELETE, "dossiers/delete.html")


@titulaires_only
async def delete_dossier(request: Request) -> Response:
    """Delete a draft; its number stays in the history."""
    form = SeenForm(request.posted)
    command = request.command(request.path("dossiers"), DELETED)
    try:
        with or_404():
            await drafts.delete_draft(
                request.runtime,
                id_of(request),
                author_of(request),
                seen_revision=form.seen_revision,
                command=command,
            )
    except ChangedMeanwhileError as error:
        return changed_page(request, error.state)
    except DossierError:
        return redirect_to_dossier(request)
    return request.answer(command.answer)


async def _confirmation(request: Request, event: Event, template: str) -> Response:
    found = await get_or_404(request)
    if event not in possible_events(found.dossier.status, Actor.TITULAIRE):
        return redirect_to_dossier(request)
    form = filled_again(request, SeenForm(data={"revision": str(found.dossier.revision)}))
    context = {
        "form": form,
        "view": seen_by_titulaire(request, found),
    }
    return render(request, template, context)


def _submit_page(
    request: Request, found: DossierDetail, form: ConsentForm, status: int = 200
) -> Response:
    problems = submission_problems(found.dossier.contents)
    context = {
        "form": form,
        "view": seen_by_titulaire(request, found),
        "problems": [PROBLEMS[problem] for problem in problems],
        "identity": titulaire_of(request).identity,
    }
    return render(request, "dossiers/submit.html", context, status=status)


ROUTES = [
    get("dossier-submit", "/espace/dossiers/{dossier_id:uuid}/soumettre", show_submit),
    post("dossier-submit", "/espace/dossiers/{dossier_id:uuid}/soumettre", submit_dossier),
    get("dossier-cancel", "/espace/dossiers/{dossier_id:uuid}/annuler", show_cancel),
    post("dossier-cancel", "/espace/dossiers/{dossier_id:uuid}/annuler", cancel_dossier),
    get("dossier-delete", "/espace/dossiers/{dossier_id:uuid}/supprimer", show_delete),
    post("dossier-delete", "/espace/dossiers/{dossier_id:uuid}/supprimer", delete_dossier),
]
