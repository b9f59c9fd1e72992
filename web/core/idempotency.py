"""Idempotency: a POST takes effect once, however often it is sent.

Each form carries a random idempotency key. A request is identified by that key and its content:
the same key with other content (a page from the browser's cache, changed and sent again) is another
request. The claim is written in the transaction of the effect, so that it exists exactly when the
effect does; a second copy waits for the first one's commit, then gets its outcome.
"""

from __future__ import annotations

from starlette.datastructures import FormData

from web.core.browser import CSRF_FIELD
from web.core.db import Connection
from web.core.request import Request

KEY_FIELD = "key"


def request_fingerprint(path: str, form: FormData) -> str:
    """Return a POST's fingerprint: its path and fields, with the idempotency key, without CSRF."""
    fields = sorted(form.multi_items())
    return "\x00".join([path, *(f"{name}={value}" for name, value in fields if name != CSRF_FIELD)])


def digest_of(request: Request) -> bytes:
    """Return the keyed digest of this browser's POST: its fingerprint and the browser's token."""
    fingerprint = request_fingerprint(request.scope["path"], request.scope["form"])
    text = f"{request.browser.token}\x00{fingerprint}"
    return request.runtime.hasher.digest("idempotency", text)


async def claim(connection: Connection, digest: bytes, outcome: str) -> str | None:
    """Claim the request, within the caller's transaction.

    Returns None when the caller must carry it out, else the outcome (a path) of the earlier copy.
    """
    claimed = await connection.fetchval(
        """
        INSERT INTO carried_out (key_digest, outcome) VALUES ($1, $2)
        ON CONFLICT (key_digest) DO NOTHING RETURNING outcome
        """,
        digest,
        outcome,
    )
    if claimed is not None:
        return None
    earlier: str = await connection.fetchval(
        "SELECT outcome FROM carried_out WHERE key_digest = $1", digest
    )
    return earlier


async def find_outcome(connection: Connection, digest: bytes) -> str | None:
    """Return the outcome (a path) of an earlier copy of this request, or None."""
    outcome: str | None = await connection.fetchval(
        "SELECT outcome FROM carried_out WHERE key_digest = $1", digest
    )
    return outcome
