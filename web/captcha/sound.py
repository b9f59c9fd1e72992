"""The sound of a challenge: the characters spelled in French over a light background.

WAV, 8 kHz, 8-bit PCM: the oldest format that every browser's `<audio>` plays; 18.7 s are 150 kB.
No two sounds have the same bytes: silences and background are random for each one. The rendering of
the characters (voice, size of the speaker, tempo, tone, and their variation within a word) is fixed
for a challenge: a robot could take a majority vote over ten different renderings, but learns
nothing from ten identical ones.

The pack of recordings is beside this module and not in static/, where it would be served: a robot
could download the recordings of each character.
"""

from __future__ import annotations

import math
import random
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

VOICES_FILE: Final = Path(__file__).parent / "voices" / "voices.npz"
LEAD_IN: Final = "lead-in-"
RATE: Final = 8_000
MAX_SECONDS: Final = 18.0

Samples = NDArray[np.float64]

_SPEECH: Final = 0.12
# Background levels, relative to the voice. They are low: the background prevents the comparison of
# bytes, not filtering; louder noise would mostly exclude the hard of hearing.
_MURMUR: Final = _SPEECH * 10 ** (-14 / 20)
_HISS: Final = _SPEECH * 10 ** (-22 / 20)

# Variations that a listener hardly notices but that defeat comparison with the pack: size of the
# speaker in octaves and its glide within a word, tempo and its drift, tone control in decibels and
# its slow variation (shade).
_SMALLER: Final = (0.08, 0.24)
_LARGER: Final = (-0.40, -0.10)
_GLIDE: Final = 0.16
_TEMPO: Final = (0.75, 1.08)
_DRIFT: Final = 0.52
_TONE: Final = 7.0
_SHADE: Final = 9.0
_SHADE_PARTS: Final = (7, 8)

_FRAME: Final = 256
_HOP: Final = 64
_WINDOW: Final = np.hanning(_FRAME + 1)[:-1]


@dataclass(frozen=True)
class _Pack:
    clips: dict[str, NDArray[np.uint8]]
    by_text: dict[str, tuple[str, ...]]


def speak(characters: str, voice: random.Random, background: random.Random) -> bytes:
    """Return a WAV of at most MAX_SECONDS that spells the characters after a short lead-in.

    The same state of `voice` renders them in the same way; pass a fresh `background` each time, as
    the same two sources give the same bytes. Raises ValueError when there is nothing to say or a
    character has no recording.
    """
    texts = _pack().by_text
    if not characters or not set(characters) <= texts.keys():
        raise ValueError("a character has no recording")
    lead_in = voice.choice([text for text in texts if text.startswith(LEAD_IN)])
    clips = [_varied(voice.choice(texts[text]), voice) for text in (lead_in, *characters)]
    speech = _spaced(clips, background)
    noise = np.random.default_rng(background.getrandbits(64))
    return _wav(speech + _murmur(len(speech), background) + _hiss(len(speech), noise))


@cache
def _pack() -> _Pack:
    with np.load(VOICES_FILE) as stored:
        names, samples = [str(name) for name in stored["names"]], stored["samples"]
        clips = dict(zip(names, np.split(samples, stored["ends"][:-1]), strict=True))
    by_text: dict[str, tuple[str, ...]] = {}
    for name in names:
        text = name.rpartition("/")[2]
        by_text[text] = (*by_text.get(text, ()), name)
    return _Pack(clips, by_text)


@cache
def _mu_law_levels() -> Samples:
    bent = np.arange(256) / 127.5 - 1
    levels: Samples = np.sign(bent) * (256 ** np.abs(bent) - 1) / 255
    return levels


def _clip(name: str) -> Samples:
    return _mu_law_levels()[_pack().clips[name]]


def _varied(name: str, rng: random.Random) -> Samples:
    """Return a recording with another size of speaker, a drifting tempo and another tone."""
    octaves = rng.choice((rng.uniform(*_SMALLER), rng.uniform(*_LARGER)))
    pitch = 2**octaves
    stretched = _stretched(_clip(name), rng.uniform(*_TEMPO) / pitch, rng)
    return _glided(_toned(stretched, pitch, rng), rng)


def _stretched(samples: Samples, tempo: float, rng: random.Random) -> Samples:
    """Return the samples `tempo` times as fast on average, at the same pitch (phase vocoder)."""
    padded = np.concatenate([np.zeros(_FRAME), samples, np.zeros(2 * _FRAME)])
    starts = np.arange(0, len(padded) - _FRAME, _HOP)
    frames = np.fft.rfft(padded[starts[:, None] + np.arange(_FRAME)] * _WINDOW)
    count = int((len(starts) - 2) / tempo)
    drift = _DRIFT * np.sin(np.linspace(0, rng.uniform(4, 9), count) + rng.uniform(0, math.tau))
    places = np.cumsum(1 + drift)
    places *= (len(starts) - 2) / places[-1]
    whole = np.minimum(places.astype(int), len(starts) - 2)
    part = (places - whole)[:, None]
    loudness = np.abs(frames)
    size = (1 - part) * loudness[whole] + part * loudness[whole + 1]
    size *= _shading(count, rng)
    phase_step = np.angle(frames[whole + 1] * np.conj(frames[whole]))
    phase = np.angle(frames[0]) + np.cumsum(phase_step, axis=0)
    return _overlapped(np.fft.irfft(size * np.exp(1j * phase), _FRAME) * _WINDOW)


