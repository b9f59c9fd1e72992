"""Two titulaires, each logged in."""

from __future__ import annotations

from tests.support.titulaires.titulaire import account_id, person, space, stranger

__all__ = ["account_id", "person", "space", "stranger"]
