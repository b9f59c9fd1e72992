"""An employer's drafts, if its délégation allows them; an employer never submits."""

from __future__ import annotations

from starlette.responses import Response

from web.core.http.request import Request
from web.dossiers.access import Author
from web.dossiers.drafts.formations import as_code
from web.dossiers.drafts.forms import DossierForm
from web.dossiers.drafts.handlers import DraftHandlers
from web.dossiers.drafts.pages import DraftPages, NewDraft, OpenDraft
from web.dossiers.drafts.queries import get_choice_labels
from web.dossiers.drafts.simulation_pages import SimulationPage
from web.dossiers.drafts.views import unsaved_lines
from web.employers import service
from web.employers.forms import EmployerDossierForm
from web.employers.pages import employers_only, get_dossier, get_person, gone_page, visit_of
from web.employers.service import NotThereError, OpenPerson
from web.hours.balances import Balances
from web.people.history.events import Actor

SAVED = "brouillon-enregistre"


async def _author(request: Request) -> Author:
    """Return the employer as an author. Raises NotThereError if it may not prepare dossiers."""
    opened = await _writable_person(request)
    return service.author(visit_of(request), opened.person.delegation)


async def _open_new(request: Request) -> NewDraft:
    opened = await _writable_person(request)
    return NewDraft(opened.visible.balances, opened.organismes, context={"person": opened.person})


async def _open_draft(request: Request) -> OpenDraft:
    """Return the dossier of the path, if it may be edited. Raises NotThereError."""
    opened = await get_dossier(request, with_organismes=True)
    if not opened.person.delegation.may_modify:
        raise NotThereError
    author = service.author(visit_of(request), opened.person.delegation)
    return OpenDraft(opened.found, author, {"person": opened.person})


async def _find_balances(request: Request) -> Balances:
    """Return the person's hours, which any délégation shows. Raises NotThereError."""
    return (await get_person(request)).visible.balances


async def _answer_gone(request: Request, form: DossierForm) -> Response:
    """Show the unsaved input, to be copied."""
    code = as_code(form.code.data or "")
    labels = await get_choice_labels(request.runtime.db, code)
    return gone_page(request, unsaved_lines(form, labels))


async def _writable_person(request: Request) -> OpenPerson:
    """Return the person of the path, if dossiers may be prepared. Raises NotThereError."""
    opened = await get_person(request, with_organismes=True)
    if not opened.person.delegation.may_modify:
        raise NotThereError
    return opened


PAGES = DraftPages(
    viewer=Actor.EMPLOYER,
    prefix="person-dossier",
    home="person",
    simulation="person-simulation",
    templates="employers/",
    whose_hours="ses heures",
)
# A path below those of web.employers.routes.
DOSSIERS_ROUTE = "/employeur/personnes/{delegation_id:uuid}/dossiers"
HANDLERS = DraftHandlers(
    admit=employers_only,
    author=_author,
    open_new=_open_new,
    open_draft=_open_draft,
    answer_gone=_answer_gone,
    form=EmployerDossierForm,
    pages=PAGES,
    simulation=SimulationPage(_find_balances, PAGES),
    root=DOSSIERS_ROUTE,
    saved=SAVED,
)
ROUTES = HANDLERS.routes
