"""Rotation of a session's token after a POST.

The browser may miss the response that carried the new token, and send the same request again with
the old one: each copy of a request derives the same next token, and nobody else can.
"""

from __future__ import annotations

from dataclasses import dataclass

from web.core.idempotency import digest_of
from web.core.request import Request
from web.core.tokens import encoded, token_hash


def next_token(request: Request) -> str:
    """Return a token derived from the current token, the request's fingerprint and our secret."""
    return encoded(derive_for_request(request, "next session token"))


def derive_for_request(request: Request, use: str) -> bytes:
    """Return 32 bytes for this request and `use`, the same for each copy of the request."""
    return request.runtime.hasher.digest(use, digest_of(request).hex())


@dataclass(frozen=True)
class Rotation:
    """The digests of a session's current and next tokens."""

    earlier: bytes
    newer: bytes


def get_rotation(request: Request) -> Rotation:
    """Return the rotation from this request's token to its next one."""
    return Rotation(request.browser.digest, token_hash(next_token(request)))
