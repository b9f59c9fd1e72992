"""Pages to create and edit a draft, choose its formation and simulate its hours."""

from __future__ import annotations

from starlette.responses import Response

from web.auth.guard import redirect_to_login, titulaire_of, titulaires_only
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render, wants_fragment
from web.domain.dossier import DifNotDeclaredError, ImpossibleTransitionError, Status
from web.domain.submission import Draft
from web.dossiers.access import (
    ChangedMeanwhileError,
    DossierGoneError,
    PresentState,
    UnknownOrganismeError,
    build_present_state,
)
from web.dossiers.drafts import formations
from web.dossiers.drafts import service as drafts
from web.dossiers.drafts.formations import UnknownFormationError
from web.dossiers.drafts.forms import DossierForm, DurationForm
from web.dossiers.drafts.pages import (
    FORMATIONS_FRAGMENT,
    FormPlace,
    form_context,
    is_search,
    look_up,
    refuse_choice,
    typed_lines,
)
from web.dossiers.drafts.views import simulated
from web.dossiers.labels import present_sentence
from web.dossiers.queries import get_new_dossier_context
from web.dossiers.reading.pages import (
    author_of,
    changed_page,
    get_dossier,
    get_or_404,
    id_of,
    redirect_to_dossier,
    seen_by_titulaire,
)
from web.dossiers.records import DossierDetail, NewDossierContext
from web.hours.balances import current_dif_end
from web.people.history import Actor

SAVED = "dossier-enregistre"


@titulaires_only
async def show_new(request: Request) -> Response:
    """Show the empty form, or why none can be created yet; with htmx, the formations found.

    `?code=` chooses the formation, `?search=` looks for one.
    """
    code = formations.as_code(request.query_params.get("code", ""))
    new_context = await _get_context(request, code)
    known = Draft(code_cpf=code, title=new_context.title) if new_context.title else Draft()
    form = DossierForm.of(known)
    look_up(request, form)
    return await _new_page(request, new_context, form, known=known)


@titulaires_only
async def create_dossier(request: Request) -> Response:
    """Create a draft, complete or not."""
    runtime, form = request.runtime, DossierForm(request.posted)
    if is_search(request):
        return await _new_page(request, await _get_context(request), form)
    contents = form.contents()
    if contents is None:
        return await _new_page(request, await _get_context(request), form, 422)
    dossier_id = runtime.randomness.uuid()
    command = request.command(request.path("dossier", dossier_id=dossier_id), SAVED)
    try:
        await drafts.create_draft(
            runtime,
            dossier_id,
            titulaire_of(request).person_id,
            await formations.with_title(runtime, contents),
            author_of(request),
            command=command,
        )
    except (UnknownFormationError, UnknownOrganismeError) as error:
        refuse_choice(form, error)
        return await _new_page(request, await _get_context(request), form, 422)
    except DifNotDeclaredError:
        return await _new_page(request, await _get_context(request), form, 409)
    except DossierGoneError:
        # The account was closed meanwhile.
        return await redirect_to_login(request)
    return request.answer(command.answer)


@titulaires_only
async def show_edit(request: Request) -> Response:
    """Show the form of a draft, below the corrections asked for if it was sent back.

    With htmx, the formations found by `?search=`.
    """
    found = await get_or_404(request, with_organismes=True)
    if found.dossier.status is not Status.DRAFT:
        return redirect_to_dossier(request)
    form = DossierForm.of(found.dossier.contents, found.dossier.revision)
    look_up(request, form)
    return await _edit_page(request, found, form)


@titulaires_only
async def save_dossier(request: Request) -> Response:
    """Save a draft, complete or not."""
    form = DossierForm(request.posted)
    try:
        return await _save(request, form)
    except DossierGoneError:
        return await _offer_as_new(request, form)


@titulaires_only
async def show_simulation(request: Request) -> Response:
    """Show which hours a duration would use; with htmx, the answer alone."""
    form = DurationForm(request.query_params)
    hours = form.hours()
    new_context = await _get_context(request)
    context = {
        "form": form,
        "balances": new_context.balances,
        "simulation": simulated(new_context.balances, hours),
        "whose_hours": FormPlace.whose_hours,
    }
    return render(
        request,
        "dossiers/simulation.html",
        context,
        fragment="dossiers/_simulation.html",
        status=422 if form.errors and not wants_fragment(request) else 200,
    )


