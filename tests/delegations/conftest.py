"""A logged-in titulaire, another one, and the fields they fill in."""

from __future__ import annotations

from tests.profile.conftest import account_id, person, space, stranger

__all__ = ["account_id", "person", "space", "stranger"]
