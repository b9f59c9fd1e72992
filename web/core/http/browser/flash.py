"""The flash cookie: a notice for the next page, as a signed code, never a text."""

from __future__ import annotations

from hmac import compare_digest

from web.core.crypto.vault import Hasher
from web.core.http.browser.cookies import Cookie

FLASH_COOKIE = Cookie("avis", 60)


class Flash:
    """The notice that a request brings, and the one that its response leaves."""

    def __init__(self, value: str, hasher: Hasher) -> None:
        self._received = value
        self._hasher = hasher
        # The value that the response must set; '' deletes the cookie, None leaves it as it is.
        self.value_to_set: str | None = None

    def put(self, code: str) -> None:
        """Store a notice for the next page shown in this browser."""
        self.value_to_set = f"{code}.{self._sign(code)}"

    def take(self) -> str | None:
        """Return the notice for this page, if its signature is valid, and clear it."""
        code, _, signature = self._received.partition(".")
        if not code or not compare_digest(self._sign(code).encode(), signature.encode()):
            return None
        if self.value_to_set is None:
            self.value_to_set = ""
        return code

    def _sign(self, code: str) -> str:
        return self._hasher.digest("notice", code).hex()[:32]
