"""What the forms of a draft share, the titulaire's and an employer's; see dossiers/_form.html.

Whose page it is gives the addresses; whose hours are simulated, the words for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from web.accounts.balances import Balances
from web.core.form_guard import form_of
from web.core.old_forms import filled_again
from web.core.runtime import runtime_of
from web.core.templating import wants_fragment
from web.core.text import printable_line
from web.domain.submission import Draft
from web.dossiers import formations, service
from web.dossiers.access import UnknownOrganismeError
from web.dossiers.fields import NO, YES
from web.dossiers.formations import UnknownFormationError
from web.dossiers.forms import LONGEST_NAME, DossierForm
from web.dossiers.labels import NBSP
from web.dossiers.records import Found, Names, Organisme
from web.dossiers.sentences import FORMATION_SENTENCE, ORGANISME_SENTENCE
from web.dossiers.simulation import simulated
from web.dossiers.views import Line

# The button that searches, and saves nothing.
SEARCH_BUTTON = "rechercher"
# What of the form changes as one searches.
FOUND = "dossiers/_formations.html"


@dataclass(frozen=True)
class FormPlace:
    """Where a form is: its own address, which also searches, and those around it."""

    action: str
    cancel_url: str
    simulation_url: str
    whose_hours: str = "vos heures"


def is_search(request: Request) -> bool:
    """Whether the form was sent by its search button."""
    return request.method == "POST" and SEARCH_BUTTON in form_of(request)


async def form_context(
    request: Request,
    place: FormPlace,
    form: DossierForm,
    balances: Balances,
    organismes: Iterable[Organisme],
    known: Draft | None,
) -> dict[str, Any]:
    """What templates/dossiers/_form.html needs."""
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
    """Put in the form what is searched for, and what was chosen meanwhile."""
    query = request.query_params
    form.search.data = printable_line(query.get("search", "")[:LONGEST_NAME]).strip()
    if wants_fragment(request):
        form.code.data = query.get("code", "")
    filled_again(request, form)


def refuse_choice(form: DossierForm, error: UnknownFormationError | UnknownOrganismeError) -> None:
    """Say beside its field what can no longer be chosen."""
    if isinstance(error, UnknownFormationError):
        form.refuse("search", FORMATION_SENTENCE)
    else:
        form.refuse("organisme", ORGANISME_SENTENCE)


def typed_lines(form: DossierForm, found: Found) -> tuple[Line, ...]:
    """What was typed in the form of a dossier that is no draft any more, to be copied."""
    kept = found.dossier.contents
    is_kept = kept.code_cpf and kept.code_cpf == form.code.data
    return _lines(form, Names(found.organismes, kept.title if is_kept else ""))


async def lines_of_gone(request: Request, form: DossierForm) -> tuple[Line, ...]:
    """What was typed in a form about what is not there any more, to be copied."""
    code = formations.as_code(form.code.data or "")
    return _lines(form, await service.names_of(runtime_of(request), code))


def _lines(form: DossierForm, names: Names) -> tuple[Line, ...]:
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
        runtime_of(request),
        asked=form.search.data or "",
        code=form.code.data or "",
        known=known,
    )
    form.offer_formations(offered.choices)
    return offered.message
