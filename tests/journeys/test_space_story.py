"""Every page of the personal space, by every hand."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.journeys.checks import Inspector
from tests.journeys.conftest import WITHOUT_SCRIPTS, OpenPage
from tests.journeys.hands import Keyboard, Pointer
from tests.journeys.site import Site
from tests.journeys.space_story import tell
from tests.support.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


class LookingPointer(Pointer):
    """A pointer whose owner inspects the pages on the way."""

    def __init__(self, page: Page, inspector: Inspector) -> None:
        super().__init__(page)
        self.inspector = inspector


async def test_the_personal_space_with_scripts_each_state_looked_at(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    await tell(LookingPointer(await new_page(), inspector), site, Person())


@WITHOUT_SCRIPTS
async def test_the_personal_space_without_scripts(
    new_page: OpenPage, site: Site, scripts: str
) -> None:
    await tell(Pointer(await new_page(scripts=scripts), scripts=False), site, Person())


async def test_the_personal_space_by_the_keyboard_alone(new_page: OpenPage, site: Site) -> None:
    await tell(Keyboard(await new_page()), site, Person())
