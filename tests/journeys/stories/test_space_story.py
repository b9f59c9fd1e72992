"""Every page of the personal space, with every driver."""

from __future__ import annotations

import pytest

from tests.journeys.acts.space_story import run_story
from tests.journeys.browsers.checks import InspectingKeyboard, Inspector
from tests.journeys.browsers.drivers import Pointer
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.site import Site
from tests.support.titulaires.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_personal_space_by_the_keyboard_alone(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    await run_story(InspectingKeyboard(await new_page(), inspector), site, Person())


async def test_the_personal_space_without_scripts(new_page: OpenPage, site: Site) -> None:
    await run_story(Pointer(await new_page(scripts="off"), scripts=False), site, Person())
