"""The pages of a draft, for titulaires and for employers alike; see dossiers/_form.html."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from starlette.responses import Response

from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Request
from web.core.http.templating import render, wants_fragment
from web.core.text import printable_line
from web.domain.submission import Draft
from web.dossiers.access import Author, PresentState, UnknownOrganismeError
from web.dossiers.drafts import formations
from web.dossiers.drafts.fields import LONGEST_NAME
from web.dossiers.drafts.formations import UnknownFormationError
from web.dossiers.drafts.forms import DossierForm
from web.dossiers.drafts.views import missing_fields, simulated
from web.dossiers.forms import SeenForm
from web.dossiers.reading.pages import NO_LONGER, changed_page, id_of
from web.dossiers.reading.views import Line, view_of
from web.dossiers.records import DossierDetail, Organisme
from web.dossiers.sentences import FORMATION_SENTENCE, ORGANISME_SENTENCE
from web.hours.balances import Balances
from web.people.history.events import Actor

# The submit button that searches without saving.
SEARCH_BUTTON = "rechercher"
# The submit button that Enter presses in any field: its value is what the first button says.
ENTER_BUTTON = "entree"
# The submit button that saves, then leads to the check before the submission.
VERIFY_BUTTON, VERIFY = "verifier", "Enregistrer et vérifier"
# The fragment that a search replaces.
FORMATIONS_FRAGMENT = "dossiers/_formations.html"


@dataclass(frozen=True)
class NewDraft:
    """The data of a new draft's form; `known` fills it, `context` is for the space's templates."""

    balances: Balances
    organismes: tuple[Organisme, ...]
    known: Draft | None = None
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OpenDraft:
    """A dossier that an author opened to edit it; it may no longer be a draft."""

    found: DossierDetail
    author: Author
    context: Mapping[str, Any] = field(default_factory=dict)

    def with_context(self, **context: Any) -> OpenDraft:
        """Return a copy with more context for the space's templates."""
        return replace(self, context={**self.context, **context})


@dataclass(frozen=True)
class FormPlace:
    """The URLs of a form (`action` also searches), and the words for the simulated hours."""

    action: str
    cancel_url: str
    simulation_url: str
    whose_hours: str


@dataclass(frozen=True)
class DraftPages:
    """The addresses, templates and words of the pages of one kind of account.

    `prefix` starts the names of the routes; `home` names the page above the dossiers, and
    `simulation` that of a simulation. `verification` names the page that checks a draft before its
    submission, '' for accounts that cannot submit. `templates` starts the names of the templates.
    The pages address `viewer` as « vous ».
    """

    viewer: Actor
    prefix: str
    home: str
    simulation: str
    templates: str
    whose_hours: str
    verification: str = ""

    def path(self, request: Request, name: str, **parameters: UUID) -> str:
        """Return the path of a page about the same person as this one."""
        place = {key: value for key, value in request.path_params.items() if key != "dossier_id"}
        return request.path(name, **place, **parameters)

    def dossier_path(self, request: Request, dossier_id: UUID) -> str:
        """Return the path of a dossier."""
        return self.path(request, self.prefix, dossier_id=dossier_id)

    def after_saving(self, request: Request, dossier_id: UUID) -> str:
        """Return the path that follows a save, by the button that was pressed."""
        pressed = VERIFY_BUTTON in request.posted or request.posted.get(ENTER_BUTTON) == VERIFY
        if pressed and self.verification:
            return self.path(request, self.verification, dossier_id=dossier_id)
        return self.dossier_path(request, dossier_id)

    async def new(
        self, request: Request, opened: NewDraft, form: DossierForm, status: int = 200
    ) -> Response:
        """Render the form of a new draft, or why none can be created yet."""
        if opened.balances.awaits_dif:
            return render(request, f"{self.templates}blocked.html", opened.context, status=status)
        place = FormPlace(
            self.path(request, f"{self.prefix}-new"),
            self.path(request, self.home),
            self.path(request, self.simulation),
            self.whose_hours,
        )
        context = await form_context(
            request, place, form, opened.balances, opened.organismes, opened.known
        )
        return render(
            request,
            f"{self.templates}new.html",
            {**opened.context, **context, "verifies": bool(self.verification)},
            fragment=FORMATIONS_FRAGMENT,
            status=status,
        )

    async def edit(
        self, request: Request, opened: OpenDraft, form: DossierForm, status: int = 200
    ) -> Response:
        """Render the form of a draft, below the corrections asked for if it was sent back."""
        found, dossier = opened.found, opened.found.dossier
        place = FormPlace(
            self.path(request, f"{self.prefix}-edit", dossier_id=dossier.id),
            self.dossier_path(request, dossier.id),
            self.path(request, self.simulation),
            self.whose_hours,
        )
        context = await form_context(
            request, place, form, found.balances, found.organismes, dossier.contents
        )
        missing = missing_fields(form, dossier.contents)
        return render(
            request,
            f"{self.templates}edit.html",
            {
                **self._shown(request, opened),
                **context,
                "missing": missing,
                "verifies": bool(self.verification),
                "is_complete": bool(self.verification) and not missing,
            },
            fragment=FORMATIONS_FRAGMENT,
            status=status,
        )

    def delete(self, request: Request, opened: OpenDraft) -> Response:
        """Render the consequences of deleting a draft, and its button."""
        form = SeenForm(data={"revision": str(opened.found.dossier.revision)})
        context = {**self._shown(request, opened), "form": filled_again(request, form)}
        return render(request, f"{self.templates}delete.html", context)

    def changed(
        self, request: Request, state: PresentState, typed: Collection[Line] = ()
    ) -> Response:
        """Render the state of a dossier that changed while its page was open; nothing was done."""
        return changed_page(
            request, state, self.viewer, self.dossier_path(request, id_of(request)), typed
        )

    def redirect_to_dossier(self, request: Request) -> Response:
        """Redirect to the dossier when its status no longer allows the action."""
        return request.redirect(self.dossier_path(request, id_of(request)), NO_LONGER)

    def _shown(self, request: Request, opened: OpenDraft) -> dict[str, Any]:
        view = view_of(opened.found, request.runtime.vault, self.viewer)
        return {**opened.context, "view": view}


