"""« Modifier votre mot de passe » and « Mes connexions »."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import RedirectResponse, Response

from web.accounts.devices import read_device
from web.accounts.guard import SPACE_URL, titulaire_of, titulaires_only
from web.accounts.password_change import PasswordPage, strength_of_typed
from web.accounts.password_view import PasswordOwner, titulaire_owner
from web.accounts.sessions import list_live_sessions
from web.core.fragments import htmx_only
from web.core.idempotency import Command
from web.core.request import Request
from web.core.templating import render
from web.security import service

PASSWORD_URL = "/espace/mot-de-passe"  # noqa: S105 - an address
SESSIONS_URL = "/espace/connexions"
PAGE = PasswordPage(PASSWORD_URL, cancel_url=SPACE_URL, changed_url=SESSIONS_URL)


@titulaires_only
async def show_password(request: Request) -> Response:
    """Show « Modifier votre mot de passe »."""
    return PAGE.show(request, _owner(request))


@titulaires_only
async def submit_password(request: Request) -> Response:
    """Change the password, and rotate the session token."""

    async def change(current: str, new: str, command: Command) -> None:
        passwords, device = (current, new), read_device(request)
        await service.change_password(
            request.runtime, titulaire_of(request), passwords, device, command
        )

    return await PAGE.submit(request, _owner(request), change)


@titulaires_only
@htmx_only()
async def show_strength(request: Request) -> Response:
    """Render the strength of the password being typed."""
    return strength_of_typed(request, _owner(request))


@titulaires_only
async def show_sessions(request: Request) -> Response:
    """Show « Mes connexions »."""
    account_id, digest = titulaire_of(request).account_id, request.browser.digest
    sessions = await list_live_sessions(request.runtime.db, account_id, digest)
    context = {
        "sessions": sessions,
        "base": SESSIONS_URL,
        "password_url": PASSWORD_URL,
        "history_url": "/espace/historique?type=connexions",
    }
    return render(request, "security/sessions.html", context)


@titulaires_only
async def end_session(request: Request) -> Response:
    """End one session."""
    session_id: UUID = request.path_params["session_id"]
    await service.end_session(request.runtime, titulaire_of(request), session_id, request.device)
    request.notify("connexion-fermee")
    return RedirectResponse(SESSIONS_URL, 303)


@titulaires_only
async def end_other_sessions(request: Request) -> Response:
    """End all sessions but this one."""
    await service.end_other_sessions(
        request.runtime,
        titulaire_of(request),
        request.browser.digest,
        read_device(request),
    )
    request.notify("connexions-fermees")
    return RedirectResponse(SESSIONS_URL, 303)


def _owner(request: Request) -> PasswordOwner:
    return titulaire_owner(titulaire_of(request).identity)
