"""What holds for every page in every state: axe, contrast, reflow, spacing, size of targets."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Page

from tests.support.kept_pages import keep

AXE = AXE_FILE_PATH.read_text("utf-8")
WIDE = {"width": 1280, "height": 800}
# 320 px is a small phone, and also 1 280 px magnified four times.
NARROW = {"width": 320, "height": 640}
MAGNIFIED = {"width": 320, "height": 200}
LEVELS = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "color-contrast-enhanced"]},
    "resultTypes": ["violations"],
}
SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
NO_SPACING = "() => { document.adoptedStyleSheets = []; }"
SIDEWAYS = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1)
    .map((e) => e.outerHTML.slice(0, 80));
}"""
CUT = """() => [...document.body.querySelectorAll("*")].filter((e) => {
  const style = getComputedStyle(e);
  return style.overflow !== "visible" && !e.closest(".visually-hidden, .name, thead, .session")
    && !/^(INPUT|TEXTAREA|SELECT|svg|AUDIO)$/.test(e.tagName)
    && (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1);
}).map((e) => e.outerHTML.slice(0, 80))"""
SMALL = """() => {
  const wanted = 43.5, found = [];
  const things = "a[href], button, input:not([type=hidden]), select, textarea, summary, audio";
  for (const e of document.querySelectorAll(things)) {
    if (e.tabIndex < 0 || e.matches(".skip") || e.closest(".visually-hidden, [aria-hidden=true]")
        || !e.checkVisibility({visibilityProperty: true})) continue;
    const around = e.closest("p, li, dd, td, h2");
    // In a sentence, the size is that of the line.
    if (e.tagName === "A" && around && around.innerText.trim() !== e.innerText.trim()) continue;
    const box = e.getBoundingClientRect();
    if (box.width < wanted || box.height < wanted)
      found.push(`${e.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`);
  }
  return found;
}"""


class Inspector:
    """Looks at pages; keeps what is wrong until all of them were looked at."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.looked_at: list[str] = []
        folder = os.environ.get("JOURNEY_PICTURES")
        self._pictures = Path(folder) if folder else None

    async def look(self, page: Page, name: str) -> None:
        """Check the page as it is now."""
        await page.wait_for_load_state()
        self.looked_at.append(name)
        keep(await page.content(), f"browser {name}")
        await self._axe(page, name, EVERYTHING)
        await self._take(page, f"{name}-1280-light")
        await page.emulate_media(color_scheme="dark")
        await self._axe(page, f"{name} in the dark", COLOURS)
        await self._take(page, f"{name}-1280-dark")
        await self._measure(page, name, SMALL, "under 44 px")
        await page.set_viewport_size(NARROW)
        await self._take(page, f"{name}-320-dark")
        await page.emulate_media(color_scheme="light")
        await self._take(page, f"{name}-320-light")
        await self._measure(page, name, SMALL, "under 44 px at 320 px")
        await self._measure(page, name, SIDEWAYS, "wider than 320 px")
        await page.evaluate(SPACING)
        await self._measure(page, name, SIDEWAYS, "wider than 320 px when spaced")
        await self._measure(page, name, CUT, "cut when spaced")
        await page.evaluate(NO_SPACING)
        await page.set_viewport_size(MAGNIFIED)
        await self._measure(page, name, SIDEWAYS, "wider than the window at 400 %")
        await page.set_viewport_size(WIDE)

    def assert_all_well(self) -> None:
        """Raise AssertionError with all the problems."""
        assert self.looked_at, "nothing was looked at"
        assert not self.problems, "\n" + "\n".join(self.problems)

    async def _axe(self, page: Page, name: str, options: dict[str, Any]) -> None:
        if not await page.evaluate("'axe' in window"):
            await page.evaluate(AXE)
        results = await page.evaluate("(options) => axe.run(document, options)", options)
        for violation in results["violations"]:
            nodes = [f"{n['html'][:120]} {n['failureSummary']}" for n in violation["nodes"][:3]]
            self.problems.append(f"{name}: {violation['id']}: {nodes}")

    async def _measure(self, page: Page, name: str, script: str, problem: str) -> None:
        found: list[str] = await page.evaluate(script)
        if found:
            self.problems.append(f"{name}: {problem}: {found[:5]}")

    async def _take(self, page: Page, name: str) -> None:
        if self._pictures is not None:
            await page.screenshot(path=self._pictures / f"{name}.png", full_page=True)
