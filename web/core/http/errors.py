"""The error pages: each states what happened, what was kept and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send

from web.core.crypto.vault import DecryptionError
from web.core.db.database import DatabaseUnavailableError
from web.core.fair_queue import BusyError
from web.core.http.forms.old_forms import OldForm, ShownAgain, list_filled_fields
from web.core.http.request import Request
from web.core.http.templating import render, wants_fragment
from web.core.ops.logging import request_id_of, where_it_failed
from web.core.rate_limit import TooManyAttemptsError

log = structlog.get_logger("web")

Handled = TypeVar("Handled", bound=Exception)
DATABASE_RETRY_SECONDS = 10
EXPIRED = (
    "Ce formulaire a expiré\u00a0: rien n’a été envoyé. Votre saisie reste dans cette page\u00a0; "
    "à votre prochain envoi, la page entière sera chargée, pour que vous la relisiez."
)
# Statuses with their own page; others use that of 400 or 500.
PAGES = {400: 400, 403: 403, 404: 404, 405: 405, 409: 409, 413: 413, 429: 429, 503: 503}


def error_page(
    request: Request, status: int, *, retry_after: int | None = None, reference: str = ""
) -> Response:
    """Return the page for an error status; `retry_after` is in seconds."""
    fallback = 500 if status >= 500 else 400
    template = f"errors/{PAGES.get(status, fallback)}.html"
    context = {"retry_after": retry_after, "reference": reference}
    response = render(request, template, context, status=status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def refuse(request: Request, status: int) -> Response:
    """Return FormGuard's response to a refused request."""
    return error_page(request, status)


def show_again(request: Request, old: OldForm) -> Response:
    """Return FormGuard's response to a stale form: its page, filled in again.

    A fragment request gets a sentence instead: the next submission loads the whole page.
    """
    sentence = PlainTextResponse(EXPIRED, 403) if wants_fragment(request) else None
    return ShownAgain(request, old, listed_form, status=403, in_place=sentence)


def listed_form(
    request: Request, old: OldForm, page_url: str, *, session_over: bool = False
) -> Response:
    """List the fields of a form, for copying, when its page cannot show them again.

    With `session_over`, they cannot be kept either, and `page_url` is that of the login.
    """
    filled = list_filled_fields(request.app.routes, old)
    lines = [(label, text) for _, label, text in filled]
    context = {"lines": lines, "page_url": page_url, "old": old, "session_over": session_over}
    status = 200 if old.is_kept else 403
    return render(request, "errors/old_form.html", context, status=status)


def _http_error(request: Request, error: HTTPException) -> Response:
    response = error_page(request, error.status_code)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _too_many(request: Request, error: TooManyAttemptsError) -> Response:
    log.warning("limit reached", limit=error.limit.name)
    return error_page(request, 429, retry_after=error.retry_after)


def _unavailable(request: Request, error: DatabaseUnavailableError) -> Response:
    log.error("database unavailable", cause=str(error))
    return error_page(request, 503, retry_after=DATABASE_RETRY_SECONDS)


def _overloaded(request: Request, error: BusyError) -> Response:
    log.warning("queue full", work=error.work)
    return error_page(request, 503, retry_after=error.retry_after)


def _unreadable(request: Request, error: DecryptionError) -> Response:
    log.error("sealed data unreadable", **where_it_failed(error))
    return error_page(request, 500, reference=request_id_of(request))


def _handler(
    kind: type[Handled], answer: Callable[[Request, Handled], Response]
) -> tuple[type[Exception], ExceptionHandler]:
    """Return Starlette's handler of exceptions of this kind."""

    async def handle(request: StarletteRequest, error: Exception) -> Response:
        assert isinstance(error, kind)  # noqa: S101 - registered for it
        return answer(Request(request.scope, request.receive), error)

    return kind, handle


HANDLERS: Mapping[Any, ExceptionHandler] = dict(
    (
        _handler(HTTPException, _http_error),
        _handler(TooManyAttemptsError, _too_many),
        _handler(DatabaseUnavailableError, _unavailable),
        _handler(BusyError, _overloaded),
        _handler(DecryptionError, _unreadable),
    )
)


class FailSafe:
    """Middleware that turns unexpected exceptions into an error page.

    Starlette's own handler re-raises for the server to log; servers log exception messages, which
    may hold personal data.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer an exception with the error page, if nothing was sent yet."""
        response_started = False

        async def send_and_track(message: Message) -> None:
            nonlocal response_started
            response_started = response_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_and_track)
        except Exception as error:
            log.error("unexpected error", **where_it_failed(error))
            if not response_started and scope["type"] == "http":
                request = Request(scope, receive)
                page = error_page(request, 500, reference=request_id_of(request))
                await page(scope, receive, send)
