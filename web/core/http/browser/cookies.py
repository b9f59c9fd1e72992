"""The names and attributes that all our cookies share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Cookie:
    """A cookie for this host alone; without `seconds`, it lives as long as the browser is open."""

    base_name: str
    seconds: int | None = None

    def name(self, secure: bool) -> str:
        """Return its name; browsers refuse the `__Host-` prefix on plain http."""
        return f"__Host-{self.base_name}" if secure else self.base_name

    def read(self, cookies: Mapping[str, str], secure: bool) -> str:
        """Return the value among those of a request; '' without any."""
        return cookies.get(self.name(secure), "")

    def header(self, value: str, secure: bool) -> str:
        """Return the Set-Cookie value; '' deletes the cookie."""
        seconds = self.seconds if value else 0
        age = "" if seconds is None else f"; Max-Age={seconds}"
        end = "; Secure" if secure else ""
        return f"{self.name(secure)}={value}; Path=/; HttpOnly; SameSite=Lax{age}{end}"
