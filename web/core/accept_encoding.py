"""Reading of Accept-Encoding (RFC 9110, 12.5.3)."""

from __future__ import annotations

from contextlib import suppress

from starlette.types import ASGIApp, Receive, Scope, Send

HEADER = b"accept-encoding"
# The second is its old name.
GZIP = ("gzip", "x-gzip")


class AcceptEncoding:
    """Leaves `gzip` alone in the header when it is wanted, and no header otherwise.

    What compresses afterwards looks for the word, and would find it in `gzip;q=0`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, its wish made plain."""
        if scope["type"] == "http":
            wished = [value for name, value in scope["headers"] if name == HEADER]
            if wished:
                others = [(name, value) for name, value in scope["headers"] if name != HEADER]
                plain = (
                    [(HEADER, b"gzip")] if wants_gzip(b",".join(wished).decode("latin-1")) else []
                )
                scope["headers"] = others + plain
        await self._app(scope, receive, send)


def wants_gzip(header: str) -> bool:
    """Return whether gzip is accepted, and not less than an answer left as it is."""
    weights: dict[str, float] = {}
    for part in header.split(","):
        coding, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights.setdefault(coding, _weight(parameters))
    named = [weights[coding] for coding in GZIP if coding in weights]
    gzip = max(named) if named else weights.get("*", 0)
    return gzip > 0 and gzip >= weights.get("identity", 0)


def _weight(parameters: list[str]) -> float:
    """From 0 to 1; what is written otherwise asks for nothing."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            with suppress(ValueError):
                weight = float(value.strip())
                return weight if 0 <= weight <= 1 else 0
            return 0
    return 1
