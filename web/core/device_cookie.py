"""The cookie by which an account knows a browser again (OWASP: device cookies).

It holds one random token for each account that was opened in this browser, the last used first. A
token says nothing of its account; the server keeps its keyed digest only. It opens nothing: wrong
passwords are counted apart for who shows it.
"""

from __future__ import annotations

from web.core.tokens import looks_like_token

LIFETIME_SECONDS = 365 * 86400
# Couples and families share a browser; each request carries them all.
MOST_ACCOUNTS = 6
SEPARATOR = "."


class DeviceCookie:
    """The device tokens that a browser holds."""

    def __init__(self, value: str) -> None:
        # Only so many are read, whatever comes.
        parts = value.split(SEPARATOR, MOST_ACCOUNTS)[:MOST_ACCOUNTS]
        self.tokens = tuple(dict.fromkeys(part for part in parts if looks_like_token(part)))
        self._kept: str | None = None

    def keep(self, token: str) -> None:
        """Let the browser hold this token for a year from now, before the others."""
        others = (other for other in self.tokens if other != token)
        self.tokens = (token, *others)[:MOST_ACCOUNTS]
        self._kept = SEPARATOR.join(self.tokens)

    @property
    def value_to_set(self) -> str | None:
        """What the answer must set it to; None when it stays as it is."""
        return self._kept


def device_cookie_name(secure: bool) -> str:
    """The name of the cookie."""
    return "__Host-appareil" if secure else "appareil"
