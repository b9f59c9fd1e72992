"""The same journey completes by every hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.conftest import OpenPage
from tests.journeys.hands import Keyboard, Pointer
from tests.journeys.site import Site
from tests.journeys.story import tell
from tests.journeys.w3m import w3m
from tests.support.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_journey_completes_with_scripts(new_page: OpenPage, site: Site) -> None:
    await tell(Pointer(await new_page()), site, Person())


async def test_the_journey_completes_without_scripts(new_page: OpenPage, site: Site) -> None:
    await tell(Pointer(await new_page(scripts="off"), scripts=False), site, Person())


async def test_the_journey_completes_when_the_script_never_arrives(
    new_page: OpenPage, site: Site
) -> None:
    await tell(Pointer(await new_page(scripts="blocked"), scripts=False), site, Person())


async def test_the_journey_completes_by_the_keyboard_alone(new_page: OpenPage, site: Site) -> None:
    await tell(Keyboard(await new_page()), site, Person())


async def test_the_journey_completes_in_a_text_browser(site: Site, tmp_path: Path) -> None:
    with w3m(site, tmp_path) as hand:
        await tell(hand, site, Person())
