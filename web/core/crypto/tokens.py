"""Tokens: their encoding, and bearer tokens, issued once and stored as hashes.

Several texts may decode to the same bytes: Python's decoder skips foreign characters, and the last
character has unused bits. A token rejected or consumed by its text could then be sent again under
another one. `decoded()` is the only parser of tokens: it accepts one text for given bytes.
"""

from __future__ import annotations

import base64
import re
from hashlib import sha256

from web.core.clock import Randomness

TOKEN_BYTES = 32
_WRITTEN = re.compile(r"[A-Za-z0-9_-]*\Z")


def encoded(raw: bytes) -> str:
    """Encode bytes as URL-safe base64, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str, length: int) -> bytes | None:
    """Return the `length` bytes of a canonical encoding; None for any other text."""
    if len(text) != -(-length * 4 // 3) or _WRITTEN.match(text) is None:
        return None
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return raw if encoded(raw) == text else None


def new_token(randomness: Randomness) -> str:
    """Return 256 random bits as 43 URL-safe characters."""
    return encoded(randomness.bytes(TOKEN_BYTES))


def token_hash(token: str) -> bytes:
    """Return the stored hash; a plain SHA-256 suffices for 256 random bits."""
    return sha256(token.encode()).digest()


def looks_like_token(text: str) -> bool:
    """Return whether `text` is a well-formed token, to reject others without a query."""
    return decoded(text, TOKEN_BYTES) is not None
