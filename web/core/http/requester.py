"""The requester of the current task, in a context variable, for fair queues and rate limits.

Set in one place for every request, so that no feature can omit it. Jobs and commands have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from web.core.http.browser.browser import Browser
from web.core.http.browser.client_address import inspect_client
from web.core.http.browser.networks import ClientAddress
from web.core.ops.observations import Observations

_current: ContextVar[Requester | None] = ContextVar("requester", default=None)


@dataclass(frozen=True)
class Requester:
    """An address and a browser's digest; the browser is '' for a request without our cookie.

    `hits` are those counted by the request against rate limits and not given back.
    """

    address: ClientAddress
    browser: str = ""
    hits: list[object] = field(default_factory=list, compare=False)

    @property
    def lanes(self) -> tuple[str, ...]:
        """Names of the nested queues: widest network first, the browser last."""
        return (*(network.text for network in self.address.wider), self.address, self.browser)


def requester() -> Requester | None:
    """Return the current task's requester; None for a job or a command."""
    return _current.get()


class RequesterMiddleware:
    """Middleware that sets the current requester for the duration of each request."""

    def __init__(
        self, app: ASGIApp, *, trusted_proxies: Sequence[str], observations: Observations
    ) -> None:
        self._app = app
        self._trusted_proxies = trusted_proxies
        self._observations = observations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its requester set; then record any proxy misconfiguration."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = inspect_client(HTTPConnection(scope), self._trusted_proxies)
        browser: Browser = scope["browser"]
        browser_digest = browser.digest.hex() if browser.is_known else ""
        token = _current.set(Requester(seen.address, browser_digest))
        try:
            await self._app(scope, receive, send)
        finally:
            _current.reset(token)
        if seen.problem is not None:
            await self._observations.note(seen.problem)
