"""« Mot de passe oublié »: the request, and the page of the mailed link."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from web.auth.password.forms import NewPasswordForm
from web.auth.password.page import strength_of_typed
from web.auth.password.views import password_view, titulaire_owner
from web.auth.refusals import too_many_attempts
from web.auth.reset.links import RESET_MINUTES, LinkError, LinkState
from web.auth.sessions.devices import keep_device, read_device
from web.core.db.command import AlreadyDoneError
from web.core.http.forms.forms import parsed
from web.core.http.forms.old_forms import filled_again
from web.core.http.fragments import htmx_only
from web.core.http.request import Request
from web.core.http.routing import ask, get, post
from web.core.http.templating import render
from web.core.rate_limit import TooManyAttemptsError
from web.signin import forgotten
from web.signin.forgotten_queries import ResetLink
from web.signin.forms import ForgottenForm

TOO_MANY = (
    "Trop de demandes pour ce numéro ou depuis cette connexion à Internet. Les liens déjà envoyés "
    "restent valables une heure : cherchez-les dans vos courriels, ou redemandez-en un {when}."
)


async def show_forgotten(request: Request) -> Response:
    """Show the form that asks for the NIR."""
    return _forgotten_page(request, filled_again(request, ForgottenForm()))


async def submit_forgotten(request: Request) -> Response:
    """Request a link; the answer does not reveal whether there is an account."""
    runtime = request.runtime
    form = ForgottenForm(request.posted)
    if not form.validate():
        return _forgotten_page(request, form, 422)
    command = request.command(request.path("forgotten-sent"))
    try:
        await forgotten.ask(runtime, parsed(form.nir).value, command)
    except TooManyAttemptsError as error:
        return too_many_attempts(form, TOO_MANY, error, partial(_forgotten_page, request, form))
    return request.answer(command.answer)


async def show_sent(request: Request) -> Response:
    """Explain what happens next."""
    return render(request, "signin/forgotten_sent.html", {"link_minutes": RESET_MINUTES})


async def show_reset(request: Request) -> Response:
    """Show the page of the mailed link, without side effects."""
    link = await forgotten.find_link(request.runtime, request.path_params["token"])
    if link is None or link.state is not LinkState.OPEN:
        return _link_over(request, link.state if link else LinkState.UNKNOWN)
    return _form_page(request, link, NewPasswordForm())


async def submit_reset(request: Request) -> Response:
    """Replace the password."""
    runtime, token = request.runtime, request.path_params["token"]
    link = await forgotten.find_link(runtime, token)
    if link is None:
        return _link_over(request, LinkState.UNKNOWN)
    form = NewPasswordForm(request.posted)
    if link.state is LinkState.OPEN and not form.is_right_for(
        titulaire_owner(forgotten.identity_behind(runtime, link))
    ):
        return _form_page(request, link, form, 422)
    device = read_device(request)
    command = request.command(request.path("login"), "mot-de-passe-choisi")
    try:
        await forgotten.choose(runtime, token, link, form.password.data or "", device, command)
    except LinkError as error:
        return _link_over(request, error.state)
    except AlreadyDoneError:
        keep_device(request, device, device.offered)
        raise
    keep_device(request, device, device.offered)
    return request.answer(command.answer)


@htmx_only()
async def show_strength(request: Request) -> Response:
    """Render the strength of the password being typed; reads only that field, keeps nothing."""
    runtime = request.runtime
    link = await forgotten.find_link(runtime, request.path_params["token"])
    if link is None or link.state is not LinkState.OPEN:
        return Response(status_code=204)
    return strength_of_typed(request, titulaire_owner(forgotten.identity_behind(runtime, link)))


def _forgotten_page(request: Request, form: ForgottenForm, status: int = 200) -> Response:
    return render(request, "signin/forgotten.html", {"form": form}, status=status)


def _form_page(
    request: Request, link: ResetLink, form: NewPasswordForm, status: int = 200
) -> Response:
    owner = titulaire_owner(forgotten.identity_behind(request.runtime, link))
    view = password_view(owner, "")
    context = {"form": form, "view": view, "token": request.path_params["token"]}
    return render(request, "signin/reset.html", context, status=status)


def _link_over(request: Request, state: LinkState) -> Response:
    status = 404 if state is LinkState.UNKNOWN else 410
    return render(request, "signin/reset_over.html", {"state": state.value}, status=status)


ROUTES = [
    get("forgotten", "/mot-de-passe-oublie", show_forgotten),
    post("forgotten", "/mot-de-passe-oublie", submit_forgotten, ForgottenForm),
    get("forgotten-sent", "/mot-de-passe-oublie/demande", show_sent),
    get("reset", "/mot-de-passe/{token}", show_reset),
    post("reset", "/mot-de-passe/{token}", submit_reset),
    ask("reset-strength", "/mot-de-passe/{token}/robustesse", show_strength),
]
