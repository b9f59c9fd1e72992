"""The door of the personal space."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match

from web.accounts.kept_forms import KeptForm, keep_form
from web.accounts.sessions import IDLE_MINUTES, SignedIn, find_signed_in
from web.core.browser import browser_of
from web.core.form_guard import SAFE_METHODS, fields_to_send_again, form_of
from web.core.idempotency import KEY_FIELD
from web.core.runtime import runtime_of
from web.core.templating import wants_fragment

LOGIN_URL = "/connexion"
SPACE_URL = "/espace"
EXTEND_URL = "/espace/prolonger"
RESUME_URL = "/espace/reprise"
# The name of what surrounds its pages, in the menus.
TITULAIRE_SPACE = "titulaire"
Handler = Callable[[Request], Awaitable[Response]]


def titulaires_only(handler: Handler) -> Handler:
    """Let a signed-in titulaire through; send anyone else to the login page, and back after.

    What a form held when its session had ended is kept, and offered again after the login.
    """

    @wraps(handler)
    async def guarded(request: Request) -> Response:
        if await titulaire_if_any(request) is None:
            return await to_login(request)
        return await handler(request)

    return guarded


async def titulaire_if_any(request: Request) -> SignedIn | None:
    """The titulaire whose live session this request carries, for pages that all may see."""
    browser, runtime = browser_of(request), runtime_of(request)
    if not browser.is_known:
        return None
    signed_in = await find_signed_in(runtime.db, runtime.vault, browser.digest)
    if signed_in is not None:
        request.state.signed_in = signed_in
        request.state.space = TITULAIRE_SPACE
        request.state.session_idle_minutes = IDLE_MINUTES
        request.state.extend_url = EXTEND_URL
    return signed_in


def titulaire_of(request: Request) -> SignedIn:
    """The titulaire that the guard let through."""
    signed_in: SignedIn = request.state.signed_in
    return signed_in


def safe_next(path: str) -> str:
    """Where to go after login: a path of the personal space, nothing else."""
    inside = path == "/espace" or path.startswith("/espace/")
    return path if inside and "\\" not in path and ".." not in path else "/espace"


async def to_login(request: Request) -> Response:
    """The login page, which leads back: to the page, or to the form that was being sent."""
    browser = browser_of(request)
    suite, notice = _page_of(request), "session-terminee"
    if await _keep_typed(request):
        suite, notice = RESUME_URL, "saisie-gardee"
    url = f"{LOGIN_URL}?suite={quote(suite)}"
    if browser.is_known:
        browser.notify(notice)
    if wants_fragment(request):
        return Response(status_code=204, headers={"HX-Redirect": url})
    return RedirectResponse(url, 303)


async def _keep_typed(request: Request) -> bool:
    if request.method in SAFE_METHODS:
        return False
    form = form_of(request)
    fields = fields_to_send_again(form)
    if not fields:
        return False
    query = f"?{request.url.query}" if request.url.query else ""
    kept = KeptForm(request.url.path + query, str(form.get(KEY_FIELD, "")), fields)
    return await keep_form(runtime_of(request), browser_of(request).digest, kept)


def _page_of(request: Request) -> str:
    """Where to come back to: a POST cannot be repeated by a redirect, its nearest page is shown."""
    path = request.url.path
    while path and request.method not in SAFE_METHODS and not _is_a_page(request, path):
        path = path.rpartition("/")[0]
    return path or SPACE_URL


def _is_a_page(request: Request, path: str) -> bool:
    scope = {"type": "http", "method": "GET", "path": path}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
