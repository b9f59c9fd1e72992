"""A titulaire with 15 hours of DIF and 20 of CPF, an organisme, and the titulaire's browser."""

from __future__ import annotations

from tests.support.titulaires.titulaire import account_id, person
from tests.support.titulaires.titulaire_with_hours import organisme_id, person_id, space

__all__ = ["account_id", "organisme_id", "person", "person_id", "space"]
