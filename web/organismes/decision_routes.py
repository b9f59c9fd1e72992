"""An agent's decisions on a dossier: validate, send back, refuse, close, cancel.

Each decision has its page, then its POST. A dossier that changed meanwhile is shown as it is now,
with its last change and author; the input is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import structlog
from starlette.responses import Response

from web.agents.guard import get_agent
from web.core.http.forms.live_checks import build_live_check
from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Handler, Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.domain.dossier import (
    Actor,
    AttestationMissingError,
    DossierError,
    Event,
    Facts,
    possible_events,
)
from web.dossiers.access import ChangedMeanwhileError, DossierGoneError, PresentState
from web.dossiers.decisions.service import carry_out
from web.dossiers.forms import SeenForm
from web.dossiers.labels import present_sentence, status_label
from web.dossiers.reading.pages import id_of
from web.organismes.forms import CancelForm, ClosingForm, ReasonForm, ValidationForm
from web.organismes.pages import AddressedDossier, author_of, get_addressed, organismes_only
from web.organismes.views import DECIDED
from web.people.history.events import Actor as HistoryActor

log = structlog.get_logger("organismes")


@dataclass(frozen=True)
class Decision:
    """A decision's page: its route, template, form and button."""

    event: Event
    name: str
    path: str
    template: str
    form: type[SeenForm]
    button: str


DECISIONS = (
    Decision(
        Event.VALIDATE,
        "organisme-validate",
        "valider",
        "validate",
        ValidationForm,
        "Valider et réserver les heures",
    ),
    Decision(
        Event.SEND_BACK,
        "organisme-send-back",
        "renvoyer",
        "send_back",
        ReasonForm,
        "Renvoyer pour correction",
    ),
    Decision(
        Event.REFUSE,
        "organisme-refuse",
        "refuser",
        "refuse",
        ReasonForm,
        "Refuser ce dossier",
    ),
    Decision(
        Event.COMPLETE,
        "organisme-close",
        "clore",
        "close",
        ClosingForm,
        "Clore ce dossier",
    ),
    Decision(
        Event.CANCEL,
        "organisme-cancel",
        "annuler",
        "cancel",
        CancelForm,
        "Annuler ce dossier",
    ),
)


def decision_page(decision: Decision) -> Handler:
    """Return the handler that shows the decision's consequences and its form."""

    @organismes_only
    async def show_decision(request: Request) -> Response:
        found = await get_addressed(request)
        if not _is_possible(decision, found):
            return request.redirect(request.path("organisme-dossier", dossier_id=id_of(request)))
        form = decision.form(data={"revision": str(found.view.dossier.revision)})
        _suit(form, found)
        return _page(request, decision, found, filled_again(request, form))

    return show_decision


def decision_action(decision: Decision) -> Handler:
    """Return the handler that carries the decision out."""

    @organismes_only
    async def decide(request: Request) -> Response:
        form = decision.form(request.posted)
        found = await _find_addressed(request)
        if found is not None and found.is_unreadable:
            return request.redirect(request.path("organisme-dossier", dossier_id=id_of(request)))
        if found is not None and not _is_filled(_suit(form, found), found):
            return _page(request, decision, found, form, 422)
        event, facts = _facts(decision, form)
        queue = request.path("organisme")
        command = request.command(f"{queue}?{urlencode({DECIDED: id_of(request)})}")
        try:
            await carry_out(
                request.runtime,
                id_of(request),
                event,
                author_of(request),
                seen_revision=form.seen_revision,
                command=command,
                facts=facts,
            )
        except ChangedMeanwhileError as error:
            return await _changed(request, decision, form, error.state)
        except AttestationMissingError:
            # DIF hours became available since the dossier was read.
            form = decision.form(request.posted)
            form.validate()
            return _page(request, decision, await get_addressed(request), form, 422)
        except DossierError:
            return request.redirect(request.path("organisme-dossier", dossier_id=id_of(request)))
        agent = get_agent(request)
        log.info("decision", agent=str(agent.id), dossier=str(id_of(request)), step=event.value)
        return request.answer(command.answer)

    return decide


async def _find_addressed(request: Request) -> AddressedDossier | None:
    """Return the dossier; None if it is no longer addressed to the organisme.

    In that case, carry_out raises an error with its state.
    """
    try:
        return await get_addressed(request)
    except DossierGoneError:
        return None


def _is_possible(decision: Decision, found: AddressedDossier) -> bool:
    possible = possible_events(found.view.dossier.status, Actor.ORGANISME)
    return decision.event in possible and not found.is_unreadable


def _suit(form: SeenForm, found: AddressedDossier) -> SeenForm:
    """Delete the attestation from the form when none is awaited; return the form."""
    if isinstance(form, ValidationForm) and not found.view.awaits_attestation:
        del form.attestation
    return form


def _is_filled(form: SeenForm, found: AddressedDossier) -> bool:
    if isinstance(form, ClosingForm):
        return form.is_right_for(found.view.dossier.contents.duration or 0)
    return bool(form.validate())


def _facts(decision: Decision, form: SeenForm) -> tuple[Event, Facts]:
    reason = getattr(form, "reason", None)
    text = (reason.data or "") if reason is not None else ""
    if isinstance(form, ClosingForm) and form.is_abandoned:
        return Event.ABANDON, Facts(reason=text, followed=form.hours)
    attestation = getattr(form, "attestation", None)
    is_seen = attestation is not None and bool(attestation.data)
    return decision.event, Facts(reason=text, attestation_seen=is_seen)


async def _changed(
    request: Request, decision: Decision, form: SeenForm, state: PresentState
) -> Response:
    """Show the dossier's current state, and the same decision again if still possible."""
    found = await _find_addressed(request)
    again = found is not None and _is_possible(decision, found)
    if found is not None:
        _suit(form, found)
    form.revision.data = str(state.revision)
    context: dict[str, Any] = {
        "number": state.number,
        "status": status_label(state.status, state.closing),
        "sentence": present_sentence(state, HistoryActor.ORGANISME),
        "button": decision.button,
        "form": form,
        "action": request.path(decision.name, dossier_id=id_of(request)) if again else "",
        "url": request.path("organisme-dossier", dossier_id=id_of(request)) if found else "",
        "view": found.view if found else None,
    }
    return render(request, "organismes/changed.html", context, status=409)


def _page(
    request: Request, decision: Decision, found: AddressedDossier, form: SeenForm, status: int = 200
) -> Response:
    context = {
        "view": found.view,
        "form": form,
        "button": decision.button,
        "url": request.path("organisme-dossier", dossier_id=id_of(request)),
        "action": request.path(decision.name, dossier_id=id_of(request)),
    }
    return render(request, f"organismes/{decision.template}.html", context, status=status)


ROUTES = [
    route
    for one in DECISIONS
    for path in (f"/organisme/dossiers/{{dossier_id:uuid}}/{one.path}",)
    for route in (
        get(one.name, path, decision_page(one)),
        post(
            one.name,
            path,
            decision_action(one),
            one.form,
            check=organismes_only(build_live_check(one.form)),
        ),
    )
]
