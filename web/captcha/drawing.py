"""The picture of a challenge: violet capitals on a light ground, bent and crossed by lines.

Points are placed and bent, not pixels: a glyph is drawn once, from its outline, in its last shape.

The `captcha` library is not used: it draws with its own unseeded randomness, at screen density,
with a mask that thins the glyphs (median contrast 3.0:1). Our drawing is deterministic for a given
random source, and has twice the density of the screen, so that it stays sharp at 200 %.
"""

from __future__ import annotations

import cmath
import math
import random
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

FONT = Path(__file__).with_name("DroidSansMono.ttf")
DISPLAY_WIDTH: Final = 300
DISPLAY_HEIGHT: Final = 100
DENSITY: Final = 2
WIDTH: Final = DISPLAY_WIDTH * DENSITY
HEIGHT: Final = DISPLAY_HEIGHT * DENSITY

INK: Final = (74, 26, 140)
GROUND: Final = (246, 243, 252)

# Sixteen tones: four bits a pixel, smooth edges, and half the bytes of a full grey scale.
_TONES: Final = 16
_BITS: Final = 4
# Edges twice as steep as drawn: fewer intermediate pixels, thus more contrast and fewer bytes.
_TONE_OF: Final = [
    round(min(max((cover - 48) / 128, 0.0), 1.0) * (_TONES - 1)) for cover in range(256)
]

# Smooth edges: drawn at twice the size, then reduced.
_SCALE: Final = 2

_GLYPH_BOX: Final = 138
_SIZES: Final = (0.78, 0.95)
_FAMILIES: Final = (0, 1)
_WEIGHTS: Final = (2, 3, 4)
# Pixels of an outline from one point to the next: a bent stroke stays smooth.
_STEP: Final = 5
# Where the stroke of a thick glyph is rough, single pixels have outlines too: shorter than this.
_ROUGH: Final = 30
# Largest vertical offset of a glyph, as a share of the height: people follow an uneven line,
# programs look for a straight one.
_RISE: Final = 0.19
_EDGE: Final = 16
_MARGIN: Final = 26
# At this distance between centres each glyph is visible; a rotated M may touch its neighbour.
_LEAST_STEP: Final = 70

# Points are complex numbers, x + yj, in pixels.
_Points = Sequence[complex]
_Bend = Callable[[_Points], Sequence[tuple[float, float]]]


def draw(characters: str, rng: random.Random) -> bytes:
    """Return a PNG of WIDTH × HEIGHT pixels showing the characters as capitals.

    Display it at DISPLAY_WIDTH × DISPLAY_HEIGHT. The same characters and the same state of `rng`
    give the same bytes. Raises ValueError when there is nothing to draw.
    """
    if not characters:
        raise ValueError("nothing to draw")
    mask = Image.new("L", (WIDTH * _SCALE, HEIGHT * _SCALE), 0)
    canvas, bend = ImageDraw.Draw(mask), _bend(rng)
    _place_glyphs(canvas, bend, characters.upper(), rng)
    _cross_out(canvas, bend, rng)
    return _encode(mask.reduce(_SCALE))


def trace_glyphs(characters: str) -> None:
    """Trace the outlines of these characters before the first pictures, in 2 ms each."""
    for character in characters.upper():
        for family in _FAMILIES:
            for weight in _WEIGHTS:
                _outlines(character, family, weight)


def _place_glyphs(canvas: ImageDraw.ImageDraw, bend: _Bend, text: str, rng: random.Random) -> None:
    for character, centre_x in zip(text, _centres(len(text), rng), strict=True):
        family, weight = rng.choice(_FAMILIES), rng.choice(_WEIGHTS)
        # A proportional M is so wide that it hides its neighbours.
        outlines = _outlines(character, 0 if character == "M" else family, weight)
        warp = _warp(rng)
        warped = [[warp(point) for point in outline] for outline in outlines]
        centre_y = HEIGHT / 2 + rng.uniform(-_RISE, _RISE) * HEIGHT
        centre = complex(
            _inside(centre_x, [point.real for point in warped[0]], WIDTH),
            _inside(centre_y, [point.imag for point in warped[0]], HEIGHT),
        )
        # The outlines after the first, outer one are those of holes.
        for number, outline in enumerate(warped):
            canvas.polygon(bend([centre + point for point in outline]), fill=0 if number else 255)


def _inside(centre: float, offsets: Sequence[float], end: int) -> float:
    """Return the position nearest to `centre` where no ink is cut off, even after bending."""
    return min(max(centre, _EDGE - min(offsets)), end - _EDGE - max(offsets))


def _centres(count: int, rng: random.Random) -> list[float]:
    """Return the centres of glyphs, unevenly spaced, so that equal slices do not isolate them.

    Gaps do not bother people; overlapping glyphs do.
    """
    start, end = _MARGIN + rng.uniform(28, 64), WIDTH - _MARGIN - rng.uniform(28, 64)
    shares = [rng.random() ** 3 for _ in range(count - 1)]
    spare = end - start - _LEAST_STEP * (count - 1)
    steps = (_LEAST_STEP + spare * share / sum(shares) for share in shares)
    return list(accumulate(steps, initial=start))


