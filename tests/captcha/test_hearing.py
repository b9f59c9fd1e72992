"""The bench that has a speech recogniser listen: how it reads what was written down."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter

import pytest

from bench.hearing.__main__ import MISSING, answers
from bench.hearing.naming import name_characters
from scripts.make_voices import LEAD_IN_WORDS, TAKES
from web.captcha.alphabet import ALPHABET, ANSWER_LENGTH, SPELLING
from web.captcha.sound import takes


def named(written: str) -> str:
    return name_characters(written, SPELLING, LEAD_IN_WORDS, ANSWER_LENGTH)


@pytest.mark.parametrize("number", range(3))
def test_what_is_written_as_it_is_spelled_is_named(number: int) -> None:
    answer = "".join(random.Random(number).choices(ALPHABET, k=ANSWER_LENGTH))
    assert named(" ".join([LEAD_IN_WORDS, *(SPELLING[c] for c in answer)])) == answer


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        (
            "Voici si caractère, hache comme hôtel, t'es comme table, air comme radio, "
            "le chiffre 3, cas comme kilo, c'est comme cinéma.",
            "htr3kc",
        ),
        (
            "Voici si caractère, le chiffre 4, plus commusine, peu comme euro, peu comme euro, "
            "h comme hôtel, le chiffre 3.",
            "4ueeh3",
        ),
        (
            "Voici caractère, le chiffrunoz X comme Xavier, a comme avion, le chiffrussis, "
            "M comme Marie, elle comme l'une.",
            "6xa6ml",
        ),
    ],
)
def test_mistakes_of_a_listener_are_read_as_the_nearest_characters(
    written: str, answer: str
) -> None:
    assert named(written) == answer


@pytest.mark.parametrize("written", ["", "C'est comme ça. C'est comme ça."])
def test_what_was_not_understood_is_guessed_at(written: str) -> None:
    guess = named(written)
    assert len(guess) == ANSWER_LENGTH
    assert set(guess) <= set(ALPHABET)


def test_each_character_is_heard_as_often_as_the_others() -> None:
    heard = Counter("".join(answers(random.Random(1))))
    assert set(heard) == set(ALPHABET)
    assert len(set(heard.values())) == 1


def test_the_bench_says_how_to_get_the_recogniser_it_lacks() -> None:
    program = (
        "import runpy, sys; sys.modules['faster_whisper'] = None;"
        "runpy.run_module('bench.hearing', run_name='__main__')"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout.strip(), ran.stderr) == (0, MISSING, "")


def test_the_recordings_are_those_of_the_script() -> None:
    assert takes() == list(TAKES)
