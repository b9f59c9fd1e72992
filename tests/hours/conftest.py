"""A titulaire, logged in."""

from __future__ import annotations

from tests.support.titulaires.titulaire import account_id, person, person_id, space

__all__ = ["account_id", "person", "person_id", "space"]
