"""Who the request being answered comes from, for what must be shared fairly, however deep it is.

Set for every request in one place, it cannot be forgotten by a feature. Jobs and commands are
answering nobody: for them there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from web.core.browser import browser_of
from web.core.client_address import see
from web.core.networks import ClientAddress
from web.core.observations import Observations

_current: ContextVar[Requester | None] = ContextVar("requester", default=None)


@dataclass(frozen=True)
class Requester:
    """An address, and the browser there; '' for one that came without our cookie.

    `hits` is what the request has counted against limits and not given back.
    """

    address: ClientAddress
    browser: str = ""
    hits: list[object] = field(default_factory=list, compare=False)

    @property
    def lanes(self) -> tuple[str, ...]:
        """Names of the queues to take turns in: widest network first, the browser last."""
        return (*(network.text for network in self.address.wider), self.address, self.browser)


def requester() -> Requester | None:
    """Return the requester that the current task answers; None for a job or a command."""
    return _current.get()


class RequesterMiddleware:
    """Tells all that a request goes through who it comes from."""

    def __init__(
        self, app: ASGIApp, *, trusted_proxies: Sequence[str], observations: Observations
    ) -> None:
        self._app = app
        self._trusted_proxies = trusted_proxies
        self._observations = observations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in the name of the requester; then note what their proxy does wrong."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        seen, browser = see(request, self._trusted_proxies), browser_of(request)
        known = browser.digest.hex() if browser.is_known else ""
        token = _current.set(Requester(seen.address, known))
        try:
            await self._app(scope, receive, send)
        finally:
            _current.reset(token)
        if seen.problem is not None:
            await self._observations.note(seen.problem)
