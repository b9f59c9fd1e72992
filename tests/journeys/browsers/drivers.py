"""Drivers of a graphical browser: a pointer, and a keyboard alone."""

from __future__ import annotations

import re
import time
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.journeys.browsers.terminal import PATIENCE_SECONDS

MOST_TABS = 60

# Requirements on the focused element: it exists, has a ring, is on screen and is not covered.
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return {where: "body"};
  const ring = getComputedStyle(e), box = e.getBoundingClientRect();
  // Of a field of several lines, the first is enough.
  const bottom = e.tagName === "TEXTAREA" ? box.top + 40 : box.bottom;
  const inside = box.top > -1 && box.left > -1 && box.right <= innerWidth + 1
    && (bottom <= innerHeight + 1 || box.height > innerHeight);
  const x = box.left + box.width / 2;
  const y = Math.min(box.top + Math.min(box.height, innerHeight) / 2, innerHeight - 2);
  const above = document.elementFromPoint(x, y);
  return {
    where: e.id || e.name || e.textContent.trim().slice(0, 60) || e.tagName,
    ringed: ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 2,
    inside, covered: !(above && (e.contains(above) || above.contains(e))),
  };
}"""

# The position of the focus relative to an element: on it (0), after it (-1) or before it (1).
PLACE = """e => {
  const now = document.activeElement;
  if (now === e || (e.name && e.type === "radio" && now.name === e.name)) return 0;
  if (now === document.body) return 1;
  return now.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_PRECEDING ? -1 : 1;
}"""
BOTH = f"e => ({{place: ({PLACE})(e), focus: ({FOCUS})()}})"


def starting_with(name: str) -> re.Pattern[str]:
    """Match a visible name; links may have a visually hidden suffix, never « et » another act."""
    # The suffix begins with a space, even before a comma; a space may be a no-break space.
    words = re.escape(name).replace(",", r"\s*,").replace(r"\ ", r"\s")
    return re.compile("^" + words + r"(?!\w|\set\s)")


def control(page: Page, name: str) -> Locator:
    """The link or button with this name, the last one when there are several."""
    pattern = starting_with(name)
    link = page.get_by_role("link", name=pattern)
    return link.or_(page.get_by_role("button", name=pattern)).last


async def last_control(page: Page, name: str) -> Locator:
    """The same, once the page has loaded: the last one of a partial page may be another.

    Before its stylesheet has come, what that hides counts among the controls.
    """
    await page.wait_for_load_state()
    return control(page, name)


async def closed_menu(page: Page, name: str) -> Locator | None:
    """The button of the closed menu that holds this link or button, if that is nowhere else."""
    menu = page.locator("details:not([open])").filter(has_text=name)
    if await control(page, name).count() or not await menu.count():
        return None
    return menu.last.locator("summary")


def field(page: Page, label: str) -> Locator:
    """The field with this label."""
    return page.get_by_label(starting_with(label)).first


async def assert_focus_is_seen(page: Page) -> None:
    """Check that the focused element is visible and has a focus ring."""
    assert_seen(await page.evaluate(FOCUS))


def assert_seen(focus: dict[str, Any]) -> None:
    """Check the values returned by FOCUS."""
    assert focus["where"] != "body", "the focus is nowhere"
    assert focus["ringed"], f"no ring around {focus['where']}"
    assert focus["inside"], f"{focus['where']} has the focus out of sight"
    assert not focus["covered"], f"{focus['where']} has the focus under something else"


class Pointer:
    """A mouse or a finger, on a page with or without scripts."""

    def __init__(self, page: Page, *, scripts: bool = True) -> None:
        self.page = page
        self.activates_by_itself = scripts
        self._scripts = scripts

    async def open(self, path: str) -> None:
        await self.page.goto(path)

    async def press(self, name: str) -> None:
        await self.page.wait_for_load_state()
        if menu := await closed_menu(self.page, name):
            await menu.click()
        await (await last_control(self.page, name)).click()

    async def write(self, label: str, text: str) -> None:
        await self.page.wait_for_load_state()
        await field(self.page, label).fill(text)

    async def choose(self, label: str) -> None:
        await self.page.wait_for_load_state()
        await field(self.page, label).check()

    async def pick(self, label: str, option: str) -> None:
        await self.page.wait_for_load_state()
        await field(self.page, label).select_option(label=option)

    async def reads(self, text: str) -> None:
        await expect(self.page.locator("body")).to_contain_text(text, use_inner_text=True)
        # The next element to check may be further down.
        await self.page.wait_for_load_state()

    async def reads_after(self, text: str, refresh: str) -> None:
        if not self._scripts:
            await refresh_until(self, self.page, text, refresh)
        await self.reads(text)

    async def reads_error_summary(self) -> None:
        await expect(self.page).to_have_title(re.compile(r"^Erreur\s: "))
        await expect(self.page.locator("#erreurs")).to_be_focused()
        await expect(self.page.locator("#erreurs")).to_be_in_viewport()
        await self.page.wait_for_load_state()


async def refresh_until(driver: Any, page: Page, text: str, refresh: str) -> None:
    """Press `refresh` until the page shows the text; each press loads a new page."""
    await page.wait_for_load_state()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while text not in re.sub(r"\s+", " ", await page.locator("body").inner_text()):
        assert time.monotonic() < deadline, f"{text} never appeared"
        async with page.expect_navigation():
            await driver.press(refresh)


class Keyboard:
    """Tab, Shift+Tab, Space, Enter, arrows and letters, on a page with or without scripts."""

    def __init__(self, page: Page, *, scripts: bool = True) -> None:
        self.page = page
        self.activates_by_itself = scripts
        self._scripts = scripts

    async def open(self, path: str) -> None:
        await self.page.goto(path)

    async def press(self, name: str) -> None:
        await self.page.wait_for_load_state()
        if menu := await closed_menu(self.page, name):
            await self.reach(menu)
            await self._key("Enter")
        target = control(self.page, name)
        await self.reach(target)
        is_link = await target.evaluate("e => e.tagName === 'A'")
        await self._key("Enter" if is_link else "Space")

    async def write(self, label: str, text: str) -> None:
        target = field(self.page, label)
        await self.reach(target)
        # Search-as-you-type changes the address without leaving the page.
        before = await self.page.evaluate("performance.timeOrigin")
        # Tabbing into a field selects its value: typing replaces it.
        await self.page.keyboard.type(text)
        await expect(target).to_have_value(text)
        after = await self.page.evaluate("performance.timeOrigin")
        assert after == before, "typing submitted something"

    async def choose(self, label: str) -> None:
        target = field(self.page, label)
        kind = await target.get_attribute("type")
        if kind == "radio":
            group = self.page.locator(f"[name={await target.get_attribute('name')}]")
            await self.reach(group)
            for _ in range(await group.count()):
                if await target.evaluate("e => e === document.activeElement"):
                    break
                await self._key("ArrowDown")
        else:
            await self.reach(target)
        if not await target.is_checked():
            await self._key("Space")
        await expect(target).to_be_checked()
        await assert_focus_is_seen(self.page)

    async def pick(self, label: str, option: str) -> None:
        """Use the arrows, one option after another; letters would have to come within a second."""
        target = field(self.page, label)
        await self.reach(target)
        await self._key("Home")
        for _ in range(await target.locator("option").count()):
            chosen = await target.evaluate("e => e.selectedOptions[0].textContent.trim()")
            if chosen == option:
                return
            await self._key("ArrowDown")
        raise AssertionError(f"{option} is not among the choices of {label}")

    async def reads(self, text: str) -> None:
        await expect(self.page.locator("body")).to_contain_text(text, use_inner_text=True)
        await self.page.wait_for_load_state()

    async def reads_after(self, text: str, refresh: str) -> None:
        if not self._scripts:
            await refresh_until(self, self.page, text, refresh)
        await self.reads(text)

    async def reads_error_summary(self) -> None:
        await expect(self.page.locator("#erreurs")).to_be_focused()
        await self.page.wait_for_load_state()
        await assert_focus_is_seen(self.page)

    async def _key(self, name: str) -> None:
        await self.page.keyboard.press(name)

    async def reach(self, target: Locator) -> None:
        """Press Tab, or Shift+Tab when it is behind, until one of these has the focus."""
        await expect(target.first).to_be_attached()
        await self.page.wait_for_load_state()
        place = await target.first.evaluate(PLACE)
        for _ in range(MOST_TABS):
            if place == 0:
                return
            await self._key("Tab" if place > 0 else "Shift+Tab")
            found = await target.first.evaluate(BOTH)
            assert_seen(found["focus"])
            place = found["place"]
        raise AssertionError(f"{MOST_TABS} presses on Tab did not reach {target}")
