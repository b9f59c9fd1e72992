"""Checks of every page in every state: axe, contrast, reflow, spacing, target sizes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Page, ViewportSize

from tests.journeys.browsers.drivers import Keyboard
from tests.journeys.browsers.measures import (
    CUT,
    EDGES,
    FOCUSED,
    MOVING,
    NO_SPACING,
    PAINTS,
    PRINTED,
    SIDEWAYS,
    SMALL,
    SPACING,
)
from tests.support.pages.kept_pages import content_of, keep

AXE = AXE_FILE_PATH.read_text("utf-8")
WIDE = ViewportSize(width=1280, height=800)
BETWEEN = [ViewportSize(width=1024, height=768), ViewportSize(width=768, height=1024)]
# 320 px is a small phone, and also 1,280 px magnified four times.
NARROW = ViewportSize(width=320, height=640)
MAGNIFIED = ViewportSize(width=320, height=200)
DOUBLED = ViewportSize(width=640, height=400)
PAPER = ViewportSize(width=718, height=1000)
# The longest animation allowed is a fade of 150 ms; none with prefers-reduced-motion.
LONGEST_SECONDS = 0.15
LEVELS = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": LEVELS},
    "resultTypes": ["violations"],
    "preload": False,
}
# The enhanced rule (7:1, or 4.5:1 for large text) does not report what the plain one does.
CONTRAST = ["color-contrast", "color-contrast-enhanced"]
# The slowest rules: run them only on pages that paint a new pair of colours.
WITHOUT_CONTRAST = {**EVERYTHING, "rules": {rule: {"enabled": False} for rule in CONTRAST}}
# Rules that read stylesheets or wait for audio: their result is the same on every page.
PRELOADED = {**EVERYTHING, "preload": True}
COLOURS = {**EVERYTHING, "runOnly": {"type": "rule", "values": CONTRAST}}
VIOLATIONS = "async (options) => (await axe.run(document, options)).violations"


class Inspector:
    """Checks pages and collects the problems of all of them."""

    # Results shared within this process: pages and pairs of colours without violations.
    _pages: ClassVar[set[str]] = set()
    _paints: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.looked_at: list[str] = []
        folder = os.environ.get("JOURNEY_PICTURES")
        self._pictures = Path(folder) if folder else None

    async def look(self, page: Page, name: str) -> None:
        """Check the page as it is now."""
        await page.wait_for_load_state()
        content = await page.content()
        keep(content, f"browser {name}")
        await self.judge(page, name, content)
        await self._take(page, f"{name}-1280-light")
        await page.emulate_media(color_scheme="dark")
        await self._judge_contrast(page, f"{name} in the dark")
        await self._take(page, f"{name}-1280-dark")
        await self._measure(page, name, SMALL, "under 44 px")
        await self._measure(page, name, SIDEWAYS, "wider than 1,280 px")
        # A key press, so that :focus-visible applies.
        await page.keyboard.press("F2")
        await self._measure(page, name, FOCUSED, "not seen to have the focus")
        for window in BETWEEN:
            await page.set_viewport_size(window)
            await self._measure(page, name, SIDEWAYS, f"wider than {window['width']} px")
        await page.set_viewport_size(NARROW)
        await self._take(page, f"{name}-320-dark")
        await page.emulate_media(color_scheme="light")
        await self._take(page, f"{name}-320-light")
        await self._measure(page, name, SMALL, "under 44 px at 320 px")
        await self._measure(page, name, FOCUSED, "not seen to have the focus at 320 px")
        await self._measure(page, name, SIDEWAYS, "wider than 320 px")
        await page.evaluate(SPACING)
        await self._measure(page, name, SIDEWAYS, "wider than 320 px when spaced")
        await self._measure(page, name, CUT, "cut when spaced")
        await page.evaluate(NO_SPACING)
        await page.set_viewport_size(MAGNIFIED)
        await self._measure(page, name, SIDEWAYS, "wider than the window at 400 %")
        await page.set_viewport_size(DOUBLED)
        await self._measure(page, name, SIDEWAYS, "wider than the window at 200 %")
        await self._other_media(page, name)
        await page.set_viewport_size(WIDE)

    def assert_all_well(self) -> None:
        """Raise AssertionError with all the problems."""
        assert self.looked_at, "nothing was looked at"
        assert not self.problems, "\n" + "\n".join(self.problems)

    async def judge(self, page: Page, name: str, content: str) -> None:
        """Check what axe knows, contrast included, unless this page passed before."""
        digest = content_of(content)
        if digest not in self._pages and await self.run_axe(page, name, WITHOUT_CONTRAST):
            self._pages.add(digest)
        await self._judge_contrast(page, name)

    async def run_axe(self, page: Page, name: str, options: dict[str, Any] = EVERYTHING) -> bool:
        """Run these axe rules; return whether the page follows them.

        `look` runs all the rules whose result varies between pages.
        """
        self.looked_at.append(name)
        if not await page.evaluate("'axe' in window"):
            await page.evaluate(AXE)
        violations = await page.evaluate(VIOLATIONS, options)
        for violation in violations:
            nodes = [f"{n['html'][:120]} {n['failureSummary']}" for n in violation["nodes"][:3]]
            self.problems.append(f"{name}: {violation['id']}: {nodes}")
        return not violations

    async def _judge_contrast(self, page: Page, name: str) -> None:
        """Run the contrast rules, unless each pair of colours was checked on another page."""
        self.looked_at.append(name)
        paints = set(await page.evaluate(PAINTS))
        if not paints <= self._paints and await self.run_axe(page, name, COLOURS):
            self._paints.update(paints)

    async def _other_media(self, page: Page, name: str) -> None:
        """Check forced colours, both motion preferences, and print."""
        await page.emulate_media(forced_colors="active")
        await self._measure(page, name, EDGES, "without an edge in forced colours")
        await self._measure(page, name, FOCUSED, "not seen to have the focus in forced colours")
        await self._take(page, f"{name}-forced")
        await page.emulate_media(forced_colors="none")
        await self._measure(page, name, MOVING, "moving, less motion asked for", 0)
        await page.emulate_media(reduced_motion="no-preference")
        await self._measure(page, name, MOVING, "moving too long", LONGEST_SECONDS)
        await page.emulate_media(reduced_motion="reduce", color_scheme="dark", media="print")
        await page.set_viewport_size(PAPER)
        await self._measure(page, name, PRINTED, "on paper")
        await self._measure(page, name, SIDEWAYS, "wider than the paper")
        await self._take(page, f"{name}-print")
        await page.emulate_media(color_scheme="light", media="screen")

    async def _measure(
        self, page: Page, name: str, script: str, problem: str, argument: float | None = None
    ) -> None:
        found: list[str] = await page.evaluate(script, argument)
        if found:
            self.problems.append(f"{name}: {problem}: {found[:5]}")

    async def _take(self, page: Page, name: str) -> None:
        if self._pictures is not None:
            await page.screenshot(path=self._pictures / f"{name}.png", full_page=True)


class InspectingKeyboard(Keyboard):
    """A keyboard whose user inspects the pages on the way."""

    def __init__(self, page: Page, inspector: Inspector) -> None:
        super().__init__(page)
        self.inspector = inspector
