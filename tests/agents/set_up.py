"""The steps of setting up a second factor."""

from __future__ import annotations

from tests.support.desks.agents import (
    InventedAgent,
)
from tests.support.http.client import Client, Page
from tests.support.logins.second_factor import code_for, secret_on
from web.core.runtime import Runtime

CODE, SET_UP = "/professionnels/code", "/professionnels/second-facteur"
ACCOUNT, CODES = "/professionnels/compte", "/professionnels/codes-de-secours"


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
