"""Encryption of personal data, and keyed hashes for look-ups.

Personal data is sealed with AES-256-GCM under a key identified in the ciphertext's header, with
its row and column as associated data: a ciphertext moved elsewhere cannot be decrypted. Values to
look up (NIR, e-mail) are found by an HMAC-SHA256 under a key derived for that use alone.
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


class DecryptionError(Exception):
    """A value cannot be decrypted: unknown key, altered bytes, or another row's ciphertext."""


class Vault:
    """Encryption under the first key of a key ring, decryption under any of them."""

    def __init__(self, keyring: Mapping[str, bytes], randomness: Randomness) -> None:
        self._ciphers = {identifier: AESGCM(key) for identifier, key in keyring.items()}
        self.current_key = next(iter(keyring))
        self._randomness = randomness

    def seal(self, plain: bytes, context: str) -> bytes:
        """Encrypt `plain`, bound to `context`.

        Layout: length of the key id (1 byte), key id, nonce (12 bytes), AES-GCM output and tag.
        """
        nonce = self._randomness.bytes(NONCE_BYTES)
        sealed = self._ciphers[self.current_key].encrypt(nonce, plain, context.encode())
        return ciphertext_header(self.current_key) + nonce + sealed

    def open(self, ciphertext: bytes, context: str) -> bytes:
        """Return the plaintext. Raises DecryptionError."""
        header_end = 1 + ciphertext[0] if ciphertext else 1
        cipher = self._ciphers.get(key_id(ciphertext))
        if cipher is None:
            raise DecryptionError
        nonce, sealed = (
            ciphertext[header_end : header_end + NONCE_BYTES],
            ciphertext[header_end + NONCE_BYTES :],
        )
        try:
            return cipher.decrypt(nonce, sealed, context.encode())
        except (InvalidTag, ValueError) as error:
            raise DecryptionError from error


def key_id(ciphertext: bytes) -> str:
    """Return the id of the key a ciphertext was made with; '' for empty bytes."""
    return ciphertext[1 : 1 + ciphertext[0]].decode(errors="replace") if ciphertext else ""


def ciphertext_header(identifier: str) -> bytes:
    """Return the header of a key's ciphertexts; length-prefixed, so none is a prefix of another."""
    encoded = identifier.encode()
    return bytes([len(encoded)]) + encoded


class Hasher:
    """HMAC-SHA256 under keys derived (HKDF) from SECRET_KEY, one for each use."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._keys: dict[str, bytes] = {}

    def digest(self, use: str, value: str | bytes) -> bytes:
        """Return the 32-byte HMAC of `value` under the key of `use`."""
        message = value.encode() if isinstance(value, str) else value
        return hmac.new(self._key(use), message, sha256).digest()

    def matches(self, use: str, value: str | bytes, digest: bytes) -> bool:
        """Return whether `digest` is that of `value`; compares in constant time."""
        return hmac.compare_digest(self.digest(use, value), digest)

    def _key(self, use: str) -> bytes:
        if use not in self._keys:
            derivation = HKDF(hashes.SHA256(), DIGEST_BYTES, salt=None, info=use.encode())
            self._keys[use] = derivation.derive(self._secret)
        return self._keys[use]
