"""Pages to set up a second factor: during the login, or later from the account."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import segno
from markupsafe import Markup
from starlette.responses import Response

from web.auth.password.credentials import WrongPasswordError
from web.auth.refusals import too_many_attempts
from web.auth.sessions.devices import keep_device, read_device
from web.auth.sessions.queries import SessionOverError
from web.core.crypto.tokens import token_hash
from web.core.db.command import AlreadyDoneError
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.core.rate_limit import TooManyAttemptsError
from web.people.sentences import NOT_THE_CURRENT
from web.professionals import second_factor_service
from web.professionals.agents import Agent
from web.professionals.code_service import RefusedCodeError
from web.professionals.forms import SecondFactorForm
from web.professionals.guard import (
    agent_if_any,
    first_page,
    redirect_to_login,
    set_layout,
    with_next,
)
from web.professionals.recovery_codes import codes_of, shown_code
from web.professionals.routes import next_url_of
from web.professionals.second_factor import enrolment_url, secret_of, spelled
from web.professionals.second_factor_service import NewFactor
from web.professionals.sessions import find_agent

REFUSED = (
    "Ce code n’est pas celui que l’application doit afficher pour cette clé. Vérifiez qu’elle a "
    "bien enregistré la clé de cette page et que l’appareil est à l’heure, puis saisissez le code "
    "affiché."
)
TOO_MANY = "Trop d’essais dans cette session. Par sécurité, réessayez {when}."


async def show_second_factor(request: Request) -> Response:
    """Show the key for the application, and the form of the code that confirms it."""
    agent = await agent_if_any(request)
    if agent is None or _awaits_code(agent):
        return await redirect_to_login(request, agent)
    return _page(request, agent, SecondFactorForm.of(agent))


async def submit_second_factor(request: Request) -> Response:
    """Set the second factor, and show the recovery codes once."""
    agent = await agent_if_any(request)
    if agent is None:
        return await _answer_again(request)
    if _awaits_code(agent):
        return await redirect_to_login(request, agent)
    form = SecondFactorForm.of(agent, request.posted)
    if not form.validate():
        return _page(request, agent, form, 422)
    codes, device = codes_of(request.derive("recovery codes")), read_device(request)
    command = request.command(request.path("second-factor"))
    try:
        known_by = await second_factor_service.set_up(
            request.runtime,
            agent,
            NewFactor(_secret(request), form.code, codes),
            form.current_password,
            device,
            command,
        )
    except WrongPasswordError:
        form.refuse("password_current", NOT_THE_CURRENT)
        return _page(request, agent, form, 422)
    except RefusedCodeError:
        form.refuse("password_code", REFUSED)
        return _page(request, agent, form, 422)
    except SessionOverError:
        return await redirect_to_login(request, None)
    except TooManyAttemptsError as error:
        return too_many_attempts(form, TOO_MANY, error, partial(_page, request, agent, form))
    if known_by is not None:
        keep_device(request, device, known_by)
    request.browser.set_token(request.next_token)
    return show_codes(request, agent, codes)


def show_codes(request: Request, agent: Agent, codes: tuple[str, ...]) -> Response:
    """Render the recovery codes, in the answer to the request that generated them only."""
    next_url = (
        request.path("agent-account")
        if agent.may_enter
        else first_page(request, agent.kind, next_url_of(request))
    )
    set_layout(request, replace(agent, has_second_factor=True, is_complete=True))
    context = {"codes": [shown_code(code) for code in codes], "next_url": next_url}
    return render(request, "professionals/codes.html", context)


async def _answer_again(request: Request) -> Response:
    """Repeat the answer of a request already carried out, while its codes are current."""
    runtime, token = request.runtime, request.next_token
    try:
        return await redirect_to_login(request, None)
    except AlreadyDoneError:
        # Its first copy set the factor, and the session continues under the next token.
        agent = await find_agent(runtime.db, runtime.vault, token_hash(token))
    codes = codes_of(request.derive("recovery codes"))
    if agent is None or not await second_factor_service.are_current(runtime, agent.id, codes):
        return await redirect_to_login(request, None)
    request.browser.set_token(token)
    return show_codes(request, agent, codes)


def _awaits_code(agent: Agent) -> bool:
    return agent.has_second_factor and not agent.is_complete


def _secret(request: Request) -> str:
    """Derive the secret proposed to this session: stable, and not stored until confirmed."""
    text = f"second factor\x00{request.browser.token}"
    return secret_of(request.runtime.hasher.digest("second factor secret", text))


def _page(request: Request, agent: Agent, form: SecondFactorForm, status: int = 200) -> Response:
    secret = _secret(request)
    url = enrolment_url(secret, agent.email)
    picture = segno.make(url, error="m").svg_inline(border=4, omitsize=True, light="#fff")
    context = {
        "form": form,
        "agent": agent,
        "action": with_next(request, "second-factor", next_url_of(request)),
        "picture": Markup(picture),  # noqa: S704 - an SVG generated here
        "spelled": spelled(secret),
        "enrolment_url": url,
    }
    return render(request, "professionals/second_factor.html", context, status=status)


ROUTES = [
    get("second-factor", "/professionnels/second-facteur", show_second_factor),
    post("second-factor", "/professionnels/second-facteur", submit_second_factor),
]
