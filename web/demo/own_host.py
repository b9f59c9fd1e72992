"""A check of the Host header for the demonstration, against DNS rebinding.

The demonstration shows its mails without a login. A foreign site whose name resolves to 127.0.0.1
could read them, but its requests carry that name as Host.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from web.core.http.request import Request
from web.settings.values import is_loopback


class OwnHost:
    """Middleware that refuses requests whose Host is not a loopback name of this machine."""

    def __init__(self, app: ASGIApp, *, refuse: Callable[[Request, int], Response]) -> None:
        self._app = app
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on requests for this machine; refuse the others with a 400."""
        if scope["type"] == "http" and not _names_this_machine(Headers(scope=scope)):
            await self._refuse(Request(scope, receive), 400)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _names_this_machine(headers: Headers) -> bool:
    hosts = headers.getlist("host")
    return len(hosts) == 1 and is_loopback(_name_in(hosts[0]))


def _name_in(host: str) -> str:
    """Return the name in `name:port`, or '' when malformed."""
    try:
        parts = urlsplit(f"//{host}")
        return parts.hostname or "" if parts.netloc == host and "@" not in host else ""
    except ValueError:
        return ""
