"""The agent's day with every driver."""

from __future__ import annotations

import pytest

from tests.journeys.acts.agents import run_story
from tests.journeys.browsers.drivers import Keyboard, Pointer
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_day_of_an_agent_by_the_keyboard_alone(new_page: OpenPage, site: Site) -> None:
    await run_story(Keyboard(await new_page()), site)


async def test_the_day_of_an_agent_without_scripts(new_page: OpenPage, site: Site) -> None:
    await run_story(Pointer(await new_page(scripts="off"), scripts=False), site)