@cache
def _font(family: int, size: int) -> ImageFont.FreeTypeFont:
    """Load Droid Sans Mono (Apache 2.0) or Pillow's own font, Aileron (CC0)."""
    if family == 0:
        return ImageFont.truetype(str(FONT), size, layout_engine=ImageFont.Layout.BASIC)
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):  # Pillow built without FreeType
        raise RuntimeError("Pillow lacks FreeType: the captcha cannot be drawn")
    return font


@cache
def _outlines(character: str, family: int, weight: int) -> list[_Points]:
    """Return the outlines of a character around its centre, the longest, outer one first."""
    glyph = Image.new("L", (_GLYPH_BOX, _GLYPH_BOX), 0)
    ImageDraw.Draw(glyph).text(
        (_GLYPH_BOX / 2, _GLYPH_BOX / 2),
        character,
        fill=255,
        font=_font(family, 124),
        anchor="mm",
        stroke_width=weight,
    )
    # A corner has the number of the pixel at its lower right.
    wide = _GLYPH_BOX
    inked = {number for number, ink in enumerate(glyph.tobytes()) if ink > 127}
    # Each side of an inked pixel with none beyond it leads from a corner to the next, clockwise.
    sides = ((-wide, 0, 1), (1, 1, wide + 1), (wide, wide + 1, wide), (-1, wide, 0))
    following: dict[int, list[int]] = {}
    for pixel in inked:
        for beyond, start, end in sides:
            if pixel + beyond not in inked:
                following.setdefault(pixel + start, []).append(pixel + end)
    found = []
    while following:
        outline = [next(iter(following))]
        while ends := following.get(outline[-1]):
            corner = ends.pop()
            if not ends:
                del following[outline[-1]]
            outline.append(corner)
        found.append(outline)
    found.sort(key=len, reverse=True)
    middle = complex(wide, wide) / 2
    return [
        [complex(corner % wide, corner // wide) - middle for corner in one[::_STEP]]
        for one in found
        if len(one) > _ROUGH
    ]


def _warp(rng: random.Random) -> Callable[[complex], complex]:
    """Return a function that scales, rotates, slants and foreshortens a glyph."""
    size = rng.uniform(*_SIZES)
    turn = cmath.rect(size, math.radians(rng.uniform(5, 21) * rng.choice((-1, 1))))
    half = _GLYPH_BOX / 2
    a, b, c, d = (
        complex(x / rng.uniform(0.84, 1.06), y / rng.uniform(0.84, 1.06)) * turn * half
        for x, y in ((-1, -1), (1, -1), (-1, 1), (1, 1))
    )
    # The corners of the box go to these four points, and what is between them to what is between.
    middle, across, down = (a + b + c + d) / 4, (b + d - a - c) / 4, (c + d - a - b) / 4
    twist = (a + d - b - c) / 4

    def warp(point: complex) -> complex:
        x, y = point.real / half, point.imag / half
        return middle + across * x + down * y + twist * (x * y)

    return warp


def _cross_out(canvas: ImageDraw.ImageDraw, bend: _Bend, rng: random.Random) -> None:
    """Draw one thin line in the background colour, across the glyphs, and two in the ink colour.

    At most one line is nearly as thick as a stroke: more would close a 6 or open a 9.
    """
    for fill, widths in ((0, (2.2, 3.0)), (255, (4.2, 5.2)), (255, (7.0, 8.4))):
        canvas.line(bend(_curve(rng)), fill=fill, width=round(_SCALE * rng.uniform(*widths)))


def _curve(rng: random.Random) -> _Points:
    start, end = rng.uniform(0.28, 0.72), rng.uniform(0.28, 0.72)
    height, turns, phase = rng.uniform(0.06, 0.2), rng.uniform(0.5, 1.6), rng.uniform(0, math.tau)
    points = []
    for index in range(49):
        t = index / 48
        y = start + (end - start) * t + height * math.sin(phase + math.tau * turns * t)
        points.append(complex(WIDTH * (0.02 + 0.96 * t), HEIGHT * min(max(y, 0.12), 0.88)))
    return points


def _bend(rng: random.Random) -> _Bend:
    """Return a function that places points on the canvas, bent along two slow waves."""
    amplitude_y, amplitude_x = rng.uniform(6, 11), rng.uniform(4, 7)
    turn_y, turn_x = math.tau / rng.uniform(130, 220), math.tau / rng.uniform(70, 110)
    phase_y, phase_x = rng.uniform(0, math.tau), rng.uniform(0, math.tau)

    def bend(points: _Points) -> Sequence[tuple[float, float]]:
        return [
            (
                _SCALE * (point.real + amplitude_x * math.sin(phase_x + turn_x * point.imag)),
                _SCALE * (point.imag + amplitude_y * math.sin(phase_y + turn_y * point.real)),
            )
            for point in points
        ]

    return bend


def _encode(mask: Image.Image) -> bytes:
    picture = mask.point(_TONE_OF).convert("P")
    picture.putpalette(_palette())
    out = BytesIO()
    # Long runs of one tone: run-length coding is half the time of the default, and smaller.
    picture.save(out, format="PNG", bits=_BITS, compress_type=zlib.Z_RLE)
    return out.getvalue()


@cache
def _palette() -> bytes:
    return bytes(
        round(ground + (ink - ground) * tone / (_TONES - 1))
        for tone in range(_TONES)
        for ground, ink in zip(GROUND, INK, strict=True)
    )
