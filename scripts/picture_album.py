"""Pictures of a page: cut to what matters, few colours, one small file each."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy
from PIL import Image
from playwright.sync_api import Locator, Page

COLOURS = 32
MARGIN = 16


class Album:
    """A folder that the pictures of a page go to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(
        self, name: str, page: Page, first: Locator | None = None, last: Locator | None = None
    ) -> None:
        """The page from the top of one thing to the bottom of another, as wide as the window.

        Without them, from its title to the end of what it says.
        """
        top = _edges(first or page.locator("h1"))[0]
        bottom = _edges(last or page.locator("main > :last-child"))[1]
        clip = {
            "x": 0,
            "y": top - MARGIN,
            "width": page.evaluate("document.documentElement.clientWidth"),
            "height": bottom - top + 2 * MARGIN,
        }
        # The focus is of who took the picture.
        page.evaluate("document.activeElement.blur()")
        seen = page.screenshot(full_page=True, clip=clip)
        self.keep(name, opened(seen))

    def keep(self, name: str, picture: Image.Image) -> None:
        """Write it, and tell what it weighs."""
        path = self._folder / f"{name}.png"
        _with_few_colours(picture).save(path, optimize=True)
        sys.stdout.write(
            f"{path.parent.name}/{path.name}: {picture.width} x {picture.height}, "
            f"{path.stat().st_size} bytes\n"
        )


def opened(screenshot: bytes) -> Image.Image:
    """A screenshot as a picture."""
    return Image.open(io.BytesIO(screenshot)).convert("RGB")


def side_by_side(pictures: list[Image.Image], gap: int = 24) -> Image.Image:
    """Pictures of one height in one."""
    width = sum(picture.width for picture in pictures) + gap * (len(pictures) - 1)
    joined = Image.new("RGB", (width, pictures[0].height), "white")
    left = 0
    for picture in pictures:
        joined.paste(picture, (left, 0))
        left += picture.width + gap
    return joined


def _with_few_colours(picture: Image.Image) -> Image.Image:
    """The colours that cover most stay exact; what softens the edges of letters takes the nearest.

    Pillow's own palettes mix the grounds of a page, which are close to each other.
    """
    colours, places, counts = numpy.unique(
        numpy.asarray(picture).reshape(-1, 3), axis=0, return_inverse=True, return_counts=True
    )
    kept = colours[numpy.argsort(counts)[::-1][:COLOURS]].astype(int)
    nearest = ((colours[:, None] - kept[None]) ** 2).sum(axis=2).argmin(axis=1)
    drawn = nearest[places].reshape(picture.height, picture.width).astype(numpy.uint8)
    few = Image.fromarray(drawn)
    few.putpalette(kept.flatten().tolist())
    return few


def _edges(thing: Locator) -> tuple[float, float]:
    """Its top and its bottom, from the top of the page."""
    found: list[float] = thing.evaluate(
        "e => [e.getBoundingClientRect().top + scrollY, e.getBoundingClientRect().bottom + scrollY]"
    )
    return found[0], found[1]