def _shading(count: int, rng: random.Random) -> Samples:
    """Return a gain that varies slowly in time and frequency, as when a speaker moves."""
    times, pitches = _SHADE_PARTS
    coarse = np.array(
        [[rng.uniform(-_SHADE, _SHADE) for _ in range(pitches)] for _ in range(times)]
    )
    over_time = np.linspace(0, times - 1, count)
    over_pitch = np.linspace(0, pitches - 1, _FRAME // 2 + 1)
    row = np.minimum(over_time.astype(int), times - 2)
    column = np.minimum(over_pitch.astype(int), pitches - 2)
    t, p = (over_time - row)[:, None], over_pitch - column
    above = coarse[row][:, column] * (1 - p) + coarse[row][:, column + 1] * p
    below = coarse[row + 1][:, column] * (1 - p) + coarse[row + 1][:, column + 1] * p
    decibels: Samples = above * (1 - t) + below * t
    return 10 ** (decibels / 20)


def _overlapped(frames: Samples) -> Samples:
    """Overlap-add the frames, _HOP samples apart."""
    per_frame = _FRAME // _HOP
    out = np.zeros((len(frames) + per_frame, _HOP))
    for part in range(per_frame):
        out[part : part + len(frames)] += frames[:, part * _HOP : (part + 1) * _HOP]
    return out.ravel() / 1.5


def _toned(samples: Samples, pitch: float, rng: random.Random) -> Samples:
    """Resample `pitch` times as fast, with a random tone control, at the common loudness."""
    length = int(len(samples) / pitch)
    spectrum = np.fft.rfft(samples)[: length // 2 + 1]
    gains = [rng.uniform(-_TONE, _TONE) for _ in range(7)]
    decibels = np.interp(np.linspace(0, 6, len(spectrum)), range(7), gains)
    toned = np.fft.irfft(spectrum * 10 ** (decibels / 20), length)
    return toned * (_SPEECH / _loudness(toned))


def _glided(samples: Samples, rng: random.Random) -> Samples:
    """Resample at a varying speed: pitch and size of the speaker go up and down."""
    waves = np.linspace(0, math.tau * rng.uniform(0.6, 1.4), len(samples))
    places = np.cumsum(1 + _GLIDE * np.sin(waves + rng.uniform(0, math.tau)))
    places *= (len(samples) - 1) / places[-1]
    return np.interp(places, np.arange(len(samples)), samples)


def _loudness(samples: Samples) -> float:
    """Return the root mean square of the samples, without pauses."""
    heard = samples[np.abs(samples) > 0.1 * np.abs(samples).max()]
    return float(np.sqrt(np.mean(heard**2)))


def _spaced(clips: list[Samples], rng: random.Random) -> Samples:
    """Join the clips, with silences long enough to write each character down."""
    room = MAX_SECONDS * RATE - sum(len(clip) for clip in clips)
    silences = [rng.uniform(0.45, 0.95) * RATE for _ in range(len(clips) + 1)]
    scale = min(1.0, room / sum(silences))
    pieces = [np.zeros(int(silences[0] * scale))]
    for clip, silence in zip(clips, silences[1:], strict=True):
        pieces += [clip, np.zeros(int(silence * scale))]
    return np.concatenate(pieces)


def _murmur(length: int, rng: random.Random) -> Samples:
    """Return other voices played backwards: a natural background without confusing words."""
    names = list(_pack().clips)
    total = np.zeros(length)
    for _ in range(2):
        at = -rng.randrange(RATE)
        while at < length:
            clip = _clip(rng.choice(names))[::-1]
            start, end = max(at, 0), min(at + len(clip), length)
            if end > start:
                total[start:end] += clip[start - at : end - at]
            at += len(clip)
    return total * (_MURMUR / _loudness(total))


def _hiss(length: int, noise: np.random.Generator) -> Samples:
    return noise.standard_normal(length) * _HISS


def _wav(samples: Samples) -> bytes:
    """Encode as mono PCM, one unsigned byte a sample, normalised to full scale."""
    scaled = np.round(samples * (120 / np.abs(samples).max()) + 128)
    levels: bytes = scaled.astype(np.uint8).tobytes()
    head = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, RATE, RATE, 1, 8)
    data = b"data" + struct.pack("<I", len(levels)) + levels + b"\0" * (len(levels) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(head) + len(data)) + b"WAVE" + head + data
