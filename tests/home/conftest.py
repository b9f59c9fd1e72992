"""The application with an unreachable database."""

from __future__ import annotations

from tests.support.http.without_database import bare_app, site

__all__ = ["bare_app", "site"]
