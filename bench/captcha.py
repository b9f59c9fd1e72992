"""`python -m bench.captcha`: what a picture and a sound of the captcha cost, weigh and show."""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.table import Table

from web.captcha.alphabet import SEED_BYTES, characters
from web.captcha.drawing import draw
from web.captcha.questions import question
from web.captcha.sound import RATE, speak

PICTURES, SOUNDS, QUESTIONS = 300, 60, 2_000


def rows() -> list[dict[str, Any]]:
    """The captcha's budgets, each with what was measured."""
    rng = random.Random(1)
    picture_ms, pictures = _made(draw, PICTURES, rng)
    sound_ms, sounds = _made(speak, SOUNDS, rng)
    started = time.process_time()
    for _ in range(QUESTIONS):
        question(rng)
    question_ms = (time.process_time() - started) * 1000 / QUESTIONS
    contrasts = [_contrast(png) for png in pictures]
    return [
        _at_most("picture, processor ms, median", statistics.median(picture_ms), 8),
        _at_most("picture, bytes, heaviest", max(map(len, pictures)), 12_000),
        _at_least("picture, contrast, worst median", min(m for m, _ in contrasts), 4.5),
        _at_least("picture, ink at 4.5:1 or more, worst %", min(s for _, s in contrasts), 90),
        _at_most("sound, processor ms, median", statistics.median(sound_ms), 60),
        _at_most("sound, bytes, heaviest", max(map(len, sounds)), 150_000),
        _at_most("sound, seconds, longest", max(map(len, sounds)) / RATE, 20),
        _at_most("question, processor ms, mean", question_ms, 1),
    ]


def _made(
    make: Callable[[str, random.Random], bytes], number: int, rng: random.Random
) -> tuple[list[float], list[bytes]]:
    """Processor milliseconds and bytes of each, the first left out: it fills the caches."""
    times, made = [], []
    for _ in range(number + 1):
        text = characters(rng.randbytes(SEED_BYTES))
        started = time.process_time()
        made.append(make(text, rng))
        times.append((time.process_time() - started) * 1000)
    return times[1:], made[1:]


def _contrast(png: bytes) -> tuple[float, float]:
    """Median contrast of the inked pixels with the ground, and % of them at 4.5:1 or more."""
    with Image.open(BytesIO(png)) as picture:
        light = _luminance(np.asarray(picture.convert("RGB"), dtype=np.float64) / 255)
    ground = float(light.max())
    ratios = (ground + 0.05) / (light[light < ground / 2] + 0.05)
    return float(np.median(ratios)), float((ratios >= 4.5).mean() * 100)


def _luminance(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Relative luminance, as WCAG 2.2 defines it."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(0.2126 * linear[..., 0] + 0.7152 * linear[..., 1] + 0.0722 * linear[..., 2])


def _at_most(what: str, measured: float, budget: float) -> dict[str, Any]:
    return {"what": what, "measured": measured, "goal": f"≤ {budget}", "kept": measured <= budget}


def _at_least(what: str, measured: float, budget: float) -> dict[str, Any]:
    return {"what": what, "measured": measured, "goal": f"≥ {budget}", "kept": measured >= budget}


def main() -> int:
    """Print the table. Returns 1 when a goal is missed."""
    measured = rows()
    table = Table("what", "measured", "goal", "")
    for row in measured:
        kept = "kept" if row["kept"] else "MISSED"
        table.add_row(row["what"], f"{row['measured']:.2f}", row["goal"], kept)
    Console().print(table)
    return 0 if all(row["kept"] for row in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
