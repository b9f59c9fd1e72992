"""Tokens: how bytes are written in them, and bearer tokens, handed out once and kept as hashes.

Several texts may decode to the same bytes: Python's decoder skips foreign characters, and the last
character has bits that no byte uses. What is refused or used up by its text could then be sent
again under another one. `decoded()` is the one reader of tokens: it takes one text for given bytes.
"""

from __future__ import annotations

import base64
import re
from hashlib import sha256

from web.core.clock import Randomness

TOKEN_BYTES = 32
_WRITTEN = re.compile(r"[A-Za-z0-9_-]*\Z")


def encoded(raw: bytes) -> str:
    """Bytes as URL-safe base64, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str, length: int) -> bytes | None:
    """The `length` bytes that `encoded()` writes as this very text; None for any other text."""
    if len(text) != -(-length * 4 // 3) or _WRITTEN.match(text) is None:
        return None
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return raw if encoded(raw) == text else None


def new_token(randomness: Randomness) -> str:
    """256 random bits, URL-safe, 43 characters."""
    return encoded(randomness.bytes(TOKEN_BYTES))


def token_hash(token: str) -> bytes:
    """What the database keeps. A plain SHA-256 is enough: the token itself is 256 random bits."""
    return sha256(token.encode()).digest()


def looks_like_token(text: str) -> bool:
    """Whether `text` has a token's shape, to answer malformed ones without a query."""
    return decoded(text, TOKEN_BYTES) is not None
