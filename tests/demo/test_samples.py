"""The demonstration's people: created once, printed at each start, never created elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from tests.support.db.rows import value
from tests.support.http.client import Client
from tests.support.programs.settings import as_variables
from tests.support.text.spaces import plain
from web.core.runtime import Runtime
from web.demo.agents import AGENTS, PASSWORD
from web.demo.samples import _ready_people
from web.demo.titulaire import SHOWN_NIR
from web.settings import InvalidSettingsError, Settings, load_settings


@pytest.fixture
def environment(database_url: str) -> Mapping[str, str]:
    """The part of the launcher's environment that matters here."""
    return {**as_variables(database_url), "ENVIRONMENT": "demo"}


@pytest.fixture
def settings(environment: Mapping[str, str]) -> Settings:
    """The demonstration's settings, also for these tests' application."""
    return load_settings(**{name.lower(): text for name, text in environment.items()})


async def test_the_printed_logins_open_the_spaces_and_are_printed_again(
    client: Client, runtime: Runtime, environment: Mapping[str, str]
) -> None:
    lines = await _ready_people(environment)
    dossiers = await value(runtime, "SELECT count(*) FROM dossier")
    assert await _ready_people(environment) == lines
    assert await value(runtime, "SELECT count(*) FROM professional") == len(AGENTS)
    assert await value(runtime, "SELECT count(*) FROM dossier") == dossiers
    output = plain("\n".join(lines))
    assert f"{SHOWN_NIR}   mot de passe {PASSWORD}" in output
    [code] = re.findall(r"un seul usage\) : (\d{4} \d{4} \d{4})", output)
    for agent in AGENTS:
        assert f"{agent.email}   mot de passe {agent.password}" in output
        page = await client.get("/professionnels")
        page = await client.submit(page, {"email": agent.email, "password": agent.password})
        if agent.has_second_factor:
            assert page.url == "/professionnels/code"
            page = await client.submit(page, {"password_code": code})
        assert page.url in ("/organisme", "/employeur")


async def test_the_titulaire_has_hours_a_delegation_and_a_dossier_in_each_status(
    client: Client, environment: Mapping[str, str]
) -> None:
    await _ready_people(environment)
    page = await client.get("/connexion")
    page = await client.submit(page, {"nir": SHOWN_NIR, "password": PASSWORD})
    assert page.url == "/espace"
    page = await client.get("/espace/dossiers")
    for status in ("En cours d’élaboration", "Soumis", "Validé", "Clos : terminé", "Clos : refusé"):
        assert status.lower() in plain(page.text).lower(), status
    assert "Verrerie Duval" in (await client.get("/espace/delegations")).text
    hours = plain((await client.get("/espace/heures")).text)
    assert "80 h" in hours
    assert "96 h" in hours


async def test_an_account_closed_by_its_titulaire_is_not_created_again(
    runtime: Runtime, environment: Mapping[str, str]
) -> None:
    await _ready_people(environment)
    await runtime.db.execute("DELETE FROM account")
    await _ready_people(environment)
    assert await value(runtime, "SELECT count(*) FROM account") == 0


async def test_known_logins_are_made_nowhere_else(
    runtime: Runtime, environment: Mapping[str, str]
) -> None:
    for elsewhere in ("test", "production"):
        with pytest.raises((ValueError, InvalidSettingsError)):
            await _ready_people({**environment, "ENVIRONMENT": elsewhere})
    assert await value(runtime, "SELECT count(*) FROM login") == 0
