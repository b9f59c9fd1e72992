"""Robots that read the picture of the captcha, with Tesseract or with the fonts themselves."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from web.captcha.alphabet import ALPHABET, ANSWER_LENGTH, normalise_answer
from web.captcha.drawing import FONT

Array = NDArray[np.float64]

TESSERACT_MODES = ("7", "8", "13")  # one line, one word, one unsegmented line
CELL = 48


def cleaned(png: bytes) -> Iterator[bytes]:
    """The image as is, smoothed, halved without thin lines, and at its own size without them."""
    grey = _grey(png)
    opened = _without_lines(grey)
    for picture in (grey, grey.filter(ImageFilter.MedianFilter(9)), opened.reduce(2), opened):
        out = BytesIO()
        picture.save(out, format="PNG")
        yield out.getvalue()


def _grey(png: bytes) -> Image.Image:
    with Image.open(BytesIO(png)) as picture:
        return picture.convert("L")


def _without_lines(grey: Image.Image) -> Image.Image:
    """Black and white, the strokes thinned until the lines are gone, then thickened again."""
    black = grey.point([0 if value < 128 else 255 for value in range(256)])
    return black.filter(ImageFilter.MaxFilter(7)).filter(ImageFilter.MinFilter(7))


def tesseract_guesses(png: bytes) -> list[str]:
    """Tesseract's readings of each cleaned image, restricted to the known characters."""
    return [_tesseract(picture, mode) for picture in cleaned(png) for mode in TESSERACT_MODES]


def _tesseract(png: bytes, mode: str) -> str:
    allowed = f"tessedit_char_whitelist={ALPHABET.upper()}"
    ran = subprocess.run(
        ["tesseract", "-", "-", "--psm", mode, "-c", allowed],
        input=png,
        capture_output=True,
        check=True,
        env=os.environ | {"OMP_THREAD_LIMIT": "1"},
    )
    return normalise_answer(ran.stdout.decode())


def font_guess(png: bytes) -> str:
    """Cut the picture into equal cells and return the best-fitting glyph of each."""
    ink = 255 - np.asarray(_without_lines(_grey(png)), dtype=np.float64)
    columns = np.flatnonzero(ink.sum(0) > 0)
    edges = np.linspace(columns[0], columns[-1], ANSWER_LENGTH + 1).astype(int)
    return "".join(_nearest(ink[:, a:b]) for a, b in pairwise(edges))


def _nearest(ink: Array) -> str:
    piece = _squared(ink)
    return max((float((piece * glyph).sum()), text) for text, glyph in _glyphs())[1]


@cache
def _glyphs() -> list[tuple[str, Array]]:
    """Each capital in both fonts, upright and turned either way."""
    fonts = (ImageFont.truetype(str(FONT), 90), ImageFont.load_default(90))
    found = []
    for text in ALPHABET:
        for font in fonts:
            drawn = Image.new("L", (160, 160))
            ImageDraw.Draw(drawn).text(
                (80, 80), text.upper(), fill=255, font=font, anchor="mm", stroke_width=2
            )
            for angle in (-20, -10, 0, 10, 20):
                turned = drawn.rotate(angle, Image.Resampling.BILINEAR)
                found.append((text, _squared(np.asarray(turned, dtype=np.float64))))
    return found


def _squared(ink: Array) -> Array:
    """The inked area alone, scaled to one size, with mean and energy normalised."""
    rows, columns = np.flatnonzero(ink.max(1) > 99), np.flatnonzero(ink.max(0) > 99)
    if rows.size == 0 or columns.size == 0:
        return np.zeros((CELL, CELL))
    inked = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    image = Image.fromarray(inked.astype(np.uint8)).resize((CELL, CELL))
    square = np.asarray(image, dtype=np.float64)
    square = square - square.mean()
    return np.asarray(square / (np.linalg.norm(square) + 1e-9))
