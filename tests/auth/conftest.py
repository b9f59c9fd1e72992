"""An account of each kind; a titulaire, logged in, and another one; a site without its database."""

from __future__ import annotations

from tests.support.http.without_database import bare_app, site
from tests.support.logins.each_kind import account, elsewhere, kind
from tests.support.titulaires.titulaire import account_id, person, space, stranger

__all__ = [
    "account",
    "account_id",
    "bare_app",
    "elsewhere",
    "kind",
    "person",
    "site",
    "space",
    "stranger",
]
