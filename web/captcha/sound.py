"""The sound of a challenge: the characters spelled in French, over a faint hiss.

The format is mono WAV, 11,025 Hz, μ-law: every browser's `<audio>` plays it, and 13.5 s take
149 kB. The speech is recorded in advance (`scripts/make_voices`), in several takes that differ in
pitch, tempo and apparent size of the speaker: a request only joins and mixes, without a numerical
library. One take spells a whole challenge, as a new voice at each character is harder to follow.

No two sounds have the same bytes: the silences and the hiss are random. The speech is not otherwise
distorted, because people have to understand it: a program that has the recordings, or a good speech
recogniser, can name the characters. The limits on answers are the protection.

The recordings are next to this module and not in static/: they are never served one by one.
"""

from __future__ import annotations

import random
from functools import cache
from itertools import chain
from operator import getitem
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from web.captcha.mu_law import LEVELS, SILENCE, encode, read_samples, wav

VOICES_FILE: Final = Path(__file__).parent / "voices" / "voices.zip"
LEAD_IN: Final = "lead-in"
RATE: Final = 11_025
MAX_SECONDS: Final = 13.5

# In seconds: long enough to write a character down. Its name comes first, then a word confirms it.
_SILENCES: Final = (0.55, 0.9)
# The peak level of the hiss, 50 dB below that of the voice: a louder one hides consonants.
_HISS: Final = 24
_HISS_STEPS: Final = 16


def speak(characters: str, voice: random.Random, background: random.Random) -> bytes:
    """Return a WAV of at most MAX_SECONDS that spells the characters after a short lead-in.

    The same state of `voice` picks the same take. Pass a fresh `background` each time: the same
    states of both give the same bytes. Raises ValueError without characters, or when one has no
    recording.
    """
    return spell(characters, voice.choice(takes()), background)


def takes() -> list[str]:
    """Return the names of the takes, each with a recording of every character."""
    return list(_pack())


def spell(characters: str, take: str, background: random.Random) -> bytes:
    """Return the WAV of the characters in one take. Raises ValueError as `speak` does."""
    recorded = _pack()[take]
    if not characters or not set(characters) <= recorded.keys():
        raise ValueError("a character has no recording")
    speech = [recorded[text] for text in (LEAD_IN, *characters)]
    return wav(b"".join(_hissed(part, background) for part in _spaced(speech, background)), RATE)


@cache
def _pack() -> dict[str, dict[str, bytes]]:
    """Return the recordings by take and text."""
    pack: dict[str, dict[str, bytes]] = {}
    with ZipFile(VOICES_FILE) as stored:
        for name in stored.namelist():
            take, _, text = name.removesuffix(".wav").partition("/")
            pack.setdefault(take, {})[text] = read_samples(stored.read(name))
    return pack


def _spaced(speech: list[bytes], rng: random.Random) -> list[bytes]:
    """Put silences before, between and after; shorter ones if the sound would be too long."""
    wanted = [rng.uniform(*_SILENCES) * RATE for _ in range(len(speech) + 1)]
    room = MAX_SECONDS * RATE - sum(map(len, speech))
    scale = min(1.0, room / sum(wanted))
    silences = [bytes([SILENCE]) * int(wish * scale) for wish in wanted]
    return [*chain.from_iterable(zip(silences, speech, strict=False)), silences[-1]]


@cache
def _hiss_table() -> list[bytes]:
    """Return, for each random byte, the table of codes after the hiss of that byte is added."""
    steps = [_HISS * (2 * step / (_HISS_STEPS - 1) - 1) for step in range(_HISS_STEPS)]
    rows = [bytes(encode(level + step) for level in LEVELS) for step in steps]
    return [rows[byte % _HISS_STEPS] for byte in range(256)]


def _hissed(samples: bytes, rng: random.Random) -> bytes:
    # One part at a time, in C: the interpreter's lock is held for less than a millisecond.
    return bytes(map(getitem, map(_hiss_table().__getitem__, rng.randbytes(len(samples))), samples))
