"""Helpers shared by the pages of an employer's drafts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

from starlette.responses import Response

from web.core.http.request import Request
from web.core.http.templating import render
from web.domain.dossier import Event, Status
from web.dossiers.access import DossierGoneError, PresentState, build_present_state
from web.dossiers.drafts.forms import DossierForm, EmployerDossierForm
from web.dossiers.drafts.pace import TooMuchTodayError
from web.dossiers.drafts.pages import (
    FORMATIONS_FRAGMENT,
    FormPlace,
    form_context,
    typed_lines,
    unsaved_lines,
)
from web.dossiers.labels import present_sentence, status_label
from web.dossiers.reading.views import Line
from web.employers.pages import (
    get_dossier,
    get_person,
    gone_page,
    page,
    seen_by_employer,
)
from web.employers.service import NotThereError, OpenDossier, OpenPerson
from web.filters import french_moment
from web.people.history import Actor as HistoryActor

NO_LONGER = "brouillon-plus-possible"
HOURS_LABEL = "ses heures"


async def writable_person(request: Request) -> OpenPerson:
    """Return the person of the path, if dossiers may be prepared. Raises NotThereError."""
    opened = await get_person(request, with_organismes=True)
    if not opened.person.delegation.may_modify:
        raise NotThereError
    return opened


async def writable_dossier(request: Request) -> OpenDossier:
    """Return the dossier of the path, if it may be edited. Raises NotThereError."""
    opened = await get_dossier(request, with_organismes=True)
    if not opened.person.delegation.may_modify:
        raise NotThereError
    return opened


async def or_return_input(
    request: Request, handler: Callable[[Request, DossierForm], Awaitable[Response]]
) -> Response:
    """Run the handler on the form; if the dossier is gone, show the unsaved input instead."""
    form = EmployerDossierForm(request.posted)
    try:
        return await handler(request, form)
    except (NotThereError, DossierGoneError):
        return gone_page(request, await unsaved_lines(request, form))


async def new_page(
    request: Request, opened: OpenPerson, form: DossierForm, status: int = 200
) -> Response:
    """Render the form of a new draft, or why none can be created yet."""
    if opened.visible.balances.awaits_dif:
        return page(request, "blocked", {"person": opened.person}, status)
    delegation_id = opened.person.delegation.id
    place = FormPlace(
        request.path("person-dossier-new", delegation_id=delegation_id),
        request.path("person", delegation_id=delegation_id),
        request.path("person-simulation", delegation_id=delegation_id),
        HOURS_LABEL,
    )
    context = await form_context(
        request, place, form, opened.visible.balances, opened.organismes, None
    )
    return page(request, "new", {**context, "person": opened.person}, status, FORMATIONS_FRAGMENT)


async def edit_page(
    request: Request, opened: OpenDossier, form: DossierForm, status: int = 200
) -> Response:
    """Render the form of a draft."""
    delegation_id, found = opened.person.delegation.id, opened.found
    place = FormPlace(
        request.path(
            "person-dossier-edit", delegation_id=delegation_id, dossier_id=found.dossier.id
        ),
        request.path("person-dossier", delegation_id=delegation_id, dossier_id=found.dossier.id),
        request.path("person-simulation", delegation_id=delegation_id),
        HOURS_LABEL,
    )
    context = await form_context(
        request, place, form, found.balances, found.organismes, found.dossier.contents
    )
    context |= {"person": opened.person, "view": seen_by_employer(request, opened)}
    return page(request, "edit", context, status, FORMATIONS_FRAGMENT)


async def changed(request: Request, form: DossierForm, state: PresentState) -> Response:
    """Show the unsaved input after a concurrent change, to be saved over it if wanted."""
    opened = await writable_dossier(request)
    if opened.found.dossier.status is not Status.DRAFT:
        return not_saved(request, form, opened)
    form.revision.data = str(opened.found.dossier.revision)
    form.refuse(
        "",
        f"Ce dossier a changé entre-temps. {present_sentence(state, HistoryActor.EMPLOYER)} Votre "
        "saisie, ci-dessous, n’est pas encore enregistrée : si vous l’enregistrez, elle remplacera "
        "la version enregistrée.",
    )
    return await edit_page(request, opened, form, 409)


def refuse_over_limit(form: DossierForm, error: TooMuchTodayError) -> None:
    """Add the error of the daily limit to the form, which keeps its input."""
    acts = {
        Event.CREATE: "prépare au plus {} dossiers",
        Event.EDIT: "corrige au plus {} fois les dossiers",
    }
    form.refuse(
        "",
        f"Rien n’est enregistré : par jour, un employeur {acts[error.event].format(error.most)} "
        "d’une même personne, pour ne pas encombrer sa messagerie et son historique. Vous pourrez "
        f"enregistrer votre saisie, ci-dessous, à partir du {french_moment(error.again_at)}. "
        "Gardez cette page ouverte jusque-là, ou copiez ce que vous avez saisi.",
    )


def not_saved(request: Request, form: DossierForm, opened: OpenDossier) -> Response:
    """Show the state of a dossier that is no longer a draft, and the unsaved input to copy."""
    return changed_page(request, build_present_state(opened.found), typed_lines(form, opened.found))


def changed_page(request: Request, state: PresentState, typed: Collection[Line] = ()) -> Response:
    """Show that nothing was done because the dossier changed while its page was open."""
    context = {
        "number": state.number,
        "status": status_label(state.status, state.closing),
        "sentence": present_sentence(state, HistoryActor.EMPLOYER),
        "url": request.path(
            "person-dossier",
            delegation_id=request.path_params["delegation_id"],
            dossier_id=request.path_params["dossier_id"],
        ),
        "typed": typed,
    }
    return render(request, "dossiers/changed.html", context, status=409)


def redirect_to_dossier(request: Request, opened: OpenDossier) -> Response:
    """Redirect to the dossier when its status no longer allows the action."""
    request.notify(NO_LONGER)
    return request.redirect(
        request.path(
            "person-dossier",
            delegation_id=opened.person.delegation.id,
            dossier_id=opened.found.dossier.id,
        )
    )
