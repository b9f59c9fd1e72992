"""A worker on a chosen day."""

from __future__ import annotations

import pytest

from tests.organismes.digest.mornings import Mornings
from web.core.runtime import Runtime


@pytest.fixture
def mornings(runtime: Runtime) -> Mornings:
    """The worker's task, at a moment that the test chooses."""
    return Mornings(runtime)
