"""Pictures of a page: cropped, with few colours, each in a small file."""

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
    """A folder of pictures."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(
        self, name: str, page: Page, first: Locator | None = None, last: Locator | None = None
    ) -> None:
        """Take a picture from the top of `first` to the bottom of `last`, as wide as the window.

        They default to the page's title and the end of its content.
        """
        top = _edges(first or page.locator("h1"))[0]
        bottom = _edges(last or page.locator("main > :last-child"))[1]
        clip = {
            "x": 0,
            "y": top - MARGIN,
            "width": page.evaluate("document.documentElement.clientWidth"),
            "height": bottom - top + 2 * MARGIN,
        }
        # The focus ring results from this script's actions.
        page.evaluate("document.activeElement.blur()")
        screenshot = page.screenshot(full_page=True, clip=clip)
        self.keep(name, opened(screenshot))

    def keep(self, name: str, picture: Image.Image) -> None:
        """Write a picture, and print its size."""
        path = self._folder / f"{name}.png"
        _with_few_colours(picture).save(path, optimize=True)
        sys.stdout.write(
            f"{path.parent.name}/{path.name}: {picture.width} x {picture.height}, "
            f"{path.stat().st_size} bytes\n"
        )


def opened(screenshot: bytes) -> Image.Image:
    """Return a screenshot as an image."""
    return Image.open(io.BytesIO(screenshot)).convert("RGB")


def side_by_side(pictures: list[Image.Image], gap: int = 24) -> Image.Image:
    """Join pictures of the same height."""
    width = sum(picture.width for picture in pictures) + gap * (len(pictures) - 1)
    joined = Image.new("RGB", (width, pictures[0].height), "white")
    left = 0
    for picture in pictures:
        joined.paste(picture, (left, 0))
        left += picture.width + gap
    return joined


def _with_few_colours(picture: Image.Image) -> Image.Image:
    """Keep the most frequent colours exactly, and map those of antialiasing to the nearest.

    Pillow's own palettes merge the backgrounds of a page, which are close to each other.
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


def _edges(element: Locator) -> tuple[float, float]:
    """Return the top and bottom of an element, from the top of the page."""
    found: list[float] = element.evaluate(
        "e => [e.getBoundingClientRect().top + scrollY, e.getBoundingClientRect().bottom + scrollY]"
    )
    return found[0], found[1]
