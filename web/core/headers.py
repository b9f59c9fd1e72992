"""Security headers, on every answer."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Addresses may carry a token (the e-mailed links): no other page is ever told where one was.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# Browsers of text keep what no-store forbids to keep, but ask again for what says no-cache.
KEPT_NOWHERE = "no-store, no-cache"
TWO_YEARS = "max-age=63072000; includeSubDomains"


class SecurityHeaders:
    """Adds them; pages are neither stored nor indexed anywhere, unless they are public.

    A handler that knows better says so itself: what it puts there stays.
    """

    def __init__(
        self, app: ASGIApp, *, https: bool, indexed: Collection[str] = frozenset()
    ) -> None:
        self._app = app
        self._indexed = indexed
        self._headers = ALWAYS | ({"Strict-Transport-Security": TWO_YEARS} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                headers.setdefault("Cache-Control", KEPT_NOWHERE)
                if scope["path"] not in self._indexed:
                    headers.setdefault("X-Robots-Tag", "noindex")
            await send(message)

        await self._app(scope, receive, send_with_headers)


def nameless(app: ASGIApp) -> ASGIApp:
    """The same, its answers told to name no server: Granian names itself where nothing is said.

    It cannot be made to leave the header out, so it is there and empty.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_without_name(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Server"] = ""
            await send(message)

        await app(scope, receive, send_without_name)

    return answer
