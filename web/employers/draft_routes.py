"""Pages of an employer's drafts, if its délégation allows them; an employer never submits."""

from __future__ import annotations

from starlette.responses import Response

from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render, wants_fragment
from web.domain.dossier import DifNotDeclaredError, ImpossibleTransitionError, Status
from web.dossiers.access import ChangedMeanwhileError, UnknownOrganismeError
from web.dossiers.drafts import formations
from web.dossiers.drafts import service as drafts
from web.dossiers.drafts.formations import UnknownFormationError
from web.dossiers.drafts.forms import DossierForm, DurationForm, EmployerDossierForm, SeenForm
from web.dossiers.drafts.pace import TooMuchTodayError
from web.dossiers.drafts.pages import is_search, look_up, refuse_choice
from web.dossiers.drafts.views import simulated
from web.employers import service
from web.employers.draft_pages import (
    HOURS_LABEL,
    changed,
    changed_page,
    edit_page,
    new_page,
    not_saved,
    or_return_input,
    redirect_to_dossier,
    refuse_over_limit,
    writable_dossier,
    writable_person,
)
from web.employers.pages import (
    employers_only,
    get_person,
    page,
    seen_by_employer,
    visit_of,
)

SAVED = "brouillon-enregistre"
DELETED = "brouillon-supprime"


@employers_only
async def show_new(request: Request) -> Response:
    """Show the empty form, or why none can be created yet; with htmx, the formations found."""
    form = EmployerDossierForm()
    look_up(request, form)
    return await new_page(request, await writable_person(request), form)


@employers_only
async def create_draft(request: Request) -> Response:
    """Create a draft, complete or not."""
    return await or_return_input(request, _create)


async def _create(request: Request, form: DossierForm) -> Response:
    runtime = request.runtime
    opened = await writable_person(request)
    contents = None if is_search(request) else form.contents()
    if contents is None:
        return await new_page(request, opened, form, 422 if form.errors else 200)
    delegation, dossier_id = opened.person.delegation, runtime.randomness.uuid()
    command = request.command(
        request.path("person-dossier", delegation_id=delegation.id, dossier_id=dossier_id), SAVED
    )
    try:
        await drafts.create_draft(
            runtime,
            dossier_id,
            delegation.person_id,
            await formations.with_title(runtime, contents),
            service.author(visit_of(request), delegation),
            command=command,
        )
    except (UnknownFormationError, UnknownOrganismeError) as error:
        refuse_choice(form, error)
        return await new_page(request, opened, form, 422)
    except TooMuchTodayError as error:
        refuse_over_limit(form, error)
        return await new_page(request, opened, form, 429)
    except DifNotDeclaredError:
        return page(request, "blocked", {"person": opened.person}, 409)
    return request.answer(command.answer)


@employers_only
async def show_edit(request: Request) -> Response:
    """Show the form of a draft, below the corrections asked for if it was sent back.

    With htmx, the formations found by `?search=`.
    """
    opened = await writable_dossier(request)
    dossier = opened.found.dossier
    if dossier.status is not Status.DRAFT:
        return redirect_to_dossier(request, opened)
    form = EmployerDossierForm.of(dossier.contents, dossier.revision)
    look_up(request, form)
    return await edit_page(request, opened, form)


@employers_only
async def save_draft(request: Request) -> Response:
    """Save a draft, complete or not."""
    return await or_return_input(request, _save)


async def _save(request: Request, form: DossierForm) -> Response:
    runtime = request.runtime
    opened = await writable_dossier(request)
    delegation, dossier = opened.person.delegation, opened.found.dossier
    contents = None if is_search(request) else form.contents()
    if contents is None:
        if dossier.status is not Status.DRAFT:
            return not_saved(request, form, opened)
        return await edit_page(request, opened, form, 422 if form.errors else 200)
    command = request.command(
        request.path("person-dossier", delegation_id=delegation.id, dossier_id=dossier.id), SAVED
    )
    try:
        await drafts.save_draft(
            runtime,
            dossier.id,
            await formations.with_title(runtime, contents, dossier.contents),
            service.author(visit_of(request), delegation),
            seen_revision=form.seen_revision,
            command=command,
        )
    except (UnknownFormationError, UnknownOrganismeError) as error:
        refuse_choice(form, error)
        return await edit_page(request, opened, form, 422)
    except TooMuchTodayError as error:
        refuse_over_limit(form, error)
        return await edit_page(request, opened, form, 429)
    except ChangedMeanwhileError as error:
        return await changed(request, form, error.state)
    except ImpossibleTransitionError:
        return not_saved(request, form, await writable_dossier(request))
    return request.answer(command.answer)


@employers_only
async def show_delete(request: Request) -> Response:
    """Show the consequences of deleting, and its button."""
    opened = await writable_dossier(request)
    dossier = opened.found.dossier
    if dossier.status is not Status.DRAFT:
        return redirect_to_dossier(request, opened)
    context = {
        "person": opened.person,
        "view": seen_by_employer(request, opened),
        "form": filled_again(request, SeenForm(data={"revision": str(dossier.revision)})),
    }
    return page(request, "delete", context)


@employers_only
async def delete_draft(request: Request) -> Response:
    """Delete a draft; the person's history keeps its number."""
    form = SeenForm(request.posted)
    # A repeated request no longer finds the dossier: only its person is looked up.
    delegation = (await writable_person(request)).person.delegation
    command = request.command(request.path("person", delegation_id=delegation.id), DELETED)
    try:
        await drafts.delete_draft(
            request.runtime,
            request.path_params["dossier_id"],
            service.author(visit_of(request), delegation),
            seen_revision=form.seen_revision,
            command=command,
        )
    except ChangedMeanwhileError as error:
        return changed_page(request, error.state)
    except ImpossibleTransitionError:
        return redirect_to_dossier(request, await writable_dossier(request))
    return request.answer(command.answer)


@employers_only
async def show_simulation(request: Request) -> Response:
    """Render the fragment of a simulation: the person's hours that a duration would use."""
    opened = await get_person(request)
    if not wants_fragment(request):
        return request.redirect(request.path("person", delegation_id=opened.person.delegation.id))
    hours = DurationForm(request.query_params).hours()
    context = {
        "simulation": simulated(opened.visible.balances, hours),
        "whose_hours": HOURS_LABEL,
    }
    template = "dossiers/_simulation.html"
    return render(request, template, context, fragment=template)


# The paths below those of web.employers.routes.
PERSON_ROUTE = "/employeur/personnes/{delegation_id:uuid}"
DOSSIER_ROUTE = f"{PERSON_ROUTE}/dossiers/{{dossier_id:uuid}}"
ROUTES = [
    get("person-dossier-new", f"{PERSON_ROUTE}/dossiers/nouveau", show_new),
    post(
        "person-dossier-new", f"{PERSON_ROUTE}/dossiers/nouveau", create_draft, EmployerDossierForm
    ),
    get("person-simulation", f"{PERSON_ROUTE}/dossiers/simulation", show_simulation),
    get("person-dossier-edit", f"{DOSSIER_ROUTE}/modifier", show_edit),
    post("person-dossier-edit", f"{DOSSIER_ROUTE}/modifier", save_draft, EmployerDossierForm),
    get("person-dossier-delete", f"{DOSSIER_ROUTE}/supprimer", show_delete),
    post("person-dossier-delete", f"{DOSSIER_ROUTE}/supprimer", delete_draft),
]
