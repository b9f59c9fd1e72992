"""The steps of setting up a second factor."""

from __future__ import annotations

import re

import pyotp

from tests.support.agents import (
    InventedAgent,
)
from tests.support.client import Client, Page
from tests.support.rows import value
from web.core.runtime import Runtime

CODE, SET_UP = "/professionnels/code", "/professionnels/second-facteur"
ACCOUNT, CODES = "/professionnels/compte", "/professionnels/codes-de-secours"
KEY = re.compile(r"Clé : ((?:[A-Z2-7]{4} ?){8})")
CLOCK = "SELECT extract(epoch FROM now())::bigint"


def secret_on(page: Page) -> str:
    """The key displayed as text."""
    found = KEY.search(page.text)
    assert found, page.text
    return found[1].replace(" ", "")


async def code_for(runtime: Runtime, secret: str, steps: int = 0) -> str:
    """The code for now, or some half-minutes away, by the database's clock."""
    return pyotp.TOTP(secret).at(await value(runtime, CLOCK) + 30 * steps)


async def set_up(client: Client, runtime: Runtime, agent: InventedAgent) -> tuple[Page, list[str]]:
    """Set up the second factor, up to the page of the recovery codes."""
    page = await client.get(SET_UP)
    agent.secret = secret_on(page)
    fields = {"password_code": await code_for(runtime, agent.secret)}
    if "password_current" in page.values(SET_UP):
        fields["password_current"] = agent.password
    page = await client.submit(page, fields, action=SET_UP)
    assert page.status == 200, page.text
    assert page.dom is not None
    return page, ["".join(node.itertext()).replace(" ", "") for node in page.dom.iter("code")]
