"""A titulaire, logged in, and another one; and a site with an unreachable database."""

from __future__ import annotations

from tests.support.titulaire import account_id, person, space, stranger
from tests.support.without_database import bare_app, site

__all__ = ["account_id", "bare_app", "person", "site", "space", "stranger"]
