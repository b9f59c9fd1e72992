"""An employer's agent at their desk, and a titulaire with 15 hours of DIF and 20 of CPF."""

from __future__ import annotations

from tests.support.desks.employer_desk import agent, desk
from tests.support.titulaires.titulaire import account_id, person
from tests.support.titulaires.titulaire_with_hours import organisme_id, person_id, space

__all__ = ["account_id", "agent", "desk", "organisme_id", "person", "person_id", "space"]
