"""The sound of a challenge: format, length, weight, clarity, no two alike."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
from itertools import combinations
from math import ceil

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support.http.client import Client
from web.captcha.alphabet import ALPHABET, ANSWER_LENGTH
from web.captcha.mu_law import LEVELS, SILENCE, encode, read_samples
from web.captcha.sound import MAX_SECONDS, RATE, VOICES_FILE, speak, spell, takes

FULL_SCALE = 32_768


def a_sound(number: int, text: str = "ace349", manner: int = 0) -> bytes:
    return speak(text, random.Random(manner), random.Random(number))


def heard_in(wav: bytes) -> NDArray[np.float64]:
    """The samples, between -1 and 1."""
    return np.asarray(np.array(LEVELS)[np.frombuffer(read_samples(wav), np.uint8)] / FULL_SCALE)


def loudness_by_tenth(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """The root mean square of each tenth of a second."""
    size = RATE // 10
    tenths = samples[: len(samples) // size * size].reshape(-1, size)
    return np.asarray(np.sqrt((tenths**2).mean(1)))


def test_the_header_says_mu_law_and_the_sizes_of_the_file() -> None:
    for number in range(4):
        wav = a_sound(number)
        assert (wav[:4], wav[8:16]) == (b"RIFF", b"WAVEfmt ")
        fields = struct.unpack("<IHHIIHHH", wav[16:38])
        assert fields == (18, 7, 1, RATE, RATE, 1, 8, 0)
        assert (wav[38:42], wav[50:54]) == (b"fact", b"data")
        chunk, counted, samples = struct.unpack("<II4xI", wav[42:58])
        assert (chunk, counted) == (4, samples)
        assert int.from_bytes(wav[4:8], "little") == len(wav) - 8
        assert len(wav) == 58 + samples + samples % 2


def test_the_codes_are_those_of_g711() -> None:
    known = {0x00: -32_124, 0x80: 32_124, 0x7E: -8, 0xFE: 8, 0xFF: 0, 0x7F: 0, 0xCE: 988}
    assert {code: LEVELS[code] for code in known} == known
    assert encode(0) == SILENCE
    assert [encode(LEVELS[code]) for code in range(0x7F)] == list(range(0x7F))
    assert [encode(LEVELS[code]) for code in range(0x80, 0x100)] == list(range(0x80, 0x100))
    assert (encode(1e6), encode(-1e6)) == (0x80, 0x00)


@pytest.mark.parametrize("take", takes())
def test_the_longest_answer_stays_short_and_light_and_leaves_time_to_write(take: str) -> None:
    for character in ALPHABET:
        wav = spell(character * ANSWER_LENGTH, take, random.Random(1))
        assert len(wav) <= 150_000
        assert 9 < len(read_samples(wav)) / RATE <= MAX_SECONDS
        loud = np.flatnonzero(loudness_by_tenth(heard_in(wav)) > 0.01)
        pauses = np.diff(loud)[np.diff(loud) > 3]
        assert len(pauses) == ANSWER_LENGTH
        assert pauses.min() >= 5


def test_the_same_characters_never_give_the_same_bytes() -> None:
    sounds = [a_sound(number) for number in range(4)]
    # Not even in the first silence, where there is no character yet.
    assert len({wav[58:4058] for wav in sounds}) == 4
    for one, other in combinations([heard_in(wav)[: 8 * RATE] for wav in sounds], 2):
        assert abs(np.corrcoef(one, other)[0, 1]) < 0.2


def test_the_same_two_sources_give_the_same_sound_and_another_manner_another_take() -> None:
    assert a_sound(3) == a_sound(3)
    assert len({len(a_sound(3, manner=manner)) for manner in range(20)}) == len(takes())


@pytest.mark.parametrize("take", takes())
def test_the_voice_stands_well_above_what_is_heard_between_the_characters(take: str) -> None:
    loudness = np.sort(loudness_by_tenth(heard_in(spell("ace349", take, random.Random(1)))))
    voice = loudness[int(len(loudness) * 0.7) :].mean()
    between = loudness[: int(len(loudness) * 0.2)].mean()
    assert 20 * np.log10(voice / between) > 40


@pytest.mark.parametrize("take", takes())
def test_nothing_is_clipped_and_no_character_is_faint(take: str) -> None:
    for character in ALPHABET:
        samples = heard_in(spell(character, take, random.Random(1)))
        assert 0.3 < np.abs(samples).max() < 0.97
        assert loudness_by_tenth(samples).max() > 0.1
        assert abs(samples.mean()) < 0.02


def test_every_character_is_recorded_in_each_of_several_takes() -> None:
    assert len(takes()) >= 4
    for take in takes():
        assert len({spell(character, take, random.Random(1)) for character in ALPHABET}) == 15


def test_recordings_are_not_among_the_served_files_and_have_their_licence() -> None:
    assert "static" not in VOICES_FILE.parts
    licence = (VOICES_FILE.parent / "LICENSE.txt").read_text()
    assert "SVOX" in licence
    assert "Apache License" in licence


def test_a_sound_needs_no_numerical_library() -> None:
    program = (
        "import random, sys; from web.captcha.sound import speak;"
        "speak('ace349', random.Random(1), random.Random(2)); print('numpy' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "False\n"


@pytest.mark.parametrize("text", ["", "ace34?", "ACE349", "o"])
def test_a_character_without_a_recording_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no recording"):
        a_sound(1, text)


async def test_the_page_says_how_long_a_sound_may_last(client: Client) -> None:
    page = await client.get("/contact")
    assert f"Fichier son (WAV) de {ceil(MAX_SECONDS)} secondes au plus" in page.text
