"""Requests that must have their effect once, however often they are sent.

Each POST form carries a random key. A request is known by that key together with what it asks:
the same key with other content (a page taken from the browser's cache, changed and sent again) is
another request. The claim is written in the transaction of the effect, so that it exists exactly
when the effect does; a second copy waits for the first one's commit, then gets its outcome.
"""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request

from web.core.browser import CSRF_FIELD, browser_of
from web.core.db import Connection
from web.core.runtime import runtime_of

KEY_FIELD = "key"


def said_by(path: str, form: FormData) -> str:
    """All that a POST says, its key included; two copies of one request say the same."""
    fields = sorted(form.multi_items())
    return "\x00".join([path, *(f"{name}={value}" for name, value in fields if name != CSRF_FIELD)])


def digest_of(request: Request) -> bytes:
    """What stands for this POST of this browser: its key, its path and all it says."""
    said = said_by(request.scope["path"], request.scope["form"])
    text = f"{browser_of(request).token}\x00{said}"
    return runtime_of(request).hasher.digest("idempotency", text)


async def claim(connection: Connection, digest: bytes, outcome: str) -> str | None:
    """Take the request, within the caller's transaction.

    Returns None when it is ours to carry out, else the outcome (a path) of the earlier copy.
    """
    taken = await connection.fetchval(
        """
        INSERT INTO carried_out (key_digest, outcome) VALUES ($1, $2)
        ON CONFLICT (key_digest) DO NOTHING RETURNING outcome
        """,
        digest,
        outcome,
    )
    if taken is not None:
        return None
    earlier: str = await connection.fetchval(
        "SELECT outcome FROM carried_out WHERE key_digest = $1", digest
    )
    return earlier


async def find_outcome(connection: Connection, digest: bytes) -> str | None:
    """What this very request led to when it was carried out before."""
    outcome: str | None = await connection.fetchval(
        "SELECT outcome FROM carried_out WHERE key_digest = $1", digest
    )
    return outcome
