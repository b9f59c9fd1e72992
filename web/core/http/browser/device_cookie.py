"""The device cookie, by which an account recognises a browser (OWASP: device cookies).

It holds one random token per account that logged in from this browser, most recently used first. A
token reveals nothing about its account; the server stores its keyed digest only. It grants no
access: failed logins are merely counted separately for browsers that present it.
"""

from __future__ import annotations

from web.core.crypto.tokens import looks_like_token
from web.core.http.browser.cookies import Cookie

DEVICE_COOKIE = Cookie("appareil", 365 * 86400)
# Families share a browser; more would weigh on every request.
MOST_ACCOUNTS = 6
SEPARATOR = "."


class DeviceCookie:
    """The device tokens of a browser."""

    def __init__(self, value: str) -> None:
        # Bounds the work done on a forged cookie.
        parts = value.split(SEPARATOR, MOST_ACCOUNTS)[:MOST_ACCOUNTS]
        self.tokens = tuple(dict.fromkeys(part for part in parts if looks_like_token(part)))
        self._kept: str | None = None

    def keep(self, token: str) -> None:
        """Put this token first, and keep the cookie for a year from now."""
        others = (other for other in self.tokens if other != token)
        self.tokens = (token, *others)[:MOST_ACCOUNTS]
        self._kept = SEPARATOR.join(self.tokens)

    @property
    def value_to_set(self) -> str | None:
        """The value the response must set; None when unchanged."""
        return self._kept
