"""Attack the captcha in earnest and print how often each robot gets through.

Run by hand, `python -m tests.captcha.attacks.measure`: it takes some minutes and needs Tesseract
(`apt-get install tesseract-ocr`).
"""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial

from rich.console import Console
from rich.table import Table

from tests.captcha.attacks import blind, ears, eyes
from web.captcha.alphabet import ANSWER_LENGTH, SEED_BYTES, characters
from web.captcha.drawing import draw
from web.captcha.sound import speak

PICTURES, SOUNDS, QUESTIONS = 200, 100, 1_000
Robot = Callable[[int], tuple[bool, int]]

SPEEDS, SHIFTS = (0.75, 0.9, 1.05, 1.2), (-4, -3, -2, -1, 0, 1, 2, 3)


def read_by_tesseract(number: int) -> tuple[bool, int]:
    """Solved at any of its six attempts, and characters in place in the best of them."""
    rng = random.Random(number)
    answer = characters(rng.randbytes(SEED_BYTES))
    guesses = eyes.tesseract_guesses(draw(answer, rng))
    return answer in guesses, max(_in_place(answer, guess) for guess in guesses)


def read_by_fonts(number: int) -> tuple[bool, int]:
    """Solved, and characters in place."""
    rng = random.Random(number)
    answer = characters(rng.randbytes(SEED_BYTES))
    guess = eyes.font_guess(draw(answer, rng))
    return answer == guess, _in_place(answer, guess)


def heard(method: str, number: int) -> tuple[bool, int]:
    """Solved, and characters in place."""
    rng = random.Random(number)
    answer = characters(rng.randbytes(SEED_BYTES))
    guess = ears.solve(speak(answer, rng), _recogniser(method))
    return answer == guess, _in_place(answer, guess)


@cache
def _recogniser(method: str) -> ears.Recognise:
    if method == "spectrogram":
        return ears.by_spectrogram((1.0,), (0,))
    if method == "spectrogram, speeds and shifts":
        return ears.by_spectrogram(SPEEDS, SHIFTS)
    return {"waveform": ears.by_waveform, "time warping": ears.by_time_warping}[method]


def _in_place(answer: str, guess: str) -> int:
    return sum(a == b for a, b in zip(answer, guess, strict=False))


def main() -> None:
    """Print the table. Exits with 1 when Tesseract is missing."""
    if shutil.which("tesseract") is None:
        sys.exit("Tesseract is needed: apt-get install tesseract-ocr")
    robots: list[tuple[str, Robot, int]] = [
        ("picture: Tesseract, best of six readings", read_by_tesseract, PICTURES),
        ("picture: nearest glyph of the fonts", read_by_fonts, PICTURES),
        ("sound: waveform", partial(heard, "waveform"), SOUNDS),
        ("sound: spectrogram", partial(heard, "spectrogram"), SOUNDS),
        ("sound: time warping", partial(heard, "time warping"), SOUNDS),
        (
            f"sound: spectrogram, {len(SPEEDS)} speeds × {len(SHIFTS)} shifts",
            partial(heard, "spectrogram, speeds and shifts"),
            SOUNDS,
        ),
    ]
    table = Table("robot", "tried", "solved", "characters in place")
    with ProcessPoolExecutor() as workers:
        for name, robot, number in robots:
            results = list(workers.map(robot, range(number), chunksize=5))
            solved = sum(passed for passed, _ in results) / number
            placed = sum(count for _, count in results) / (number * ANSWER_LENGTH)
            table.add_row(name, str(number), f"{solved:.1%}", f"{placed:.0%}")
    for name, right in blind.guessed_right(QUESTIONS, seed=1).items():
        table.add_row(f"question: {name}", str(QUESTIONS), f"{right / QUESTIONS:.1%}", "")
    Console().print(table)


if __name__ == "__main__":
    main()
