"""Parse Accept-Encoding (RFC 9110, 12.5.3)."""

from __future__ import annotations

from contextlib import suppress

from starlette.types import ASGIApp, Receive, Scope, Send

HEADER = b"accept-encoding"
# x-gzip is the historical alias.
GZIP = ("gzip", "x-gzip")


class AcceptEncoding:
    """Middleware that reduces the header to `gzip` when the client accepts it, else removes it.

    GZipMiddleware only looks for the word, and would find it in `gzip;q=0`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its header normalised."""
        if scope["type"] == "http":
            values = [value for name, value in scope["headers"] if name == HEADER]
            if values:
                others = [(name, value) for name, value in scope["headers"] if name != HEADER]
                accepted = (
                    [(HEADER, b"gzip")] if wants_gzip(b",".join(values).decode("latin-1")) else []
                )
                scope["headers"] = others + accepted
        await self._app(scope, receive, send)


def wants_gzip(header: str) -> bool:
    """Return whether gzip is accepted with a weight no lower than identity's."""
    weights: dict[str, float] = {}
    for part in header.split(","):
        coding, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights.setdefault(coding, _weight(parameters))
    named = [weights[coding] for coding in GZIP if coding in weights]
    gzip = max(named) if named else weights.get("*", 0)
    return gzip > 0 and gzip >= weights.get("identity", 0)


def _weight(parameters: list[str]) -> float:
    """Return the q value, 0 to 1; 0 when it is malformed."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            with suppress(ValueError):
                weight = float(value.strip())
                return weight if 0 <= weight <= 1 else 0
            return 0
    return 1
