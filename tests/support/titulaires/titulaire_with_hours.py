"""Fixtures: the titulaire of `titulaire` with 15 hours of DIF and 20 of CPF, and an organisme."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support.http.client import Client
from tests.support.logins.devices import make_known
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import add_organisme, give_hours, person_of
from web.core.runtime import Runtime


@pytest.fixture
async def person_id(runtime: Runtime, account_id: UUID) -> UUID:
    """Their person row, with their hours."""
    found = await person_of(runtime, account_id)
    await give_hours(runtime, found, dif=15, cpf=20)
    return found


@pytest.fixture
async def organisme_id(runtime: Runtime) -> UUID:
    """An organisme to choose."""
    return await add_organisme(runtime)


@pytest.fixture
async def space(client: Client, person: Person, person_id: UUID) -> Client:
    """The titulaire's browser, logged in."""
    await make_known(client, person)
    await log_in(client, person)
    return client
