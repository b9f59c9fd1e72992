"""Small, repeatable attacks. The large ones, with Tesseract, are in `measure`."""

from __future__ import annotations

import random

from tests.captcha.attacks import picture_robots, sound_robot
from web.captcha.alphabet import SEED_BYTES, characters
from web.captcha.drawing import draw
from web.captcha.sound import speak

PLAIN_LIMIT, SOUND_LIMIT = 0.05, 0.20


def answers(number: int) -> list[str]:
    rng = random.Random(2)
    return [characters(rng.randbytes(SEED_BYTES)) for _ in range(number)]


def test_cutting_the_picture_in_equal_parts_and_comparing_with_the_fonts_seldom_works() -> None:
    drawn = [(text, draw(text, random.Random(n))) for n, text in enumerate(answers(60))]
    solved = sum(picture_robots.font_guess(png) == text for text, png in drawn)
    assert solved <= PLAIN_LIMIT * len(drawn)


def test_comparing_the_sound_with_the_recordings_seldom_works() -> None:
    recognise = sound_robot.by_spectrogram((1.0,), (0,))
    spoken = [
        (text, speak(text, random.Random(n), random.Random(1000 + n)))
        for n, text in enumerate(answers(8))
    ]
    solved = sum(sound_robot.solve(wav, recognise) == text for text, wav in spoken)
    assert solved <= SOUND_LIMIT * len(spoken)


def test_hearing_the_same_challenge_again_teaches_the_robot_nothing() -> None:
    recognise = sound_robot.by_spectrogram((1.0,), (0,))
    solved = 0
    for number, text in enumerate(answers(4)):
        guesses = []
        for hearing in range(3):
            wav = speak(text, random.Random(number), random.Random(100 * number + hearing))
            guesses.append(sound_robot.solve(wav, recognise))
        solved += text == sound_robot.by_majority(guesses)
    assert solved <= 1


def test_the_same_robot_names_every_untouched_recording() -> None:
    # Check the robot itself: without noise it must succeed.
    recognise = sound_robot.by_spectrogram((1.0,), (0,))
    heard = sound_robot.recordings()[::5]
    assert [recognise(clip) for _, clip in heard] == [text for text, _ in heard]
