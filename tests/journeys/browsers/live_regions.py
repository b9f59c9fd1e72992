"""The announcements of the live regions, and the focus during them."""

from __future__ import annotations

from playwright.async_api import Page

# Screen readers announce each change of text in a live region, provided that the node is the one
# that was there when the page opened.
# one that was there when the page opened.
LISTEN = """() => {
  window.announced = [];
  window.regions = ["annonce", "alerte"].map((id) => document.getElementById(id));
  for (const region of regions) {
    new MutationObserver(() => { if (region.textContent) announced.push(region.textContent); })
      .observe(region, {childList: true, characterData: true, subtree: true});
  }
  document.addEventListener("htmx:before:swap", () => { window.held = document.activeElement; });
}"""
ANNOUNCED = "() => window.announced.map((one) => one.replace(/\\s+/g, ' ').trim())"
REGIONS_ARE_THE_FIRST_ONES = """() => window.regions.every((region) =>
  region.isConnected && document.querySelectorAll(`[id=${region.id}]`).length === 1
  && document.getElementById(region.id) === region)"""
FOCUS_IS_THE_SAME = """() => document.activeElement === window.held
  && window.held !== document.body"""


async def announced(page: Page) -> list[str]:
    """The announcements since LISTEN was run, in order."""
    found: list[str] = await page.evaluate(ANNOUNCED)
    return found


async def assert_live_regions_survive(page: Page) -> None:
    """Check that each live region is still the node that the page opened with, and is unique."""
    assert await page.evaluate(REGIONS_ARE_THE_FIRST_ONES)
