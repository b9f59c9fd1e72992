"""The sound of a challenge: format, length, weight, clarity, no two alike."""

from __future__ import annotations

import io
import random
import wave
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from web.captcha.alphabet import ALPHABET, ANSWER_LENGTH
from web.captcha.sound import MAX_SECONDS, RATE, VOICES_FILE, speak


def a_sound(number: int, text: str = "ace349", manner: int = 0) -> bytes:
    return speak(text, random.Random(manner), random.Random(number))


def samples_of(wav: bytes) -> NDArray[np.float64]:
    with wave.open(io.BytesIO(wav)) as read:
        levels = np.frombuffer(read.readframes(read.getnframes()), np.uint8)
    return (levels.astype(np.float64) - 128) / 128


def loudness_by_tenth(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """The root mean square of each tenth of a second."""
    size = RATE // 10
    tenths = samples[: len(samples) // size * size].reshape(-1, size)
    return np.asarray(np.sqrt((tenths**2).mean(1)))


def test_the_format_is_the_oldest_one_that_every_browser_plays() -> None:
    with wave.open(io.BytesIO(a_sound(1))) as read:
        assert read.getnchannels() == 1
        assert read.getsampwidth() == 1
        assert read.getframerate() == RATE
        assert read.getcomptype() == "NONE"


def test_the_sizes_written_in_the_header_are_those_of_the_file() -> None:
    for number in range(4):
        wav = a_sound(number)
        assert int.from_bytes(wav[4:8], "little") == len(wav) - 8
        samples = int.from_bytes(wav[40:44], "little")
        assert len(wav) == 44 + samples + samples % 2


@pytest.mark.parametrize("character", ALPHABET)
def test_the_longest_answer_stays_short_and_light(character: str) -> None:
    wav = a_sound(1, character * ANSWER_LENGTH)
    assert len(wav) <= 150_000
    assert 8 < len(samples_of(wav)) / RATE <= MAX_SECONDS


def test_the_same_characters_never_give_the_same_bytes() -> None:
    sounds = [samples_of(a_sound(number))[: 8 * RATE] for number in range(4)]
    for one, other in combinations(sounds, 2):
        assert abs(np.corrcoef(one, other)[0, 1]) < 0.1


def test_the_same_two_sources_give_the_same_sound_and_another_manner_another_one() -> None:
    assert a_sound(3) == a_sound(3)
    one, other = samples_of(a_sound(3)), samples_of(a_sound(3, manner=1))
    assert len(one) != len(other)


@pytest.mark.parametrize("number", range(6))
def test_the_voice_stands_well_above_what_is_heard_between_the_characters(number: int) -> None:
    loudness = np.sort(loudness_by_tenth(samples_of(a_sound(number))))
    voice = loudness[int(len(loudness) * 0.7) :].mean()
    between = loudness[: int(len(loudness) * 0.2)].mean()
    assert 20 * np.log10(voice / between) > 8


@pytest.mark.parametrize("number", range(6))
def test_nothing_is_clipped_and_nothing_is_faint(number: int) -> None:
    samples = samples_of(a_sound(number))
    assert 0.9 < np.abs(samples).max() < 1
    assert loudness_by_tenth(samples).max() > 0.1
    assert abs(samples.mean()) < 0.02


def test_every_character_has_two_takes_of_four_voices() -> None:
    with np.load(VOICES_FILE) as pack:
        recorded = {tuple(str(name).split("/")) for name in pack["names"]}
    for character in ALPHABET:
        takes = {(voice, take) for voice, take, text in recorded if text == character}
        assert len(takes) == 8
        assert len({voice for voice, _ in takes}) == 4


def test_recordings_are_not_among_the_served_files() -> None:
    assert "static" not in VOICES_FILE.parts
    assert (VOICES_FILE.parent / "LICENSE.txt").read_text()


@pytest.mark.parametrize("text", ["", "ace34?", "ACE349", "o"])
def test_what_has_no_recording_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no recording"):
        a_sound(1, text)
