"""Checks on every POST before its handler: origin, size, content type and CSRF token.

The Host header and the scheme are never trusted: both are replaced by those of PUBLIC_URL.

A request from another site is refused. A form whose CSRF token does not match is usually a stale
form of ours (the cookie was lost, rotated by a login, a logout or a registration in another tab, or
the secret changed), or one that another site made a text browser send: its page is shown again,
filled in, passwords excepted. The same applies to a form without its idempotency key.

A POST by which a mail program unsubscribes its reader (RFC 8058) has no CSRF token: on the routes
that accept it, the link of the mail is its authority.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.datastructures import FormData, Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.core.crypto.tokens import looks_like_token
from web.core.http.browser.csrf import CSRF_FIELD
from web.core.http.browser.origins import SAFE_METHODS, Origin, origin_of
from web.core.http.forms.idempotency import KEY_FIELD, request_fingerprint
from web.core.http.forms.old_forms import OldForm, accepts_one_click, is_written_once
from web.core.http.request import Request
from web.core.mail.message import ONE_CLICK, ONE_CLICK_FIELD
from web.core.text import printable_text

# More than any form accepts: a text that is too long is shown again whole, for its author to cut.
MAX_FORM_BYTES = 256 * 1024
# Decoding %XX escapes dominates the parsing time: as many as 64 KiB can hold.
MAX_ESCAPES = 64 * 1024 // 3
# Starlette's own limit answers in bare text: it only has to stop what cannot be a form of ours.
MAX_BODY_BYTES = 1024 * 1024
MAX_FIELDS = 100
READ_SECONDS = 10
FORM_TYPE, MULTIPART_TYPE = "application/x-www-form-urlencoded", "multipart/form-data"
PASSWORD_PREFIX = "password"  # noqa: S105 - the names of fields, no secret

Refusal = Callable[[Request, int], Response]
ShowAgain = Callable[[Request, OldForm], Response]


class FormGuard:
    """Middleware that passes on valid POSTs, their form in `scope["form"]`; answers others."""

    def __init__(
        self, app: ASGIApp, *, origin: str, refuse: Refusal, show_again: ShowAgain
    ) -> None:
        self._app = app
        self._origin = origin
        self._scheme, self._host = urlsplit(origin)[:2]
        self._refuse = refuse
        self._show_again = show_again

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer requests that must be refused; pass the others on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._normalise_origin(scope)
        scope["pages"] = self._app
        request = Request(scope, _bounded(receive))
        # Browsers send URLs in ASCII; a query string that is not could not be parsed.
        if not scope["query_string"].isascii():
            await self._refuse(request, 400)(scope, receive, send)
            return
        if scope["method"] in SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        try:
            answer = await self._check(request)
        except ClientDisconnect:
            # Servers raise this for a body they cannot read too (a malformed chunk size): the
            # client may still be there. Unanswered, it would be logged as a failure of ours.
            answer = self._refuse(request, 400)
        if answer is None:
            await self._app(scope, receive, send)
        else:
            await answer(scope, receive, send)

    async def _check(self, request: Request) -> Response | None:
        origin = origin_of(request.headers, self._origin)
        if origin is Origin.FOREIGN:
            return self._refuse(request, 403)
        routes, path, query = request.app.routes, request.scope["path"], request.url.query
        media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if media_type != FORM_TYPE and not (
            media_type == MULTIPART_TYPE and accepts_one_click(routes, path)
        ):
            return self._refuse(request, 415)
        if _declared_size(request.headers) > MAX_FORM_BYTES:
            return self._refuse(request, 413)
        try:
            async with asyncio.timeout(READ_SECONDS):
                form = await request.form(max_fields=MAX_FIELDS, max_files=0)
        except HTTPException as error:
            return self._refuse(request, error.status_code)
        except TimeoutError:
            return self._refuse(request, 408)
        request.scope["form"] = form
        if form.get(ONE_CLICK_FIELD) == ONE_CLICK and accepts_one_click(routes, path):
            return None
        fingerprint = request_fingerprint(path, form)
        has_key = looks_like_token(str(form.get(KEY_FIELD, ""))) or not is_written_once(
            routes, path
        )
        csrf_token = str(form.get(CSRF_FIELD, ""))
        if request.browser.accepts(csrf_token, fingerprint) and has_key:
            return None
        old = OldForm(
            path,
            query,
            fields_to_keep(form),
            is_ours=origin is Origin.OURS,
            ended_digest=request.browser.ended_digest_of_form(csrf_token),
        )
        return self._show_again(request, old)

    def _normalise_origin(self, scope: Scope) -> None:
        others = [(name, value) for name, value in scope["headers"] if name != b"host"]
        scope["headers"] = [(b"host", self._host.encode()), *others]
        scope["scheme"] = self._scheme


def fields_to_keep(form: FormData) -> list[tuple[str, str]]:
    """Return the named fields of a form, without passwords and our own tokens."""
    return [
        (printable_text(name), printable_text(str(value)))
        for name, value in form.multi_items()
        if printable_text(name)
        and name not in (CSRF_FIELD, KEY_FIELD)
        and not name.startswith(PASSWORD_PREFIX)
    ]


def _declared_size(headers: Headers) -> int:
    with suppress(ValueError):
        return int(headers.get("content-length", "0"))
    return 0


def _bounded(receive: Receive) -> Receive:
    """Wrap `receive` to raise HTTPException 413 once the body exceeds a form's limits."""
    received = escapes = 0

    async def receive_bounded() -> Message:
        nonlocal received, escapes
        message = await receive()
        body = message.get("body", b"")
        received += len(body)
        escapes += body.count(b"%")
        if received > MAX_FORM_BYTES or escapes > MAX_ESCAPES:
            raise HTTPException(413)
        return message

    return receive_bounded
