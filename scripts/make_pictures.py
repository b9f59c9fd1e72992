"""Take the pictures of docs/ and of the help pages from the running demonstration.

Start it with `CAPTCHA_TEST_ANSWER=robot make run`, then `python -m scripts.make_pictures [URL]`;
the default is http://127.0.0.1:8000.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from scripts import picture_walk
from scripts.picture_album import Album, opened, side_by_side

SITE = "http://127.0.0.1:8000"
ROOT = Path(__file__).resolve().parents[1]
# The narrowest desktop layout: text stays readable in a column of the help.
COLUMN = {"width": 672, "height": 900}
WINDOW = {"width": 1024, "height": 1150}
# The most common preferences, without animations in progress.
SEEN = {"color_scheme": "light", "reduced_motion": "reduce", "locale": "fr-FR"}


def main() -> None:
    """Walk through the journey once, taking a picture of each screen worth showing."""
    site = sys.argv[1] if len(sys.argv) > 1 else SITE
    docs, tutorial = Album(ROOT / "docs" / "pictures"), Album(ROOT / "static" / "help")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
            args=["--no-sandbox"],
        )
        page = browser.new_page(viewport=COLUMN, **SEEN)
        person = picture_walk.FictitiousPerson()
        picture_walk.register(page, site, person, tutorial)
        picture_walk.enter(page, site, person)
        picture_walk.declare_hours(page, site, tutorial)
        dashboard = _window_screenshot(page, f"{site}/espace")
        picture_walk.make_dossier(page, site, tutorial)
        _picture_the_space(page, site, docs)
        picture_walk.prepare_delegation(page, site, tutorial)
        visitor = browser.new_page(viewport=WINDOW, **SEEN)
        visitor.goto(f"{site}/inscription/conditions")
        visitor.get_by_label("Je déclare").check()
        visitor.get_by_role("button", name="Continuer").click()
        picture_walk.fill_identity(visitor, person)
        visitor.evaluate("scrollTo(0, 0)")
        identity = visitor.screenshot()
        browser.close()
    docs.keep("journey", side_by_side([opened(identity), opened(dashboard)]))


def _window_screenshot(page: Page, url: str) -> bytes:
    """Return a screenshot of a page in a desktop window, margins included."""
    page.set_viewport_size(WINDOW)
    page.goto(url)
    screenshot = page.screenshot()
    page.set_viewport_size(COLUMN)
    return screenshot


def _picture_the_space(page: Page, site: str, docs: Album) -> None:
    """Take pictures of the dossier on display, then of the pages that it changed."""
    docs.take("dossier", page)
    page.goto(f"{site}/espace")
    docs.take("dashboard", page)
    page.goto(f"{site}/espace/heures")
    docs.take("hours", page)


if __name__ == "__main__":
    main()
