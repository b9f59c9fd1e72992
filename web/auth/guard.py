"""Access control of the personal space."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from urllib.parse import quote

from starlette.responses import Response

from web.auth.login.redirect import (
    SESSION_ENDED,
    LoginPage,
    refuse_fragment,
    return_url,
    safe_path,
)
from web.auth.logins import LoginKind
from web.auth.sessions.queries import IDLE_MINUTES, SessionOverError
from web.auth.sessions.titulaire import (
    AwaitingCode,
    SignedIn,
    TitulaireSession,
    find_awaiting_code,
    find_signed_in,
)
from web.core.db.database import DatabaseUnavailableError
from web.core.http.request import Handler, Request
from web.core.http.templating import wants_fragment

# The name of its layout, in the menus.
TITULAIRE_SPACE = "titulaire"
# Between the password and the code: the header has a logout, no menu and no name.
AWAITING_CODE_SPACE = "titulaire-code"


@dataclass(frozen=True)
class _Unnamed:
    """The account of a header that must not tell whose it is."""

    display_name: str = "Identification en cours"


_NOBODY_YET = _Unnamed()


def titulaires_only(handler: Handler) -> Handler:
    """Require a signed-in titulaire; redirect anyone else to the login, and back afterwards.

    A session whose login is not complete has no SignedIn: none of these pages opens for it.

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
    """Return the titulaire whose complete session this request carries, also for public pages."""
    browser, runtime = request.browser, request.runtime
    if not browser.is_known:
        return None
    signed_in = await find_signed_in(runtime.db, runtime.vault, browser.digest)
    if signed_in is not None:
        set_layout(request, signed_in)
    return signed_in


async def greet_titulaire(request: Request) -> None:
    """Give a public page the layout of the space, if a titulaire is signed in.

    The page needs no database: without it, it is shown as to anyone.
    """
    with suppress(DatabaseUnavailableError):
        await find_titulaire(request)


def set_layout(request: Request, signed_in: SignedIn) -> None:
    """Set the layout of the space, and the data of its session warning."""
    request.state.signed_in = signed_in
    request.state.space = TITULAIRE_SPACE
    request.state.session_idle_minutes = IDLE_MINUTES
    request.state.extend_url = request.path("extend")
    request.state.session_ends_at = signed_in.ends_at


async def titulaire_if_any(request: Request) -> TitulaireSession | None:
    """Return the titulaire of this session, signed in or not: for the pages that ask for a code."""
    return await find_titulaire(request) or await _find_awaiting_code(request)


async def _find_awaiting_code(request: Request) -> AwaitingCode | None:
    browser, runtime = request.browser, request.runtime
    if not browser.is_known:
        return None
    awaiting = await find_awaiting_code(runtime.db, runtime.vault, browser.digest)
    if awaiting is not None:
        request.state.signed_in = _NOBODY_YET
        request.state.space = AWAITING_CODE_SPACE
        request.state.session_idle_minutes = IDLE_MINUTES
        request.state.extend_url = request.path("code")
    return awaiting


def get_titulaire(request: Request) -> SignedIn:
    """Return the titulaire that the guard authenticated."""
    signed_in: SignedIn = request.state.signed_in
    return signed_in


def safe_next(request: Request, path: str) -> str:
    """Return `path` if it is in the personal space, else the space's first page."""
    space = request.path("space")
    return safe_path(path, (space,), space)


def login_step(request: Request, step: str) -> str:
    """Return the URL of the login step of this name, which keeps the page asked for."""
    return _with_next(request, step, arrival(request))


def arrival(request: Request) -> str:
    """Return the URL after a login: the page asked for, else the space's first page."""
    return safe_next(request, request.query_params.get("suite", ""))


async def redirect_to_login(request: Request) -> Response:
    """Redirect to login, with the way back to the page or to the form that was being sent.

    A session that awaits its code goes on to that step.
    """
    return await redirect_to_step(request, await _find_awaiting_code(request))


async def redirect_to_step(request: Request, titulaire: TitulaireSession | None) -> Response:
    """Redirect to login, or to the code that the session of this titulaire awaits."""
    if titulaire is None:
        return await LOGIN_PAGE.redirect(request)
    if wants_fragment(request):
        return refuse_fragment(SESSION_ENDED)
    next_url = return_url(request, request.path("space"))
    return request.redirect(_with_next(request, "code", next_url))


def _with_next(request: Request, step: str, next_url: str) -> str:
    next_url = safe_next(request, next_url)
    url = request.path(step)
    return url if next_url == request.path("space") else f"{url}?suite={quote(next_url)}"


def _login_url(request: Request, next_url: str) -> str:
    return f"{request.path('login')}?suite={quote(next_url)}"


LOGIN_PAGE = LoginPage(LoginKind.TITULAIRE, _login_url, home="space", resume="resume")
