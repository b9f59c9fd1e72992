"""« Mot de passe oublié » of agents, and the page of the links mailed to them."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from web.auth.password.forms import NewPasswordForm
from web.auth.password.page import strength_of_typed
from web.auth.password.views import PasswordOwner, password_view
from web.auth.refusals import too_many_attempts
from web.auth.reset.links import RESET_MINUTES, LinkError, LinkState, Purpose
from web.auth.sessions.devices import keep_device, read_device
from web.core.db.command import AlreadyDoneError
from web.core.http.forms.forms import parsed
from web.core.http.forms.old_forms import filled_again
from web.core.http.fragments import htmx_only
from web.core.http.request import Request
from web.core.http.routing import ask, get, post
from web.core.http.templating import render
from web.core.rate_limit import TooManyAttemptsError
from web.professionals import links
from web.professionals.forms import ForgottenForm
from web.professionals.link_queries import Link

TOO_MANY = (
    "Trop de demandes pour cette adresse ou depuis cette connexion à Internet. Les liens déjà "
    "envoyés restent valables une heure : cherchez-les dans vos courriels, ou "
    "redemandez-en un {when}."
)


async def show_forgotten(request: Request) -> Response:
    """Show the form that asks for the address."""
    return _forgotten_page(request, filled_again(request, ForgottenForm()))


async def submit_forgotten(request: Request) -> Response:
    """Request a link; the answer does not reveal whether the address has an account."""
    form = ForgottenForm(request.posted)
    if not form.validate():
        return _forgotten_page(request, form, 422)
    command = request.command(request.path("agent-forgotten-sent"))
    try:
        await links.ask(request.runtime, parsed(form.email), command)
    except TooManyAttemptsError as error:
        return too_many_attempts(form, TOO_MANY, error, partial(_forgotten_page, request, form))
    return request.answer(command.answer)


async def show_sent(request: Request) -> Response:
    """Show the next steps, after the request."""
    return render(request, "professionals/forgotten_sent.html", {"link_minutes": RESET_MINUTES})


async def show_link(request: Request) -> Response:
    """Show the page of a mailed link; a GET changes nothing."""
    link = await links.find_link(request.runtime, request.path_params["token"])
    if link is None or link.state is not LinkState.OPEN:
        return _over(request, link, link.state if link else LinkState.UNKNOWN)
    return _form_page(request, link, NewPasswordForm())


async def submit_link(request: Request) -> Response:
    """Set the first or a new password."""
    runtime, token = request.runtime, request.path_params["token"]
    link = await links.find_link(runtime, token)
    if link is None:
        return _over(request, None, LinkState.UNKNOWN)
    form = NewPasswordForm(request.posted)
    if link.state is LinkState.OPEN and not form.is_right_for(_owner(request, link)):
        return _form_page(request, link, form, 422)
    invited, device = link.purpose is Purpose.INVITATION, read_device(request)
    command = request.command(
        request.path("agent-login"), "acces-ouvert" if invited else "mot-de-passe-choisi"
    )
    try:
        await links.choose(runtime, token, link, form.password.data or "", device, command)
    except LinkError as error:
        return _over(request, link, error.state)
    except AlreadyDoneError:
        keep_device(request, device, device.offered)
        raise
    keep_device(request, device, device.offered)
    return request.answer(command.answer)


@htmx_only()
async def show_strength(request: Request) -> Response:
    """Render the fragment of a password's strength; only that field is read, nothing is stored."""
    link = await links.find_link(request.runtime, request.path_params["token"])
    if link is None or link.state is not LinkState.OPEN:
        return Response(status_code=204)
    return strength_of_typed(request, _owner(request, link))


def _owner(request: Request, link: Link) -> PasswordOwner:
    return links.owner_behind(request.runtime, link).password_owner


def _forgotten_page(request: Request, form: ForgottenForm, status: int = 200) -> Response:
    return render(request, "professionals/forgotten.html", {"form": form}, status=status)


def _form_page(request: Request, link: Link, form: NewPasswordForm, status: int = 200) -> Response:
    context = {
        "form": form,
        "view": password_view(_owner(request, link), ""),
        "token": request.path_params["token"],
        "is_invitation": link.purpose is Purpose.INVITATION,
        "owner": links.owner_behind(request.runtime, link),
    }
    return render(request, "professionals/link.html", context, status=status)


def _over(request: Request, link: Link | None, state: LinkState) -> Response:
    context = {
        "state": state.value,
        "was_invitation": link is not None and link.purpose is Purpose.INVITATION,
    }
    status = 404 if state is LinkState.UNKNOWN else 410
    return render(request, "professionals/link_over.html", context, status=status)


ROUTES = [
    get("agent-forgotten", "/professionnels/mot-de-passe-oublie", show_forgotten),
    post(
        "agent-forgotten",
        "/professionnels/mot-de-passe-oublie",
        submit_forgotten,
        ForgottenForm,
    ),
    get("agent-forgotten-sent", "/professionnels/mot-de-passe-oublie/demande", show_sent),
    get("agent-link", "/professionnels/mot-de-passe/{token}", show_link),
    post("agent-link", "/professionnels/mot-de-passe/{token}", submit_link),
    ask(
        "agent-link-strength",
        "/professionnels/mot-de-passe/{token}/robustesse",
        show_strength,
    ),
]
