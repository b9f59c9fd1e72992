"""The titulaire's own drafts."""

from __future__ import annotations

from starlette.responses import Response

from web.auth.sessions.queries import AccountGoneError
from web.auth.titulaires.guard import get_titulaire
from web.core.http.request import Request
from web.domain.submission import Draft
from web.dossiers.access import Author
from web.dossiers.drafts import formations
from web.dossiers.drafts.forms import DossierForm
from web.dossiers.drafts.handlers import DraftHandlers
from web.dossiers.drafts.pages import DraftPages, NewDraft, OpenDraft
from web.dossiers.drafts.queries import get_new_dossier_context
from web.dossiers.drafts.simulation_pages import SimulationPage
from web.dossiers.reading.pages import author_of, get_dossier, own_dossiers_only
from web.hours.balances import Balances, current_dif_end
from web.hours.queries import find_balances
from web.people.history.events import Actor

SAVED = "dossier-enregistre"


async def _author(request: Request) -> Author:
    return author_of(request)


async def _open_new(request: Request) -> NewDraft:
    """Return the data of the form; `?code=` chooses the formation."""
    runtime, person_id = request.runtime, get_titulaire(request).person_id
    code = formations.as_code(request.query_params.get("code", ""))
    found = await get_new_dossier_context(runtime.db, person_id, current_dif_end(runtime), code)
    known = Draft(code_cpf=code, title=found.title) if found.title else Draft()
    return NewDraft(found.balances, found.organismes, known)


async def _open_draft(request: Request) -> OpenDraft:
    return OpenDraft(await get_dossier(request, with_organismes=True), author_of(request))


async def _find_balances(request: Request) -> Balances:
    runtime, person_id = request.runtime, get_titulaire(request).person_id
    return await find_balances(runtime.db, person_id, current_dif_end(runtime))


async def _answer_gone(request: Request, form: DossierForm) -> Response:
    """Offer the unsaved input of a draft deleted meanwhile as a new one."""
    if "dossier_id" not in request.path_params:
        # A new draft: it is the account that was closed meanwhile.
        raise AccountGoneError
    form.revision.data = ""
    form.refuse(
        "",
        "Ce dossier n’existe plus : il a pu être supprimé pendant que cette page était ouverte. "
        "Votre saisie, ci-dessous, n’est pas enregistrée : si vous l’enregistrez, elle deviendra "
        "un nouveau dossier.",
    )
    return await HANDLERS.offer_again(request, form, 404)


PAGES = DraftPages(
    viewer=Actor.TITULAIRE,
    prefix="dossier",
    home="dossiers",
    simulation="simulation",
    templates="dossiers/",
    whose_hours="vos heures",
    verification="dossier-submit",
)
DOSSIERS_ROUTE = "/espace/dossiers"
HANDLERS = DraftHandlers(
    admit=own_dossiers_only,
    author=_author,
    open_new=_open_new,
    open_draft=_open_draft,
    answer_gone=_answer_gone,
    form=DossierForm,
    pages=PAGES,
    simulation=SimulationPage(_find_balances, PAGES, "dossiers/simulation.html"),
    root=DOSSIERS_ROUTE,
    saved=SAVED,
)
ROUTES = HANDLERS.routes
