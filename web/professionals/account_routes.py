"""« Compte et sécurité » of an agent: password, second factor, recovery codes, sessions."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import RedirectResponse, Response

from web.accounts.devices import read_device
from web.accounts.password_change import PasswordPage, strength_of_typed
from web.accounts.password_view import PasswordOwner
from web.core.fragments import htmx_only
from web.core.idempotency import Command
from web.core.request import Request
from web.core.templating import render
from web.domain.siret import shown_siret
from web.professionals import account
from web.professionals.agents import agent_owner
from web.professionals.guard import ACCOUNT_URL, agent_of, agents_only
from web.professionals.second_factor_queries import get_factor_state
from web.professionals.sessions import list_live_sessions

PASSWORD_URL = f"{ACCOUNT_URL}/mot-de-passe"
SESSIONS_URL = f"{ACCOUNT_URL}/connexions"
PAGE = PasswordPage(PASSWORD_URL, cancel_url=ACCOUNT_URL, changed_url=SESSIONS_URL)


@agents_only
async def show_account(request: Request) -> Response:
    """Show the agent's identity and the security of their account."""
    agent = agent_of(request)
    state = await get_factor_state(request.runtime.db, agent.id)
    context = {"agent": agent, "factor": state, "shown_siret": shown_siret}
    return render(request, "professionals/account.html", context)


@agents_only
async def show_password(request: Request) -> Response:
    """Show « Modifier votre mot de passe »."""
    return PAGE.show(request, _owner(request))


@agents_only
async def submit_password(request: Request) -> Response:
    """Change the password and rotate the session token."""

    async def change(current: str, new: str, command: Command) -> None:
        passwords, device = (current, new), read_device(request)
        await account.change_password(
            request.runtime, agent_of(request), passwords, device, command
        )

    return await PAGE.submit(request, _owner(request), change)


@agents_only
@htmx_only()
async def show_strength(request: Request) -> Response:
    """Render the fragment with the strength of the password being typed."""
    return strength_of_typed(request, _owner(request))


@agents_only
async def show_sessions(request: Request) -> Response:
    """Show « Mes connexions »."""
    agent_id, digest = agent_of(request).id, request.browser.digest
    sessions = await list_live_sessions(request.runtime.db, agent_id, digest)
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
    await account.end_one_session(request.runtime, agent_of(request), session_id)
    request.notify("connexion-fermee")
    return RedirectResponse(SESSIONS_URL, 303)


@agents_only
async def end_other_sessions(request: Request) -> Response:
    """End all sessions but this one."""
    await account.end_other_sessions(
        request.runtime,
        agent_of(request),
        request.browser.digest,
        read_device(request),
    )
    request.notify("connexions-fermees")
    return RedirectResponse(SESSIONS_URL, 303)


def _owner(request: Request) -> PasswordOwner:
    agent = agent_of(request)
    return agent_owner(agent.email, agent.organisation_name)
