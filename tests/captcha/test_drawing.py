"""The picture of a challenge: size, weight, contrast and repeatability."""

from __future__ import annotations

import random
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from web.captcha.alphabet import ALPHABET, ANSWER_LENGTH
from web.captcha.drawing import DISPLAY_HEIGHT, DISPLAY_WIDTH, HEIGHT, WIDTH, draw


def a_picture(number: int) -> bytes:
    rng = random.Random(number)
    return draw("".join(rng.choices(ALPHABET, k=ANSWER_LENGTH)), rng)


def pixels(png: bytes) -> NDArray[np.float64]:
    with Image.open(BytesIO(png)) as picture:
        return np.array(picture.convert("RGB"), dtype=np.float64) / 255.0


def luminance(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Relative luminance as WCAG 2.2 defines it."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[..., 0] + 0.7152 * linear[..., 1] + 0.0722 * linear[..., 2]


def contrasts(png: bytes) -> NDArray[np.float64]:
    """The contrast with the background of each inked pixel: darker than half the background."""
    light = luminance(pixels(png))
    ground = float(light.max())
    inked: NDArray[np.float64] = light[light < ground / 2]
    return (ground + 0.05) / (inked + 0.05)


@pytest.mark.parametrize("number", range(12))
def test_the_ink_contrasts_with_the_background(number: int) -> None:
    measured = contrasts(a_picture(number))
    assert np.median(measured) >= 7
    assert np.percentile(measured, 10) >= 4.5


def test_the_ground_is_light_opaque_and_the_ink_violet() -> None:
    with Image.open(BytesIO(a_picture(1))) as picture:
        assert "transparency" not in picture.info
        assert picture.mode == "P"
    rgb = pixels(a_picture(1))
    light = luminance(rgb)
    assert rgb[light == light.max()].min() >= 240 / 255
    red, green, blue = rgb[light == light.min()][0]
    assert blue > red > green


@pytest.mark.parametrize("number", range(12))
def test_nothing_but_lines_reaches_the_edge(number: int) -> None:
    light = luminance(pixels(a_picture(number)))
    inked = light < light.max() / 2
    edge = np.concatenate([inked[:4].ravel(), inked[-4:].ravel(), inked[:, 0], inked[:, -1]])
    assert not edge.any()


def test_a_picture_is_large_sharp_and_weighs_little() -> None:
    assert (DISPLAY_WIDTH, DISPLAY_HEIGHT) >= (280, 90)
    assert (WIDTH, HEIGHT) == (2 * DISPLAY_WIDTH, 2 * DISPLAY_HEIGHT)
    for number in range(60):
        png = a_picture(number)
        assert len(png) <= 6_000
        with Image.open(BytesIO(png)) as picture:
            assert picture.size == (WIDTH, HEIGHT)


def test_the_same_random_source_gives_the_same_picture_and_another_one_does_not() -> None:
    first = draw("ace349", random.Random(7))
    assert first == draw("ace349", random.Random(7))
    assert first != draw("ace349", random.Random(8))


def test_case_does_not_show() -> None:
    assert draw("ace349", random.Random(7)) == draw("ACE349", random.Random(7))


@pytest.mark.parametrize("character", ALPHABET)
def test_each_character_leaves_its_own_mark(character: str) -> None:
    others = [c for c in ALPHABET if c != character]
    mine = luminance(pixels(draw(character * 6, random.Random(3))))
    for other in others:
        theirs = luminance(pixels(draw(other * 6, random.Random(3))))
        assert np.abs(mine - theirs).mean() > 0.01


def test_nothing_to_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        draw("", random.Random(1))
