"""The demonstration's agents: created once, printed at each start, never created elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from tests.support.db.rows import value
from tests.support.http.client import Client
from tests.support.programs.settings import as_variables
from tests.support.text.spaces import plain
from web.core.runtime import Runtime
from web.demo.agents import AGENTS, _ready
from web.settings import InvalidSettingsError, Settings, load_settings


@pytest.fixture
def environment(database_url: str) -> Mapping[str, str]:
    """The part of the launcher's environment that matters here."""
    return {**as_variables(database_url), "ENVIRONMENT": "demo"}


@pytest.fixture
def settings(environment: Mapping[str, str]) -> Settings:
    """The demonstration's settings, also for these tests' application."""
    return load_settings(**{name.lower(): text for name, text in environment.items()})


async def test_the_printed_logins_open_both_spaces_and_are_printed_again(
    client: Client, runtime: Runtime, environment: Mapping[str, str]
) -> None:
    lines = await _ready(environment)
    assert await _ready(environment) == lines
    assert await value(runtime, "SELECT count(*) FROM professional") == len(AGENTS)
    assert await value(runtime, "SELECT count(*) FROM mail") == 0
    output = plain("\n".join(lines))
    [code] = re.findall(r"un seul usage\) : (\d{4} \d{4} \d{4})", output)
    for agent in AGENTS:
        assert f"{agent.email}   mot de passe {agent.password}" in output
        page = await client.get("/professionnels")
        page = await client.submit(page, {"email": agent.email, "password": agent.password})
        if agent.has_second_factor:
            assert page.url == "/professionnels/code"
            page = await client.submit(page, {"password_code": code})
        assert page.url in ("/organisme", "/employeur")


async def test_known_logins_are_made_nowhere_else(
    runtime: Runtime, environment: Mapping[str, str]
) -> None:
    for elsewhere in ("test", "production"):
        with pytest.raises((ValueError, InvalidSettingsError)):
            await _ready({**environment, "ENVIRONMENT": elsewhere})
    assert await value(runtime, "SELECT count(*) FROM professional") == 0
