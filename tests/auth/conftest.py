"""A titulaire, logged in, and another one; and a site with an unreachable database."""

from __future__ import annotations

from tests.support.http.without_database import bare_app, site
from tests.support.titulaires.titulaire import account_id, person, space, stranger

__all__ = ["account_id", "bare_app", "person", "site", "space", "stranger"]
