"""« Mon compte d'heures »: the balances, the DIF form and the ledger."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from web.auth.refusals import too_many_attempts
from web.auth.titulaires.guard import get_titulaire, titulaires_only
from web.core.http.forms.live_checks import build_live_check
from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render, wants_fragment
from web.core.rate_limit import TooManyAttemptsError
from web.hours import service
from web.hours.balances import current_dif_end
from web.hours.forms import DifForm
from web.hours.labels import balance_label, kind_label, reference_label, signed_hours
from web.hours.queries import HoursAccount, get_hours
from web.hours.service import DifLockedError
from web.hours.views import view_of

LOCKED_MEANWHILE = (
    "Un dossier de formation a été validé entre-temps : le solde d’heures du droit individuel à la "
    "formation (DIF) n’est plus modifiable. Votre saisie n’a pas été enregistrée."
)

TOO_MANY = (
    "Ce solde a été modifié de nombreuses fois depuis hier, et chaque modification reste inscrite. "
    "Celle-ci n’est pas enregistrée : recommencez {when}."
)


@titulaires_only
async def show_hours(request: Request) -> Response:
    """Show the balances, the DIF form and the movements; with htmx, the filtered movements."""
    account = await _get_hours(request)
    form = DifForm(data={"dif": "" if account.dif is None else str(account.dif)})
    form = filled_again(request, form)
    return _page(request, account, form, fragment="hours/_movements.html")


@titulaires_only
async def save_dif(request: Request) -> Response:
    """Save the DIF balance; with htmx, replace the part of the page."""
    person_id = get_titulaire(request).person_id
    form = DifForm(request.posted)
    hours = form.hours()
    if hours is None:
        account = await _get_hours(request)
        if account.lock is None:
            return _page(request, account, form, status=422 if form.errors else 200)
        return _locked_page(request, account)
    try:
        await service.declare_dif(request.runtime, person_id, hours, request.device)
    except DifLockedError:
        return _locked_page(request, await _get_hours(request))
    except TooManyAttemptsError as error:
        account = await _get_hours(request)
        page = partial(_page, request, account, form)
        return too_many_attempts(
            form, TOO_MANY, error, lambda status: page(status=status), field="dif"
        )
    if wants_fragment(request):
        account = await _get_hours(request)
        return _page(request, account, DifForm(data={"dif": str(hours)}), saved=True)
    return request.redirect(request.path("hours"), "dif-enregistre")


async def _get_hours(request: Request) -> HoursAccount:
    runtime = request.runtime
    return await get_hours(runtime.db, get_titulaire(request).person_id, current_dif_end(runtime))


def _locked_page(request: Request, account: HoursAccount) -> Response:
    form = DifForm()
    form.refuse("", LOCKED_MEANWHILE)
    return _page(request, account, form, status=409)


def _page(
    request: Request,
    account: HoursAccount,
    form: DifForm,
    *,
    saved: bool = False,
    status: int = 200,
    fragment: str = "hours/_account.html",
) -> Response:
    context = {
        "account": account,
        "form": form,
        "saved": saved,
        "ledger": view_of(account, request.query_params),
        "kind_label": kind_label,
        "reference_label": reference_label,
        "signed_hours": signed_hours,
        "balance_label": balance_label,
    }
    return render(request, "hours/hours.html", context, fragment=fragment, status=status)


ROUTES = [
    get("hours", "/espace/heures", show_hours),
    post(
        "hours",
        "/espace/heures",
        save_dif,
        DifForm,
        check=titulaires_only(build_live_check(DifForm)),
    ),
]
