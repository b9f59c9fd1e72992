"""Sealing of personal data and keyed look-up hashes.

Personal data is sealed with AES-256-GCM under a key named in the box, with the row it belongs to
as associated data: a box moved to another row or column does not open. What must be found (NIR,
e-mail) is found by HMAC-SHA256 under a key derived for that use alone.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from web.core.clock import Randomness

NONCE_BYTES = 12
DIGEST_BYTES = 32


class UnreadableBoxError(Exception):
    """A sealed value cannot be opened: unknown key, altered bytes, or another row's box."""


class Vault:
    """Seals and opens; the first key of the ring writes, every key reads."""

    def __init__(self, keyring: Mapping[str, bytes], randomness: Randomness) -> None:
        self._ciphers = {identifier: AESGCM(key) for identifier, key in keyring.items()}
        self.writing_key = next(iter(keyring))
        self._randomness = randomness

    def seal(self, plain: bytes, context: str) -> bytes:
        """Box layout: length of key id (1 byte), key id, nonce (12 bytes), ciphertext and tag."""
        nonce = self._randomness.bytes(NONCE_BYTES)
        sealed = self._ciphers[self.writing_key].encrypt(nonce, plain, context.encode())
        return box_start(self.writing_key) + nonce + sealed

    def open(self, box: bytes, context: str) -> bytes:
        """Return the plain bytes. Raises UnreadableBoxError."""
        start = 1 + box[0] if box else 1
        cipher = self._ciphers.get(key_id(box))
        if cipher is None:
            raise UnreadableBoxError
        nonce, sealed = box[start : start + NONCE_BYTES], box[start + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, sealed, context.encode())
        except (InvalidTag, ValueError) as error:
            raise UnreadableBoxError from error


def key_id(box: bytes) -> str:
    """The id of the key a box was sealed with; empty when the box is no box."""
    return box[1 : 1 + box[0]].decode(errors="replace") if box else ""


def box_start(identifier: str) -> bytes:
    """How every box of a key starts, and no box of another."""
    encoded = identifier.encode()
    return bytes([len(encoded)]) + encoded


class Hasher:
    """HMAC-SHA256 under keys derived from SECRET_KEY, one for each use."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._keys: dict[str, bytes] = {}

    def digest(self, use: str, value: str | bytes) -> bytes:
        """32 bytes that stand for `value` in the context of `use`; never reversible."""
        message = value.encode() if isinstance(value, str) else value
        return hmac.new(self._key(use), message, sha256).digest()

    def matches(self, use: str, value: str | bytes, digest: bytes) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.digest(use, value), digest)

    def _key(self, use: str) -> bytes:
        if use not in self._keys:
            derivation = HKDF(hashes.SHA256(), DIGEST_BYTES, salt=None, info=use.encode())
            self._keys[use] = derivation.derive(self._secret)
        return self._keys[use]
