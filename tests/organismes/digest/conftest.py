"""An organisme's desk with dossiers to decide on, and a worker on a chosen day."""

from __future__ import annotations

import pytest

from tests.organismes.conftest import agent, desk, dossier_id, person, person_id, submit
from tests.organismes.digest.mornings import Mornings
from web.core.runtime import Runtime

__all__ = ["agent", "desk", "dossier_id", "person", "person_id", "submit"]


@pytest.fixture
def mornings(runtime: Runtime) -> Mornings:
    """The worker's task, at a moment that the test chooses."""
    return Mornings(runtime)
