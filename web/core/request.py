"""The request, with the context that handlers need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.datastructures import FormData
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response

from web.core.browser import Browser
from web.core.device_kind import device_kind
from web.core.runtime import Runtime


class Request(StarletteRequest):
    """A request; its application, browser and form are those of the scope."""

    @property
    def runtime(self) -> Runtime:
        """The runtime of the application that serves this request."""
        runtime: Runtime = self.app.state.runtime
        return runtime

    @property
    def browser(self) -> Browser:
        """The browser that sent this request, as identified by its cookies."""
        browser: Browser = self.scope["browser"]
        return browser

    @property
    def posted(self) -> FormData:
        """The fields of this POST, parsed and checked by FormGuard."""
        form: FormData = self.scope["form"]
        return form

    @property
    def device(self) -> str:
        """The kind of device that sent this request, like « Firefox sur Windows »."""
        return device_kind(self.headers.get("user-agent", ""))

    def notify(self, code: str) -> None:
        """Show a notice (a code, never a text) on the next page shown in this browser."""
        self.browser.notify(code)


Handler = Callable[[Request], Awaitable[Response]]
Endpoint = Callable[[StarletteRequest], Awaitable[Response]]


def with_context(handler: Handler) -> Endpoint:
    """Return the Starlette endpoint of a handler."""

    @wraps(handler)
    async def endpoint(request: StarletteRequest) -> Response:
        return await handler(Request(request.scope, request.receive))

    return endpoint
