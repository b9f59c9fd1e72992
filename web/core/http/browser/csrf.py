"""CSRF tokens: derived from the browser's token, and checked on every POST.

A form therefore costs no query. Each response masks the token differently (a defence against
BREACH).

On a double press, the second request may carry the browser's new token with a form made for the
previous one. The previous token is therefore kept for a minute in a cookie of its own, for one
purpose: an exact copy of the request that rotated it, sent by the browser that holds the new token,
is answered as the first copy was. It can only give that browser the token it already has.

Deriving CSRF tokens from a second token, which a login would not rotate, would need no such cookie.
But anyone who knew that token before the login could then forge forms in the session: a text
browser proves no origin, and has no SameSite.
"""

from __future__ import annotations

from hmac import compare_digest

from web.core.clock import Randomness
from web.core.crypto.tokens import decoded, encoded, looks_like_token
from web.core.crypto.vault import DIGEST_BYTES, Hasher
from web.core.http.browser.cookies import Cookie

CSRF_FIELD = "csrf"
# Kept padded, so that forms open during a deployment stay valid.
PADDING = "=="
EARLIER_COOKIE = Cookie("avant", 60)


class Csrf:
    """The CSRF tokens of browsers, derived from the browsers' tokens and our secret."""

    def __init__(self, hasher: Hasher, randomness: Randomness) -> None:
        self._hasher = hasher
        self._randomness = randomness

    def token(self, browser_token: str) -> str:
        """Return the CSRF token of this browser, masked for one response alone."""
        mask = self._randomness.bytes(DIGEST_BYTES)
        plain = self._hasher.digest("csrf", browser_token)
        return encoded(mask + _xor(mask, plain)) + PADDING

    def presented_token(
        self, csrf_token: str, received: str, earlier: str, fingerprint: str
    ) -> str | None:
        """Return the browser's token for which a form was made; None refuses the form.

        It is the token received with the form, or, for an exact copy of the request that rotated
        it, the previous one. `earlier` is the value of EARLIER_COOKIE.
        """
        plain = _unmasked(csrf_token)
        if self._hasher.matches("csrf", received, plain):
            return received
        token, _, _ = earlier.partition(".")
        if not looks_like_token(token) or not self._hasher.matches("csrf", token, plain):
            return None
        wanted = self.earlier(token, received, fingerprint)
        return token if compare_digest(earlier.encode(), wanted.encode()) else None

    def ended_digest(self, browser_token: str) -> bytes:
        """Return the digest under which the session of this token is found once logged out."""
        return self._hasher.digest("ended session", self._hasher.digest("csrf", browser_token))

    def ended_digest_of_form(self, csrf_token: str) -> bytes:
        """Return the same digest for the session in which a form was made.

        The token is not verified: a forged one gives a digest under which no session is stored.
        """
        return self._hasher.digest("ended session", _unmasked(csrf_token))

    def earlier(self, earlier: str, newer: str, fingerprint: str) -> str:
        """Return the value of EARLIER_COOKIE after the request that rotated `earlier`."""
        text = f"{earlier}\x00{newer}\x00{fingerprint}"
        return f"{earlier}.{self._hasher.digest('copy', text).hex()[:32]}"


def _unmasked(csrf_token: str) -> bytes:
    """Return the digest under the mask; b"" for a malformed token."""
    if not csrf_token.endswith(PADDING):
        return b""
    masked = decoded(csrf_token.removesuffix(PADDING), 2 * DIGEST_BYTES)
    return b"" if masked is None else _xor(masked[:DIGEST_BYTES], masked[DIGEST_BYTES:])


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left) ^ int.from_bytes(right)).to_bytes(DIGEST_BYTES)
