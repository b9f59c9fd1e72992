"""Access control of the personal space."""

from __future__ import annotations

from functools import wraps
from urllib.parse import quote

from starlette.responses import Response

from web.auth.login.redirect import LoginPage, safe_path
from web.auth.logins import LoginKind
from web.auth.sessions.queries import IDLE_MINUTES, SessionOverError
from web.auth.sessions.titulaire import SignedIn, find_signed_in
from web.core.http.request import Handler, Request

# The name of its layout, in the menus.
TITULAIRE_SPACE = "titulaire"


def titulaires_only(handler: Handler) -> Handler:
    """Require a signed-in titulaire; redirect anyone else to the login page, and back afterwards.

    A form sent after its session had ended is kept, and shown again after login.
    """

    @wraps(handler)
    async def guarded(request: Request) -> Response:
        if await find_titulaire(request) is None:
            return await redirect_to_login(request)
        try:
            return await handler(request)
        except SessionOverError:
            return await redirect_to_login(request)

    return guarded


async def find_titulaire(request: Request) -> SignedIn | None:
    """Return the titulaire whose live session this request carries, for public pages."""
    browser, runtime = request.browser, request.runtime
    if not browser.is_known:
        return None
    signed_in = await find_signed_in(runtime.db, runtime.vault, browser.digest)
    if signed_in is not None:
        request.state.signed_in = signed_in
        request.state.space = TITULAIRE_SPACE
        request.state.session_idle_minutes = IDLE_MINUTES
        request.state.extend_url = request.path("extend")
        request.state.session_ends_at = signed_in.ends_at
    return signed_in


def titulaire_of(request: Request) -> SignedIn:
    """Return the titulaire that the guard authenticated."""
    signed_in: SignedIn = request.state.signed_in
    return signed_in


def safe_next(request: Request, path: str) -> str:
    """Return `path` if it is in the personal space, else the space's first page."""
    space = request.path("space")
    return safe_path(path, (space,), space)


async def redirect_to_login(request: Request) -> Response:
    """Redirect to login, with the way back to the page or to the form that was being sent."""
    return await LOGIN_PAGE.redirect(request)


def _login_url(request: Request, next_url: str) -> str:
    return f"{request.path('login')}?suite={quote(next_url)}"


LOGIN_PAGE = LoginPage(LoginKind.TITULAIRE, _login_url, home="space", resume="resume")
