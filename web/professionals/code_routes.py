"""The second step of the login: the code."""

from __future__ import annotations

from functools import partial

from starlette.responses import RedirectResponse, Response

from web.auth.login.attempt_limits import ResetNeededError
from web.auth.refusals import too_many_attempts
from web.auth.sessions.devices import keep_device, read_device
from web.auth.sessions.queries import SessionOverError
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.core.rate_limit import TooManyAttemptsError
from web.professionals import code_service
from web.professionals.agents import Agent
from web.professionals.code_service import RefusedCodeError
from web.professionals.forms import CodeForm
from web.professionals.guard import (
    agent_if_any,
    first_page,
    redirect_to_login,
    with_next,
)
from web.professionals.routes import next_url_of

REFUSED = (
    "Ce code n’est pas exact, ou il a déjà servi. Attendez que l’application affiche le suivant, "
    "puis saisissez-le ; vérifiez aussi que l’appareil est à l’heure."
)
RESET_NEEDED = (
    "Trop d’essais ont échoué pour ce compte depuis des navigateurs que nous ne reconnaissons "
    "pas : par sécurité, les codes n’y suffisent plus. Choisissez d’abord un nouveau mot de passe "
    "avec le lien « Mot de passe oublié »."
)
TOO_MANY = "Trop de codes ont été refusés pour ce compte. Par sécurité, réessayez {when}."


async def show_code(request: Request) -> Response:
    """Show the form of the code, after the password."""
    agent = await agent_if_any(request)
    if (away := await _detour(request, agent)) is not None:
        return away
    return _page(request, CodeForm())


async def submit_code(request: Request) -> Response:
    """Check the code and complete the session."""
    agent = await agent_if_any(request)
    if agent is None:
        return await redirect_to_login(request, None)
    if (away := await _detour(request, agent)) is not None:
        return away
    form = CodeForm(request.posted)
    if not form.validate():
        return _page(request, form, 422)
    device = read_device(request)
    command = request.command(first_page(request, agent.kind, next_url_of(request)), rotates=True)
    try:
        known_by = await code_service.verify_code(
            request.runtime, agent, form.code, device, command
        )
    except RefusedCodeError:
        form.refuse("password_code", REFUSED)
        return _page(request, form, 422)
    except ResetNeededError:
        form.refuse("password_code", RESET_NEEDED)
        return _page(request, form, 422)
    except SessionOverError:
        return await redirect_to_login(request, None)
    except TooManyAttemptsError as error:
        return too_many_attempts(form, TOO_MANY, error, partial(_page, request, form))
    keep_device(request, device, known_by)
    return request.answer(command.answer)


async def _detour(request: Request, agent: Agent | None) -> Response | None:
    """Redirect unless the login awaits a code; None when it does."""
    if agent is None:
        return await redirect_to_login(request, None)
    if agent.may_enter:
        return RedirectResponse(first_page(request, agent.kind, next_url_of(request)), 303)
    if not agent.has_second_factor:
        return RedirectResponse(with_next(request, "second-factor", next_url_of(request)), 303)
    return None


def _page(request: Request, form: CodeForm, status: int = 200) -> Response:
    context = {"form": form, "action": with_next(request, "agent-code", next_url_of(request))}
    return render(request, "professionals/code.html", context, status=status)


ROUTES = [
    get("agent-code", "/professionnels/code", show_code),
    post("agent-code", "/professionnels/code", submit_code),
]
