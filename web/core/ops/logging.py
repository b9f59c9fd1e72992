"""Structured logs, in UTC, without personal data.

Fields are chosen one by one: the route's template but no path (it may hold a token), no query, no
body, no exception message (drivers put values in them), no address. A request has a random id,
which the error pages show, so that a person can quote it.
"""

from __future__ import annotations

import logging
import time
import traceback

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.core.clock import Randomness
from web.core.http.request import Request
from web.core.ops import metrics

log = structlog.get_logger("web")
# One list for the whole process: a logger that has been used keeps its original list.
_processors: list[structlog.typing.Processor] = []


def configure_logging(log_format: str) -> None:
    """Set up structlog, and silence the libraries whose logs would contain values."""
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=False)
        if log_format == "console"
        else structlog.processors.JSONRenderer(ensure_ascii=True)
    )
    _processors[:] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        renderer,
    ]
    structlog.configure(
        processors=_processors,
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    for name in ("databases", "alembic", "pgqueuer", "aiosmtplib", "asyncio", "mail.log"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def where_it_failed(error: BaseException) -> dict[str, object]:
    """Return the type and location of an exception and the types of its causes, no message."""
    frames = traceback.extract_tb(error.__traceback__)
    causes: list[str] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(causes) < 5:
        causes.append(type(cause).__qualname__)
        cause = cause.__cause__ or cause.__context__
    return {
        "error": type(error).__qualname__,
        "causes": causes,
        "at": [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in frames[-8:]],
    }


def request_id_of(request: Request) -> str:
    """Return the request's id in the logs; '' outside RequestLog."""
    identifier: str = request.scope.get("request_id", "")
    return identifier


def route_of(scope: Scope) -> str:
    """Return the path template of the matched route, as `/courriel/{token}`.

    Bounded in number and free of secrets. 'none' when no route matched, or when the request was
    refused before routing.
    """
    return str(getattr(scope.get("route"), "path", "none"))


class RequestLog:
    """Middleware that logs one line per request: route, method, status and duration."""

    def __init__(self, app: ASGIApp, *, randomness: Randomness) -> None:
        self._app = app
        self._randomness = randomness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Time the request, log its outcome and update the metrics."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        scope["request_id"] = self._randomness.bytes(8).hex()
        structlog.contextvars.bind_contextvars(request=scope["request_id"])
        status = 500

        async def send_and_track(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_track)
        finally:
            seconds = time.perf_counter() - started
            route = route_of(scope)
            metrics.observe_request(route, scope["method"], status, seconds)
            log.info(
                "request",
                route=route,
                method=scope["method"] if scope["method"] in KNOWN_METHODS else "other",
                status=status,
                ms=round(seconds * 1000, 1),
            )
            structlog.contextvars.clear_contextvars()


KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
