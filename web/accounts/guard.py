"""The door of the personal space."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.accounts.sessions import IDLE_MINUTES, SignedIn, find_signed_in
from web.core.browser import browser_of
from web.core.runtime import runtime_of
from web.core.templating import wants_fragment

LOGIN_URL = "/connexion"
EXTEND_URL = "/espace/prolonger"
Handler = Callable[[Request], Awaitable[Response]]


def titulaires_only(handler: Handler) -> Handler:
    """Let a signed-in titulaire through; send anyone else to the login page, and back after."""

    @wraps(handler)
    async def guarded(request: Request) -> Response:
        browser = browser_of(request)
        runtime = runtime_of(request)
        signed_in = None
        if browser.is_known:
            signed_in = await find_signed_in(runtime.db, runtime.vault, browser.digest)
        if signed_in is None:
            return _to_login(request)
        request.state.signed_in = signed_in
        request.state.session_idle_minutes = IDLE_MINUTES
        request.state.extend_url = EXTEND_URL
        return await handler(request)

    return guarded


def titulaire_of(request: Request) -> SignedIn:
    """The titulaire that the guard let through."""
    signed_in: SignedIn = request.state.signed_in
    return signed_in


def safe_next(path: str) -> str:
    """Where to go after login: a path of the personal space, nothing else."""
    inside = path == "/espace" or path.startswith("/espace/")
    return path if inside and "\\" not in path and ".." not in path else "/espace"


def _to_login(request: Request) -> Response:
    # A POST cannot be repeated by a redirect: its page is where to come back to.
    url = f"{LOGIN_URL}?suite={quote(request.url.path)}"
    if browser_of(request).is_known:
        browser_of(request).notify("session-terminee")
    if wants_fragment(request):
        return Response(status_code=204, headers={"HX-Redirect": url})
    return RedirectResponse(url, 303)
