"""The main journey, with every driver."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.journeys.acts.story import run_story
from tests.journeys.browsers.drivers import Keyboard, Pointer
from tests.journeys.browsers.lynx import lynx
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.browsers.terminal import TextBrowser
from tests.journeys.browsers.w3m import w3m
from tests.journeys.site import Site
from tests.support.titulaires.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_journey_completes_with_scripts(new_page: OpenPage, site: Site) -> None:
    await run_story(Pointer(await new_page()), site, Person())


async def test_the_journey_completes_without_scripts(new_page: OpenPage, site: Site) -> None:
    await run_story(Pointer(await new_page(scripts="off"), scripts=False), site, Person())


async def test_the_journey_completes_when_the_script_never_arrives(
    new_page: OpenPage, site: Site
) -> None:
    await run_story(Pointer(await new_page(scripts="blocked"), scripts=False), site, Person())


async def test_the_journey_completes_by_the_keyboard_alone(new_page: OpenPage, site: Site) -> None:
    await run_story(Keyboard(await new_page()), site, Person())


@pytest.mark.parametrize("browser", [w3m, lynx])
async def test_the_journey_completes_in_a_text_browser(
    site: Site, tmp_path: Path, browser: Callable[[Site, Path], AbstractContextManager[TextBrowser]]
) -> None:
    with browser(site, tmp_path) as driver:
        await run_story(driver, site, Person())
