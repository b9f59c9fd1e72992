"""Code shared by the titulaire's and the employer's forms of a draft; see dossiers/_form.html."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Request
from web.core.http.templating import wants_fragment
from web.core.text import NBSP, printable_line
from web.domain.submission import Draft
from web.dossiers.access import UnknownOrganismeError
from web.dossiers.drafts import formations
from web.dossiers.drafts.fields import NO, YES
from web.dossiers.drafts.formations import UnknownFormationError
from web.dossiers.drafts.forms import LONGEST_NAME, DossierForm
from web.dossiers.drafts.views import simulated
from web.dossiers.queries import get_choice_labels
from web.dossiers.reading.views import Line
from web.dossiers.records import ChoiceLabels, DossierDetail, Organisme
from web.dossiers.sentences import FORMATION_SENTENCE, ORGANISME_SENTENCE
from web.hours.balances import Balances

# The submit button that searches without saving.
SEARCH_BUTTON = "rechercher"
# The fragment that a search replaces.
FORMATIONS_FRAGMENT = "dossiers/_formations.html"


@dataclass(frozen=True)
class FormPlace:
    """The URLs of a form (`action` also searches) and the words for the hours simulated."""

    action: str
    cancel_url: str
    simulation_url: str
    whose_hours: str = "vos heures"


def is_search(request: Request) -> bool:
    """Return whether the form was submitted by its search button."""
    return request.method == "POST" and SEARCH_BUTTON in request.posted


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
        "searched": is_search(request) and not form.errors,
        "search_button": SEARCH_BUTTON,
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


def typed_lines(form: DossierForm, found: DossierDetail) -> tuple[Line, ...]:
    """Return the unsaved input of a dossier that is no longer a draft, to be copied."""
    kept = found.dossier.contents
    is_kept = kept.code_cpf and kept.code_cpf == form.code.data
    return _lines(form, ChoiceLabels(found.organismes, kept.title if is_kept else ""))


async def unsaved_lines(request: Request, form: DossierForm) -> tuple[Line, ...]:
    """Return the unsaved input of a form whose dossier no longer exists, to be copied."""
    code = formations.as_code(form.code.data or "")
    return _lines(form, await get_choice_labels(request.runtime.db, code))


def _lines(form: DossierForm, names: ChoiceLabels) -> tuple[Line, ...]:
    title = f"{names.title}, " if names.title else ""
    choices: dict[str, dict[Any, str]] = {
        "confidential": {True: "Oui"},
        "code": {form.code.data: f"{title}code CPF{NBSP}{form.code.data}"},
        "on_working_time": {YES: "Oui", NO: "Non"},
        "organisme": {one.id: one.name for one in names.organismes},
    }
    return tuple(
        Line(field.label.text, choices.get(field.name, {}).get(field.data, field.data))
        for field in form
        if field.data and field.name not in ("revision", "search")
    )


async def _offer_formations(request: Request, form: DossierForm, known: Draft | None) -> str:
    offered = await formations.offered(
        request.runtime,
        asked=form.search.data or "",
        code=form.code.data or "",
        known=known,
    )
    form.offer_formations(offered.choices)
    return offered.message
