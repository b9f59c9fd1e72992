"""A titulaire, logged in; another one; and what they type."""

from __future__ import annotations

from tests.profile.conftest import account_id, person, space, stranger

__all__ = ["account_id", "person", "space", "stranger"]
