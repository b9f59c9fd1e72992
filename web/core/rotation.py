"""The next token of a session that goes on after a POST.

The browser may miss the answer that carried it, and send the same request again under the token
it still has: each copy of a request finds the same next token, and nobody else can.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from web.core.browser import browser_of
from web.core.idempotency import digest_of
from web.core.runtime import runtime_of
from web.core.tokens import encoded, token_hash


def next_token(request: Request) -> str:
    """A token derived from the current one, what the form says and our secret: from all three."""
    return encoded(said_once(request, "next session token"))


def said_once(request: Request, use: str) -> bytes:
    """32 bytes for this request of this browser, the same for each copy of it."""
    return runtime_of(request).hasher.digest(use, digest_of(request).hex())


@dataclass(frozen=True)
class Rotation:
    """A session's token, as digests: the one it has, and the one it goes on under."""

    earlier: bytes
    newer: bytes


def rotation_of(request: Request) -> Rotation:
    """From the token this request came with to its next one."""
    return Rotation(browser_of(request).digest, token_hash(next_token(request)))
