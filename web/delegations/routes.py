"""« Mes délégations »: the list, granting in two steps, revoking.

Nothing is stored between the two steps: the preview page carries the input in hidden fields, and
it is validated again on submission.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.auth.password.credentials import WrongPasswordError
from web.auth.password.forms import (
    PasswordAgainForm,
    get_typed_password,
    without_recent_password,
)
from web.auth.refusals import refused_password
from web.auth.titulaires.guard import get_titulaire, titulaires_only
from web.core.http.forms.live_checks import build_live_check
from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.core.rate_limit import TooManyAttemptsError
from web.delegations import service
from web.delegations.forms import OVERLAP, TOO_MANY, DelegationForm, GrantForm
from web.delegations.labels import end_label, listed, period_label, scope_label
from web.delegations.queries import find_delegation, list_delegations
from web.delegations.records import Delegation
from web.delegations.service import (
    Outcome,
    OverlapError,
    Preview,
    TooManyGrantsError,
)
from web.domain.delegation import DelegationRequest


@titulaires_only
async def show_delegations(request: Request) -> Response:
    """Show all délégations, with their scope and period."""
    found = await list_delegations(request.runtime.db, get_titulaire(request).person_id)
    return _page(request, "list", {"listing": listed(found), "end_label": end_label})


@titulaires_only
async def show_form(request: Request) -> Response:
    """Show the first step: the employer, the scope and the period."""
    form = DelegationForm.blank(request.runtime.clock.today())
    return _form_page(request, filled_again(request, form))


@titulaires_only
async def edit_form(request: Request) -> Response:
    """Show the form again as filled in, from the second step."""
    return _form_page(request, DelegationForm(request.posted))


@titulaires_only
async def show_preview(request: Request) -> Response:
    """Show the second step: a preview of what the employer will see; nothing is granted yet."""
    form = DelegationForm(request.posted)
    wish = form.check(request.runtime.clock.today())
    if wish is None:
        return _form_page(request, form, 422)
    again = without_recent_password(PasswordAgainForm(), get_titulaire(request))
    page = await _second_step(request, form, wish, again)
    return page(200)


@titulaires_only
async def grant(request: Request) -> Response:
    """Grant the délégation shown by the second step, which asks for a recent password."""
    titulaire = get_titulaire(request)
    form = DelegationForm(request.posted)
    wish = form.check(request.runtime.clock.today())
    if wish is None:
        return _form_page(request, form, 422)
    again = without_recent_password(PasswordAgainForm(request.posted), titulaire)
    if not again.validate():
        await request.check_not_done()
        page = await _second_step(request, form, wish, again)
        return page(422)
    command = request.command(request.path("delegations"), "delegation-accordee")
    try:
        await service.grant(request.runtime, titulaire, wish, get_typed_password(again), command)
    except (OverlapError, TooManyGrantsError) as error:
        return _refused(request, form, error)
    except (WrongPasswordError, TooManyAttemptsError) as error:
        return refused_password(again, error, await _second_step(request, form, wish, again))
    return request.answer(command.answer)


@titulaires_only
async def show_revocation(request: Request) -> Response:
    """Show the consequences of revoking, and its button."""
    delegation = await _one(request)
    return _page(request, "revoke", {"delegation": delegation})


@titulaires_only
async def revoke(request: Request) -> Response:
    """Revoke the délégation at once."""
    outcome = await service.revoke(
        request.runtime, get_titulaire(request), _id_of(request), request.device
    )
    if outcome is Outcome.UNKNOWN:
        raise HTTPException(404)
    done = outcome is Outcome.REVOKED
    return request.redirect(
        request.path("delegations"), "delegation-revoquee" if done else "delegation-terminee"
    )


def _id_of(request: Request) -> UUID:
    delegation_id: UUID = request.path_params["delegation_id"]
    return delegation_id


async def _one(request: Request) -> Delegation:
    person_id = get_titulaire(request).person_id
    found = await find_delegation(request.runtime.db, person_id, _id_of(request))
    if found is None:
        raise HTTPException(404)
    return found


async def _second_step(
    request: Request, form: DelegationForm, wish: DelegationRequest, again: PasswordAgainForm
) -> Callable[[int], Response]:
    """Return the function that renders the second step, or the first if it must be corrected."""
    try:
        preview = await service.get_preview(request.runtime, get_titulaire(request).person_id, wish)
    except (OverlapError, TooManyGrantsError) as error:
        refused = _refused(request, form, error)
        return lambda _: refused
    context = {"form": again, "wish": wish, "preview": preview, "carried": _carried(form, preview)}
    return partial(_page, request, "preview", context)


def _carried(form: DelegationForm, preview: Preview) -> dict[str, str]:
    """Return the hidden fields; `replaces` is carried only if the preview shows a replacement."""
    return form.typed() if preview.replaced else form.typed("replaces")


def _refused(
    request: Request, form: DelegationForm, error: OverlapError | TooManyGrantsError
) -> Response:
    if isinstance(error, TooManyGrantsError):
        form.refuse("", TOO_MANY)
        return _form_page(request, form, 429)
    form.refuse("replaces", OVERLAP)
    return _form_page(request, form, 422, error.others)


def _form_page(
    request: Request,
    form: DelegationForm,
    status: int = 200,
    others: tuple[Delegation, ...] = (),
) -> Response:
    return _page(request, "new", {"form": form, "others": others}, status)


def _page(request: Request, name: str, context: dict[str, object], status: int = 200) -> Response:
    words = {"scope_label": scope_label, "period_label": period_label}
    return render(request, f"delegations/{name}.html", {**context, **words}, status=status)


CHECK = titulaires_only(build_live_check(DelegationForm))
GRANT_CHECK = titulaires_only(build_live_check(GrantForm))
ROUTES = [
    get("delegations", "/espace/delegations", show_delegations),
    get("delegation-new", "/espace/delegations/nouvelle", show_form),
    post(
        "delegation-new", "/espace/delegations/nouvelle", show_preview, DelegationForm, check=CHECK
    ),
    post(
        "delegation-edit",
        "/espace/delegations/nouvelle/corriger",
        edit_form,
        DelegationForm,
        check=CHECK,
    ),
    post(
        "delegation-grant",
        "/espace/delegations/nouvelle/accorder",
        grant,
        DelegationForm,
        check=GRANT_CHECK,
    ),
    get(
        "delegation-revoke",
        "/espace/delegations/{delegation_id:uuid}/revoquer",
        show_revocation,
    ),
    post("delegation-revoke", "/espace/delegations/{delegation_id:uuid}/revoquer", revoke),
]
