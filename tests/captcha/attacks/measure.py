"""Attack the security check at full strength and print each robot's success rate.

Run by hand, `python -m tests.captcha.attacks.measure FIRST WHAT`: it takes a quarter of an hour
and, for pictures, needs Tesseract (Debian's package `tesseract-ocr`); the tests do not use it.
FIRST, 0 by default, is the number of the first challenge: the same numbers draw the same
challenges, so a run can be repeated, and other numbers show whether a setting is overfitted to
those it was tuned on.

WHAT, everything by default, is `picture`, `sound` or `question`.
"""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

from tests.captcha.attacks import guessing_robots, picture_robots, question_robot, sound_robot
from web.captcha.alphabet import ANSWER_LENGTH, SEED_BYTES, characters
from web.captcha.drawing import draw
from web.captcha.service import LIMITS, Kind
from web.captcha.sound import speak

PICTURES, SOUNDS, QUESTIONS = 200, 100, 1_000
PICTURE_GOAL = 0.05
Robot = Callable[[int], tuple[bool, int]]


def read_by_tesseract(number: int) -> tuple[bool, int]:
    """Return whether one of twelve attempts solved it, and the best count of correct characters."""
    rng = random.Random(number)
    answer = characters(rng.randbytes(SEED_BYTES))
    guesses = picture_robots.tesseract_guesses(draw(answer, rng))
    return answer in guesses, max(_in_place(answer, guess) for guess in guesses)


def read_by_fonts(number: int) -> tuple[bool, int]:
    """Return whether it was solved, and the number of correct characters."""
    rng = random.Random(number)
    answer = characters(rng.randbytes(SEED_BYTES))
    guess = picture_robots.font_guess(draw(answer, rng))
    return answer == guess, _in_place(answer, guess)


def heard(number: int) -> tuple[bool, int]:
    """Return the same for a sound compared with the repository's recordings."""
    rng = random.Random(number)
    answer = characters(rng.randbytes(SEED_BYTES))
    guess = sound_robot.solve(speak(answer, rng, rng))
    return answer == guess, _in_place(answer, guess)


def _in_place(answer: str, guess: str) -> int:
    return sum(a == b for a, b in zip(answer, guess, strict=False))


def _robots() -> list[tuple[str, Robot, int, float | None]]:
    return [
        ("picture: nearest glyph of the fonts", read_by_fonts, PICTURES, PICTURE_GOAL),
        ("picture: Tesseract, best of twelve readings", read_by_tesseract, PICTURES, PICTURE_GOAL),
        ("sound: waveform", heard, SOUNDS, None),
    ]


def main() -> int:
    """Print one line per robot as it finishes; return 1 if one exceeds its goal."""
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    what = sys.argv[2] if len(sys.argv) > 2 else ""
    if "picture".startswith(what) and shutil.which("tesseract") is None:
        sys.exit("Tesseract is needed: install it with `sudo apt-get install tesseract-ocr`.")
    print(f"challenges numbered from {first}", flush=True)
    missed = 0
    with ProcessPoolExecutor() as workers:
        for name, robot, number, goal in _robots():
            if not name.startswith(what):
                continue
            results = list(workers.map(robot, range(first, first + number), chunksize=2))
            solved = sum(passed for passed, _ in results) / number
            placed = sum(count for _, count in results) / (number * ANSWER_LENGTH)
            missed += goal is not None and solved >= goal
            wanted = "the limits" if goal is None else f"under {goal:.0%}"
            details = f"{placed:.0%} of the characters in place; goal: {wanted}"
            print(f"{name}: {solved:.1%} of {number} ({details})", flush=True)
    if "question".startswith(what):
        _guess_at_questions(first)
    return 1 if missed else 0


def _guess_at_questions(seed: int) -> None:
    allowed = LIMITS[Kind.QUESTION][1]
    robots = guessing_robots.guessed_right(QUESTIONS, seed)
    robots["thirteen regular expressions"] = question_robot.answered_right(QUESTIONS, seed)
    for name, right in robots.items():
        an_hour = right * allowed.hits / QUESTIONS
        details = f"{allowed.hits} an hour are taken from one address: {an_hour:.1f} right ones"
        print(f"question: {name}: {right / QUESTIONS:.1%} of {QUESTIONS} ({details})")


if __name__ == "__main__":
    sys.exit(main())
