"""« Compte et sécurité » of an agent: password, second factor, recovery codes, sessions."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.accounts.credentials import WrongPasswordError
from web.accounts.devices import device_of
from web.accounts.password_form import PasswordChangeForm
from web.accounts.password_view import PasswordOwner, password_view
from web.accounts.sentences import minutes
from web.core.browser import browser_of
from web.core.form_guard import form_of
from web.core.idempotency import digest_of
from web.core.rate_limit import TooManyAttemptsError
from web.core.rotation import next_token, rotation_of
from web.core.runtime import runtime_of
from web.core.templating import render
from web.domain.siret import shown_siret
from web.professionals import account, service
from web.professionals.agents import Agent, agent_owner
from web.professionals.forms import NOT_THE_CURRENT
from web.professionals.guard import ACCOUNT_URL, agent_of, agents_only

PASSWORD_URL = f"{ACCOUNT_URL}/mot-de-passe"
SESSIONS_URL = f"{ACCOUNT_URL}/connexions"
CHANGED_URL = SESSIONS_URL
SAME = "Choisissez un mot de passe différent de l’actuel."
TOO_MANY = (
    "Trop d’essais du mot de passe actuel. Par sécurité, attendez {minutes} avant de réessayer."
)


@agents_only
async def show_account(request: Request) -> Response:
    """Who the agent is here, and what protects their account."""
    agent = agent_of(request)
    state = await account.factor_state(runtime_of(request), agent)
    context = {"agent": agent, "factor": state, "shown_siret": shown_siret}
    return render(request, "professionals/account.html", context)


@agents_only
async def show_password(request: Request) -> Response:
    """« Modifier votre mot de passe »."""
    return _password_page(request, PasswordChangeForm())


async def submit_password(request: Request) -> Response:
    """Change the password, and go on under another token; a copy gets the first one's answer."""
    response = await _submit_password(request)
    if response.headers.get("location") == CHANGED_URL:
        return response
    if await service.outcome_of(runtime_of(request), digest_of(request)):
        return _changed(request)
    return response


@agents_only
async def _submit_password(request: Request) -> Response:
    form, agent = PasswordChangeForm(form_of(request)), agent_of(request)
    current, new = form.password_current.data or "", form.password.data or ""
    if form.is_right_for(_owner(agent)) and current == new:
        form.refuse("password", SAME)
    if form.errors:
        return _password_page(request, form, 422)
    try:
        await account.change_password(
            runtime_of(request),
            agent,
            (current, new),
            rotation_of(request),
            device_of(request),
            (digest_of(request), CHANGED_URL),
        )
    except WrongPasswordError:
        form.refuse("password_current", NOT_THE_CURRENT)
        return _password_page(request, form, 422)
    except TooManyAttemptsError as error:
        form.refuse("password_current", TOO_MANY.format(minutes=minutes(error.retry_after)))
        response = _password_page(request, form, 429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    return _changed(request)


@agents_only
async def show_strength(request: Request) -> Response:
    """Fragment: the strength of what is being typed; only that field is read, nothing is kept."""
    view = password_view(_owner(agent_of(request)), str(form_of(request).get("password", "")))
    return render(
        request, "signup/_strength.html", {"view": view}, fragment="signup/_strength.html"
    )


@agents_only
async def show_sessions(request: Request) -> Response:
    """« Mes connexions »."""
    sessions = await account.sessions_of(
        runtime_of(request), agent_of(request), browser_of(request).digest
    )
    context = {
        "sessions": sessions,
        "base": SESSIONS_URL,
        "password_url": PASSWORD_URL,
        "history_url": "",
    }
    return render(request, "security/sessions.html", context)


@agents_only
async def end_session(request: Request) -> Response:
    """End one session."""
    session_id: UUID = request.path_params["session_id"]
    await account.end_one_session(runtime_of(request), agent_of(request), session_id)
    browser_of(request).notify("connexion-fermee")
    return RedirectResponse(SESSIONS_URL, 303)


@agents_only
async def end_other_sessions(request: Request) -> Response:
    """End all sessions but this one."""
    await account.end_other_sessions(
        runtime_of(request), agent_of(request), browser_of(request).digest
    )
    browser_of(request).notify("connexions-fermees")
    return RedirectResponse(SESSIONS_URL, 303)


def _owner(agent: Agent) -> PasswordOwner:
    return agent_owner(agent.email, agent.organisation_name)


def _changed(request: Request) -> Response:
    browser = browser_of(request)
    browser.become(next_token(request))
    browser.notify("mot-de-passe-modifie")
    return RedirectResponse(CHANGED_URL, 303)


def _password_page(request: Request, form: PasswordChangeForm, status: int = 200) -> Response:
    context = {
        "form": form,
        "view": password_view(_owner(agent_of(request)), ""),
        "action": PASSWORD_URL,
        "cancel_url": ACCOUNT_URL,
    }
    return render(request, "security/password.html", context, status=status)
