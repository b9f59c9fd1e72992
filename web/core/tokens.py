"""Bearer tokens: made random, handed out once, kept only as hashes."""

from __future__ import annotations

import base64
import re
from hashlib import sha256

from web.core.clock import Randomness

TOKEN_BYTES = 32
_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}\Z")


def new_token(randomness: Randomness) -> str:
    """256 random bits, URL-safe, 43 characters."""
    return base64.urlsafe_b64encode(randomness.bytes(TOKEN_BYTES)).rstrip(b"=").decode()


def token_hash(token: str) -> bytes:
    """What the database keeps. A plain SHA-256 is enough: the token itself is 256 random bits."""
    return sha256(token.encode()).digest()


def looks_like_token(text: str) -> bool:
    """Whether `text` has a token's shape, to answer malformed ones without a query."""
    return _SHAPE.match(text) is not None
