"""Login of agents, and the extension of a session."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from starlette.responses import Response

from web.agents import service
from web.agents.forms import LoginForm
from web.agents.guard import (
    agent_if_any,
    first_page,
    login_step,
    redirect_to_login,
)
from web.agents.queries import AgentCredentials
from web.auth.login.answer import LoginResult, Sentences, answer_login
from web.auth.login.service import NextStep, Opened
from web.auth.password.credentials import Attempt
from web.core.db.database import DatabaseUnavailableError
from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render

SENTENCES = Sentences(
    "L’adresse ou le mot de passe n’est pas exact. Vérifiez les deux ; si vous avez oublié le mot "
    "de passe, choisissez-en un autre avec le lien « Mot de passe oublié ».",
    "Trop d’essais pour cette adresse ou depuis cette connexion à Internet. Par sécurité, "
    "réessayez {when}. Pour ne pas attendre, choisissez un nouveau mot de passe avec le lien "
    "« Mot de passe oublié ».",
)


async def show_login(request: Request) -> Response:
    """Show « Espace professionnel », the login page, which tells a signed-in agent so."""
    arrival = ""
    # The page needs no database: without it, it is shown as to anyone.
    with suppress(DatabaseUnavailableError):
        agent = await agent_if_any(request)
        if agent is not None and agent.may_enter:
            arrival = first_page(request, agent.kind)
    return _login_page(request, filled_again(request, LoginForm()), arrival=arrival)


async def submit_login(request: Request) -> Response:
    """Open a session."""
    form = LoginForm(request.posted)
    page = partial(_login_page, request, form)

    async def log_in(attempt: Attempt) -> LoginResult:
        typed = (form.email.data or "", form.password.data or "")
        opened = await service.log_in(request.runtime, *typed, attempt)
        return LoginResult(_after(request, opened), opened.known_by)

    return await answer_login(request, form, page, SENTENCES, log_in)


async def show_extended(request: Request) -> Response:
    """Extend the session; the warning opens this in another tab, so that no input is lost."""
    agent = await agent_if_any(request)
    if agent is None:
        return await redirect_to_login(request, None)
    return render(request, "security/extended.html", {"is_titulaire": False})


def _after(request: Request, opened: Opened[AgentCredentials]) -> str:
    if opened.step is NextStep.CODE:
        return login_step(request, "agent-code")
    if opened.step is NextStep.SECOND_FACTOR:
        return login_step(request, "agent-second-factor")
    assert opened.account.kind  # noqa: S101 - an account has one
    return first_page(request, opened.account.kind)


def _login_page(
    request: Request, form: LoginForm, status: int = 200, *, arrival: str = ""
) -> Response:
    action = login_step(request, "agent-login")
    context = {"form": form, "action": action, "arrival": arrival}
    return render(request, "agents/login.html", context, status=status)


ROUTES = [
    get("agent-login", "/professionnels", show_login),
    post("agent-login", "/professionnels", submit_login, LoginForm),
    get("agent-extend", "/professionnels/prolonger", show_extended),
]
