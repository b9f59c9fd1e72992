"""Security headers, on every response."""

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
    # URLs may carry a token (e-mailed links): they must not leak in Referer.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# Text browsers ignore no-store, but revalidate with no-cache.
NO_STORE = "no-store, no-cache"
TWO_YEARS = "max-age=63072000; includeSubDomains"


class SecurityHeaders:
    """Middleware that adds security headers and forbids storing pages, or indexing private ones.

    Cache-Control and X-Robots-Tag set by a handler are kept.
    """

    def __init__(
        self, app: ASGIApp, *, https: bool, indexed: Collection[str] = frozenset()
    ) -> None:
        self._app = app
        self._indexed = indexed
        self._headers = ALWAYS | ({"Strict-Transport-Security": TWO_YEARS} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                headers.setdefault("Cache-Control", NO_STORE)
                if scope["path"] not in self._indexed:
                    headers.setdefault("X-Robots-Tag", "noindex")
            await send(message)

        await self._app(scope, receive, send_with_headers)


def without_server_header(app: ASGIApp) -> ASGIApp:
    """Wrap `app` to send an empty Server header.

    Granian adds its own name when the header is missing, and cannot be told to leave it out.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_without_name(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Server"] = ""
            await send(message)

        await app(scope, receive, send_without_name)

    return answer
