"""A site with an unreachable database: refusals must come before any query."""

from __future__ import annotations

from tests.support.http.without_database import bare_app, https_site, site

__all__ = ["bare_app", "https_site", "site"]
