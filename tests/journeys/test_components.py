"""Each component inspected in each state, and no unused rule in the stylesheet."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.journeys.browsers.checks import PRELOADED, Inspector
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.paths import to_identity
from tests.journeys.site import Site

COMPONENTS = "/demo/composants"
WRONG = f"{COMPONENTS}/erreurs"

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
TEXTS = (
    "/titulaire/mes-droits",
    "/titulaire/ma-liste-de-formations",
    "/plan-du-site",
    "/accessibilite",
    "/glossaire",
    "/aide",
    "/aide/dif",
    "/facile-a-lire",
)
STATES = ("", "?etape=1&robustesse=0", "?etape=4&robustesse=1&genre=question")
# Each selector which, without its pseudo-classes, matches nothing on the page.
UNUSED = r"""() => {
  const rules = (list) => [...list].flatMap((rule) => [
    ...(rule.selectorText ? [rule.selectorText] : []),
    ...(rule.cssRules && !(rule instanceof CSSKeyframesRule) ? rules(rule.cssRules) : []),
  ]);
  const happens = /::?(?!is|not|has|nth|first|last)[a-z-]+|:has\(.htmx-request\)|\.htmx-request/g;
  const fits = (one) =>
    document.querySelector(one.replace(happens, "").replace("[open]", "details").trim() || "*");
  return rules(document.styleSheets[0].cssRules)
    .filter((text) => !text.split(/,(?![^(]*\))/).some(fits));
}"""
# Shown once, when a second factor is set up.
SECOND_FACTOR = {".qr", ".qr svg", ".codes", "code"}


async def unused(page: Page, path: str) -> set[str]:
    """The selectors that match nothing on a page."""
    await page.goto(path)
    return set(await page.evaluate(UNUSED))


async def test_the_components_in_each_state(new_page: OpenPage, inspector: Inspector) -> None:
    page = await new_page()
    for number, state in enumerate(STATES):
        await page.goto(COMPONENTS + state)
        await expect(page.locator("h1")).to_have_text("Composants")
        await inspector.look(page, f"components-{number}")
    await page.goto(WRONG)
    await inspector.look(page, "components-wrong")


@pytest.mark.parametrize(
    ("harm", "rule"),
    [
        ("document.querySelector('main p').setAttribute('role', 'buton')", "aria-roles"),
        ("document.querySelector('main p').style.color = '#888'", "color-contrast:"),
        ("document.querySelector('main p').style.color = '#666'", "color-contrast-enhanced:"),
    ],
)
async def test_a_fault_is_found_on_a_page_that_was_looked_at_without_it(
    new_page: OpenPage, inspector: Inspector, harm: str, rule: str
) -> None:
    page = await new_page()
    await page.goto("/")
    await inspector.look(page, "home")
    await page.evaluate(harm)
    again = Inspector()
    await again.judge(page, "home, with a fault", await page.content())
    assert any(rule in problem for problem in again.problems), again.problems


async def test_resources_that_axe_loads_pass_the_content_policy(
    new_page: OpenPage, inspector: Inspector
) -> None:
    page = await new_page()
    for path in (COMPONENTS, "/contact"):
        await page.goto(path)
        await inspector.run_axe(page, path, PRELOADED)


async def test_each_rule_of_the_stylesheet_serves_on_some_page(
    new_page: OpenPage, site: Site, member: Any
) -> None:
    page = await new_page(storage_state=member)
    left = await unused(page, COMPONENTS)
    public = (f"{COMPONENTS}?robustesse=4", WRONG, "/", "/contact", *TEXTS)
    for path in (*public, "/espace", "/espace/informations"):
        left &= await unused(page, path)
    visitor = await new_page()
    await to_identity(visitor, site)
    left &= await unused(visitor, "/inscription/identite")
    assert left - SECOND_FACTOR == set()
