"""Fixtures: a titulaire and another, each logged in; a conftest imports those it needs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from starlette.applications import Starlette

from tests.support.http.client import Client
from tests.support.logins.devices import make_known
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import person_of
from web.core.runtime import Runtime


@pytest.fixture
def person() -> Person:
    """The titulaire of these tests."""
    return Person(email="zoe@exemple.fr")


@pytest.fixture
async def account_id(runtime: Runtime, person: Person) -> UUID:
    """Their account."""
    return await open_account(runtime, person)


@pytest.fixture
async def person_id(runtime: Runtime, account_id: UUID) -> UUID:
    """Their person row, without hours."""
    return await person_of(runtime, account_id)


@pytest.fixture
async def space(client: Client, person: Person, account_id: UUID) -> Client:
    """The titulaire's known browser, logged in."""
    await make_known(client, person)
    await log_in(client, person)
    return client


@pytest.fixture
async def stranger(app: Starlette, runtime: Runtime) -> AsyncIterator[Client]:
    """Another titulaire's browser, logged in."""
    other = Person(first_name="Inès", birth_name="Dubois", email="ines@exemple.fr")
    await open_account(runtime, other)
    async with Client(app, address="203.0.113.9") as browser:
        await make_known(browser, other)
        await log_in(browser, other)
        yield browser
