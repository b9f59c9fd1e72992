"""Small, repeatable attacks. The large ones, with Tesseract, are in `measure`."""

from __future__ import annotations

import random

from tests.captcha.attacks import picture_robots
from web.captcha.alphabet import SEED_BYTES, characters
from web.captcha.drawing import draw

PLAIN_LIMIT = 0.05


def answers(number: int) -> list[str]:
    rng = random.Random(2)
    return [characters(rng.randbytes(SEED_BYTES)) for _ in range(number)]


def test_cutting_the_picture_in_equal_parts_and_comparing_with_the_fonts_seldom_works() -> None:
    drawn = [(text, draw(text, random.Random(n))) for n, text in enumerate(answers(60))]
    solved = sum(picture_robots.font_guess(png) == text for text, png in drawn)
    assert solved <= PLAIN_LIMIT * len(drawn)
