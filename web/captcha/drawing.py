"""The picture of a challenge: violet capitals on a light ground, bent and crossed by lines.

The `captcha` library is not used: it draws with its own unseeded randomness, at screen density,
with a mask that thins the glyphs (median contrast 3.0:1). Our drawing is deterministic for a given
random source, and has twice the density of the screen, so that it stays sharp at 200 %.
"""

from __future__ import annotations

import math
import random
import zlib
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from itertools import accumulate, pairwise
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

_GLYPH_BOX: Final = 138
_SIZES: Final = (0.78, 0.95)
# Largest vertical offset of a glyph, as a share of the height: people follow an uneven line,
# programs look for a straight one.
_RISE: Final = 0.19
_EDGE: Final = 16
_MARGIN: Final = 26
# At this distance between centres each glyph is visible; a rotated M may touch its neighbour.
_LEAST_STEP: Final = 70
_COLUMNS: Final = 20
_ROWS: Final = 8

_Quad = tuple[float, float, float, float, float, float, float, float]


def draw(characters: str, rng: random.Random) -> bytes:
    """Return a PNG of WIDTH × HEIGHT pixels showing the characters as capitals.

    Display it at DISPLAY_WIDTH × DISPLAY_HEIGHT. The same characters and the same state of `rng`
    give the same bytes. Raises ValueError when there is nothing to draw.
    """
    if not characters:
        raise ValueError("nothing to draw")
    mask = Image.new("L", (WIDTH, HEIGHT), 0)
    _place_glyphs(mask, characters.upper(), rng)
    _cross_out(mask, rng)
    return _encode(_bend(mask, rng))


def _place_glyphs(mask: Image.Image, text: str, rng: random.Random) -> None:
    for character, centre_x in zip(text, _centres(len(text), rng), strict=True):
        family, weight = rng.randrange(2), rng.randint(2, 4)
        # A proportional M is so wide that it hides its neighbours.
        glyph = _glyph(character, 0 if character == "M" else family, weight)
        size = int(_GLYPH_BOX * rng.uniform(*_SIZES))
        warped = glyph.transform(
            (size, size), Image.Transform.QUAD, _quad(rng), Image.Resampling.BILINEAR
        )
        centre_y = HEIGHT / 2 + rng.uniform(-_RISE, _RISE) * HEIGHT
        left = round(centre_x - size / 2)
        mask.paste(255, (left, _inside(round(centre_y - size / 2), warped)), warped)


def _inside(top: int, glyph: Image.Image) -> int:
    """Return the position nearest to `top` where no ink is cut off, even after bending."""
    _, highest, _, lowest = glyph.getbbox() or (0, 0, *glyph.size)
    return min(max(top, _EDGE - highest), HEIGHT - _EDGE - lowest)


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
def _glyph(character: str, family: int, weight: int) -> Image.Image:
    """Return a character centred in a square mask; cached: FreeType is half of the cost."""
    glyph = Image.new("L", (_GLYPH_BOX, _GLYPH_BOX), 0)
    ImageDraw.Draw(glyph).text(
        (_GLYPH_BOX / 2, _GLYPH_BOX / 2),
        character,
        fill=255,
        font=_font(family, 124),
        anchor="mm",
        stroke_width=weight,
    )
    return glyph


def _quad(rng: random.Random) -> _Quad:
    """Return the distorted corners of the source square: rotation, slant and perspective."""
    angle = math.radians(rng.uniform(5, 21) * rng.choice((-1, 1)))
    cosine, sine = math.cos(angle), math.sin(angle)
    half = _GLYPH_BOX / 2
    corners: list[float] = []
    for x, y in ((-half, -half), (-half, half), (half, half), (half, -half)):
        pushed_x = x * rng.uniform(0.84, 1.06)
        pushed_y = y * rng.uniform(0.84, 1.06)
        corners.append(half + pushed_x * cosine - pushed_y * sine)
        corners.append(half + pushed_x * sine + pushed_y * cosine)
    a, b, c, d, e, f, g, h = corners
    return a, b, c, d, e, f, g, h


def _cross_out(mask: Image.Image, rng: random.Random) -> None:
    """Draw one thin line in the background colour, across the glyphs, and two in the ink colour.

    At most one line is nearly as thick as a stroke: more would close a 6 or open a 9.
    """
    for fill, widths in ((0, (2.2, 3.0)), (255, (4.0, 5.0)), (255, (6.2, 7.6))):
        line = Image.new("L", (WIDTH * 2, HEIGHT * 2), 0)
        ImageDraw.Draw(line).line(_curve(rng, 2), fill=255, width=round(2 * rng.uniform(*widths)))
        mask.paste(fill, (0, 0), line.reduce(2))


def _curve(rng: random.Random, scale: int) -> Sequence[tuple[float, float]]:
    start, end = rng.uniform(0.28, 0.72), rng.uniform(0.28, 0.72)
    height, turns, phase = rng.uniform(0.06, 0.2), rng.uniform(0.5, 1.6), rng.uniform(0, math.tau)
    points = []
    for index in range(49):
        t = index / 48
        y = start + (end - start) * t + height * math.sin(phase + math.tau * turns * t)
        points.append((scale * WIDTH * (0.02 + 0.96 * t), scale * HEIGHT * min(max(y, 0.12), 0.88)))
    return points


def _bend(mask: Image.Image, rng: random.Random) -> Image.Image:
    """Bend the whole picture along two slow waves, so that no glyph keeps a straight stroke."""
    amplitude_y, amplitude_x = rng.uniform(6, 11), rng.uniform(4, 7)
    period_y, period_x = rng.uniform(130, 220), rng.uniform(70, 110)
    phase_y, phase_x = rng.uniform(0, math.tau), rng.uniform(0, math.tau)

    xs = [WIDTH * column // _COLUMNS for column in range(_COLUMNS + 1)]
    ys = [HEIGHT * row // _ROWS for row in range(_ROWS + 1)]
    rise = {x: amplitude_y * math.sin(phase_y + math.tau * x / period_y) for x in xs}
    shift = {y: amplitude_x * math.sin(phase_x + math.tau * y / period_x) for y in ys}

    mesh = []
    for left, right in pairwise(xs):
        for top, bottom in pairwise(ys):
            corners = ((left, top), (left, bottom), (right, bottom), (right, top))
            quad = tuple(value for x, y in corners for value in (x + shift[y], y + rise[x]))
            mesh.append(((left, top, right, bottom), quad))
    return mask.transform(mask.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)


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
