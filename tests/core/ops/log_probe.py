"""A program that sends hostile requests to the application, its logs set up as in production."""

from __future__ import annotations

import asyncio
import sys

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

from tests.support.programs.settings import make_settings
from web.app import create_app
from web.core.ops.logging import configure_logging

HOSTILE = 'x\r\n{"event": "forged", "level": "info"}\r\n\x1b[2J\x00forged'


async def crash(request: Request) -> Response:
    """A failing handler that quotes its caller."""
    raise RuntimeError(HOSTILE)


async def probe() -> None:
    """Put the hostile text everywhere a client may write."""
    app = create_app(make_settings(database_url="postgresql://forged@127.0.0.1:1/forged"))
    app.router.routes.insert(0, Route("/crash", crash))
    raw = HOSTILE.encode()
    headers = [(name, raw) for name in (b"user-agent", b"referer", b"cookie", b"x-forwarded-for")]
    async with app.router.lifespan_context(app):
        for method, path in (
            ("GET", f"/{HOSTILE}"),
            ("GET", "/crash"),
            ("GET", "/sante/pret"),
            (HOSTILE, "/connexion"),
            ("POST", "/connexion"),
        ):
            await app(_scope(method, path, headers), _receive, _ignore)


def _scope(method: str, path: str, headers: list[tuple[bytes, bytes]]) -> dict[str, object]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"forged=%0d%0aforged",
        "headers": [(b"host", b"forged"), *headers],
        "client": ("203.0.113.7", 4321),
        "server": ("127.0.0.1", 8000),
    }


async def _receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _ignore(message: Message) -> None:
    return None


if __name__ == "__main__":
    configure_logging(sys.argv[1])
    asyncio.run(probe())