async def _save(request: Request, form: DossierForm) -> Response:
    runtime = request.runtime
    found = await get_dossier(request, with_organismes=True)
    contents = None if is_search(request) else form.contents()
    if contents is None:
        if found.dossier.status is not Status.DRAFT:
            return _not_saved(request, form, found)
        return await _edit_page(request, found, form, 422 if form.errors else 200)
    command = request.command(request.path("dossier", dossier_id=id_of(request)), SAVED)
    try:
        await drafts.save_draft(
            runtime,
            id_of(request),
            await formations.with_title(runtime, contents, found.dossier.contents),
            author_of(request),
            seen_revision=form.seen_revision,
            command=command,
        )
    except (UnknownFormationError, UnknownOrganismeError) as error:
        refuse_choice(form, error)
        return await _edit_page(request, found, form, 422)
    except ChangedMeanwhileError as error:
        return await _changed(request, form, error.state)
    except ImpossibleTransitionError:
        return _not_saved(request, form, await get_dossier(request, with_organismes=True))
    return request.answer(command.answer)


async def _changed(request: Request, form: DossierForm, state: PresentState) -> Response:
    """Show the unsaved input after a concurrent change, to be saved over it if wanted."""
    found = await get_dossier(request, with_organismes=True)
    if found.dossier.status is not Status.DRAFT:
        return _not_saved(request, form, found)
    form.revision.data = str(found.dossier.revision)
    form.refuse(
        "",
        f"Ce dossier a changé entre-temps. {present_sentence(state, Actor.TITULAIRE)} Votre "
        "saisie, ci-dessous, n’est pas encore enregistrée : si vous l’enregistrez, elle remplacera "
        "la version enregistrée.",
    )
    return await _edit_page(request, found, form, 409)


def _not_saved(request: Request, form: DossierForm, found: DossierDetail) -> Response:
    """Show the state of a dossier that is no longer a draft, and the unsaved input to copy."""
    return changed_page(request, build_present_state(found), typed_lines(form, found))


async def _offer_as_new(request: Request, form: DossierForm) -> Response:
    """Offer the unsaved input of a draft deleted meanwhile as a new one."""
    form.revision.data = ""
    form.refuse(
        "",
        "Ce dossier n’existe plus : il a pu être supprimé pendant que cette page était ouverte. "
        "Votre saisie, ci-dessous, n’est pas enregistrée : si vous l’enregistrez, elle deviendra "
        "un nouveau dossier.",
    )
    return await _new_page(request, await _get_context(request), form, 404)


async def _get_context(request: Request, code: str = "") -> NewDossierContext:
    runtime, person_id = request.runtime, titulaire_of(request).person_id
    return await get_new_dossier_context(runtime.db, person_id, current_dif_end(runtime), code)


async def _new_page(
    request: Request,
    new_context: NewDossierContext,
    form: DossierForm,
    status: int = 200,
    *,
    known: Draft | None = None,
) -> Response:
    if new_context.balances.awaits_dif:
        return render(request, "dossiers/blocked.html", {}, status=status)
    place = FormPlace(
        request.path("dossier-new"), request.path("dossiers"), request.path("simulation")
    )
    context = await form_context(
        request, place, form, new_context.balances, new_context.organismes, known
    )
    return render(
        request, "dossiers/new.html", context, fragment=FORMATIONS_FRAGMENT, status=status
    )


async def _edit_page(
    request: Request, found: DossierDetail, form: DossierForm, status: int = 200
) -> Response:
    place = FormPlace(
        request.path("dossier-edit", dossier_id=found.dossier.id),
        request.path("dossier", dossier_id=found.dossier.id),
        request.path("simulation"),
    )
    context = await form_context(
        request, place, form, found.balances, found.organismes, found.dossier.contents
    )
    context["view"] = seen_by_titulaire(request, found)
    return render(
        request, "dossiers/edit.html", context, fragment=FORMATIONS_FRAGMENT, status=status
    )


ROUTES = [
    get("dossier-new", "/espace/dossiers/nouveau", show_new),
    post("dossier-new", "/espace/dossiers/nouveau", create_dossier, DossierForm),
    get("simulation", "/espace/dossiers/simulation", show_simulation),
    get("dossier-edit", "/espace/dossiers/{dossier_id:uuid}/modifier", show_edit),
    post("dossier-edit", "/espace/dossiers/{dossier_id:uuid}/modifier", save_dossier, DossierForm),
]
