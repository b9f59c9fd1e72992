"""A titulaire with an account."""

from __future__ import annotations

import pytest

from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime


@pytest.fixture
async def person(runtime: Runtime) -> Person:
    """A person with an account."""
    someone = Person()
    await open_account(runtime, someone)
    return someone
