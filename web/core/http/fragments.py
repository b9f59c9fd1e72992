"""Fragments that are not pages of their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from starlette.responses import RedirectResponse, Response

from web.core.http.request import Handler, Request
from web.core.http.templating import path_of, wants_fragment


def htmx_only(page: str = "") -> Callable[[Handler], Handler]:
    """Decorate a handler to serve htmx only; redirect other requests to the page named `page`.

    It defaults to that of the parent path.
    """

    def for_htmx(handler: Handler) -> Handler:
        @wraps(handler)
        async def answer(request: Request) -> Response:
            if wants_fragment(request):
                return await handler(request)
            url = request.path(page) if page else path_of(request).rpartition("/")[0]
            return RedirectResponse(url, 303, headers={"Vary": "HX-Request"})

        return answer

    return for_htmx