def is_search(request: Request, form: DossierForm) -> bool:
    """Return whether the form asks for a search: by its button, or by Enter.

    Enter searches for a text while no formation is chosen nor named; else it saves.
    """
    if request.method != "POST":
        return False
    by_enter = ENTER_BUTTON in request.posted
    named = form.code.data or form.title.data
    return SEARCH_BUTTON in request.posted or bool(by_enter and form.search.data and not named)


async def form_context(
    request: Request,
    place: FormPlace,
    form: DossierForm,
    balances: Balances,
    organismes: Iterable[Organisme],
    known: Draft | None,
) -> dict[str, Any]:
    """Return the context of templates/dossiers/_form.html."""
    organismes = tuple(organismes)
    form.offer_organismes(organismes)
    return {
        **vars(place),
        "form": form,
        "found_message": await _offer_formations(request, form, known),
        "searched": is_search(request, form) and not form.errors,
        "search_button": SEARCH_BUTTON,
        "enter_name": ENTER_BUTTON,
        "verify_button": VERIFY_BUTTON,
        "verify": VERIFY,
        "is_complete": False,
        "balances": balances,
        "missing": (),
        "simulation": simulated(balances, form.typed_hours()),
        "has_organismes": bool(organismes),
    }


def look_up(request: Request, form: DossierForm) -> None:
    """Fill the form with the search and, for htmx, the current choice, from the query string."""
    query = request.query_params
    form.search.data = printable_line(query.get("search", "")[:LONGEST_NAME]).strip()
    if wants_fragment(request):
        form.code.data = query.get("code", "")
    filled_again(request, form)


def refuse_choice(form: DossierForm, error: UnknownFormationError | UnknownOrganismeError) -> None:
    """Add the error of a choice that is no longer available to its field."""
    if isinstance(error, UnknownFormationError):
        form.refuse("search", FORMATION_SENTENCE)
    else:
        form.refuse("organisme", ORGANISME_SENTENCE)


async def _offer_formations(request: Request, form: DossierForm, known: Draft | None) -> str:
    offered = await formations.offered(
        request.runtime,
        asked=form.search.data or "",
        code=form.code.data or "",
        known=known,
    )
    form.offer_formations(offered.choices)
    return offered.message
