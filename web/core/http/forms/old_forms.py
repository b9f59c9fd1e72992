"""Stale forms: their page is shown again, filled in with what was typed.

In some browsers, a form of ours whose CSRF token has expired cannot be told from one forged by
another site. So neither is carried out, nor offered with a button to send it unread: the person
sees the normal page, filled in, and submits it from there. Values that the page cannot hold are
listed as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Message, Receive, Scope, Send

from web.core.http.forms.forms import Form
from web.core.http.request import Request
from web.core.http.routing import FormRoute

AnyForm = TypeVar("AnyForm", bound=Form)
# Headers of the POST that do not apply to a GET of the page.
POST_ONLY_HEADERS = frozenset({b"content-length", b"content-type", b"transfer-encoding"})
HTMX_HEADERS = frozenset({b"hx-request", b"hx-request-type"})


@dataclass
class OldForm:
    """The values of a form, passwords and tokens excepted, and its state.

    `key` is the idempotency key of a form stored when its session ended, and `drop_url` where to
    discard it; both are '' for a form that is merely stale. `is_ours`: its origin is proved.
    `ended_digest` is that of the session of its page, in case that was logged out.
    """

    path: str
    query: str
    fields: Sequence[tuple[str, str]]
    key: str = ""
    drop_url: str = ""
    is_ours: bool = False
    ended_digest: bytes = b""
    # Names of the fields that the page has filled in.
    filled: frozenset[str] = frozenset()
    # It has just been stored, to be shown after a login.
    is_stored: bool = False

    @property
    def is_kept(self) -> bool:
        """Return whether it was stored when its session ended."""
        return bool(self.drop_url)


def old_form_of(request: Request) -> OldForm | None:
    """Return the form that this page must show again, or None."""
    old: OldForm | None = request.scope.get("old_form")
    return old


def filled_again(request: Request, form: AnyForm) -> AnyForm:
    """Fill a page's form with the values of the request's old form, if any; return the form."""
    if old := old_form_of(request):
        old.filled |= form.fill_again(old.fields)
    return form


def is_written_once(routes: Iterable[BaseRoute], path: str) -> bool:
    """Return whether a form sent to `path` needs its idempotency key; True for unknown paths."""
    route = _form_route(tuple(routes), path)
    return route is None or route.writes


def accepts_one_click(routes: Iterable[BaseRoute], path: str) -> bool:
    """Return whether a mail program may POST to `path` to unsubscribe its reader (RFC 8058)."""
    route = _form_route(tuple(routes), path)
    return route is not None and route.one_click


def page_above(routes: Iterable[BaseRoute], path: str) -> str:
    """Return the path of the page at `path`, or of its nearest ancestor; '' without any."""
    routes = tuple(routes)
    while path and not _matches(routes, "GET", path):
        path = path.rpartition("/")[0]
    return path


def page_of_form(routes: Iterable[BaseRoute], path: str) -> str:
    """Return the path of the page that holds the form sent to `path`; '' without any."""
    routes = tuple(routes)
    route = _form_route(routes, path)
    return (route.page if route else "") or page_above(routes, path)


def list_filled_fields(routes: Iterable[BaseRoute], old: OldForm) -> list[tuple[str, str, str]]:
    """Return the name, label and displayed text of each field filled in."""
    route = _form_route(tuple(routes), old.path)
    return route.form.lines_of(old.fields) if route and route.form else []


class ShownAgain(Response):
    """The page of a form, filled in again; if it cannot hold all values, `listed` lists them.

    A fragment request, whose page stays as it is, gets `in_place`, or the guard's own answer once
    the session is over.
    """

    def __init__(
        self,
        request: Request,
        old: OldForm,
        listed: Callable[[Request, OldForm, str], Response],
        *,
        status: int = 200,
        in_place: Response | None = None,
    ) -> None:
        super().__init__(status_code=status)
        self._request = request
        self._old = old
        self._listed = listed
        self._in_place = in_place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Render the page through the application, as a GET."""
        request, old = self._request, self._old
        routes = request.app.routes
        page = page_of_form(routes, old.path)
        filled = list_filled_fields(routes, old)
        if self._in_place is not None:
            answer = await _visit(scope, page, old, POST_ONLY_HEADERS) if page else None
            if answer is not None and answer.is_for_htmx:
                await answer.send_as(answer.status, send)
            else:
                await self._in_place(scope, receive, send)
            return
        if page and request.browser.can_send_forms:
            answer = await _visit(scope, page, old, POST_ONLY_HEADERS | HTMX_HEADERS)
            if old.is_stored or answer.shows({name for name, _, _ in filled}, old):
                await answer.send_as(self.status_code, send)
                return
        listed = self._listed(request, old, quote(page) or "/")
        await listed(scope, receive, send)


@dataclass
class _Answer:
    """The application's response, buffered."""

    messages: list[Message]

    @property
    def status(self) -> int:
        status: int = self.messages[0]["status"]
        return status

    @property
    def is_for_htmx(self) -> bool:
        """Return whether it redirects a fragment request, or refuses it with a sentence."""
        headers = Headers(raw=self.messages[0]["headers"])
        sentence = headers.get("content-type", "").startswith("text/plain")
        return "hx-redirect" in headers or (self.status == 403 and sentence)

    def shows(self, names: Set[str], old: OldForm) -> bool:
        """Return whether the page holds the values of all these fields."""
        body = b"".join(message.get("body", b"") for message in self.messages)
        if not names:
            return self.status < 400
        return self.status == 200 and old.filled >= names and _names_in(body) >= names

    async def send_as(self, status: int, send: Send) -> None:
        """Send the response; a 200 is sent with `status` instead."""
        first, *others = self.messages
        await send({**first, "status": status} if self.status == 200 else first)
        for message in others:
            await send(message)


async def _visit(scope: Scope, page: str, old: OldForm, dropped: Set[bytes]) -> _Answer:
    query = old.query if page == old.path else ""
    visit = {
        **{name: given for name, given in scope.items() if name != "form"},
        "method": "GET",
        "path": page,
        "raw_path": quote(page).encode(),
        "query_string": query.encode(),
        "headers": [pair for pair in scope["headers"] if pair[0] not in dropped],
        "old_form": old,
    }
    answer = _Answer([])

    async def keep(message: Message) -> None:
        answer.messages.append(message)

    await scope["pages"](visit, _nothing, keep)
    return answer


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _names_in(body: bytes) -> frozenset[str]:
    return frozenset(re.findall(r'name="([^"]*)"', body.decode("utf-8", "replace")))


def _matches(routes: Iterable[BaseRoute], method: str, path: str) -> BaseRoute | None:
    scope = {"type": "http", "method": method, "path": path}
    return next((route for route in routes if route.matches(scope)[0] is Match.FULL), None)


def _form_route(routes: Iterable[BaseRoute], path: str) -> FormRoute | None:
    found = _matches(routes, "POST", path)
    return found if isinstance(found, FormRoute) else None
