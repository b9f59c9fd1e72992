"""Sample data of the demonstration, present from its first start: a catalogue, and people."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from web.catalogue.import_service import apply_catalogue, has_catalogue
from web.core.cli.progress import FileProgress
from web.core.clock import Clock
from web.core.runtime import build_runtime
from web.demo.agents import agent_logins, make_agents
from web.demo.titulaire import make_titulaire, titulaire_login
from web.settings import Environment, load_settings

# Titles, codes and numbers are fictitious.
CATALOGUE = Path(__file__).with_name("catalogue.csv")
# The year of the sample's dates, which include no 29 February.
SAMPLE_YEAR = 2026
_DAY = re.compile(rb"\b(\d{4})(?=-\d\d-\d\d\b)")


def fill_catalogue(database_url: str) -> None:
    """Import the sample catalogue, unless a catalogue is already there."""
    asyncio.run(_fill_catalogue(database_url))


async def _fill_catalogue(database_url: str) -> None:
    if await has_catalogue(database_url):
        return
    file = io.BytesIO(dated_sample(Clock().today()))
    await apply_catalogue(database_url, file, FileProgress(0, 0, out=io.StringIO()))


def ready_people(environment: Mapping[str, str]) -> list[str]:
    """Create the missing agents and titulaire; return the lines that print their logins."""
    return asyncio.run(_ready_people(environment))


async def _ready_people(environment: Mapping[str, str]) -> list[str]:
    settings = load_settings(**{name.lower(): text for name, text in environment.items()})
    if settings.environment is not Environment.DEMO:
        raise ValueError("known logins are for the demonstration alone")
    runtime = build_runtime(settings)
    await runtime.db.connect()
    try:
        await make_agents(runtime)
        await make_titulaire(runtime)
    finally:
        await runtime.db.disconnect()
        runtime.passwords.close()
    return [*titulaire_login(), *agent_logins(runtime.hasher)]


def dated_sample(today: date) -> bytes:
    """Return the sample as CSV, its dates shifted by whole years to the year of `today`.

    In any year the demonstration then has valid, expired and future formations.
    """
    years = today.year - SAMPLE_YEAR
    return _DAY.sub(lambda day: b"%04d" % (int(day[1]) + years), CATALOGUE.read_bytes())
