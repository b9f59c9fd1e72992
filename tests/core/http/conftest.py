"""A site with an unreachable database; an account of each kind."""

from __future__ import annotations

from tests.support.http.without_database import bare_app, https_site, site
from tests.support.logins.each_kind import account, kind

__all__ = ["account", "bare_app", "https_site", "kind", "site"]
