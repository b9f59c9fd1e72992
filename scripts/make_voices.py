"""Record every character with SVOX Pico's French voice, and pack the recordings for the captcha.

Run by hand when the alphabet, its spelling or the takes change, in an environment of its own:

    python -m venv build/voice
    build/voice/bin/pip install numpy==2.4.6 py-nanotts==0.1.1
    build/voice/bin/python -m scripts.make_voices

`py-nanotts` holds Pico and its voices (Apache-2.0); the application itself needs neither it nor
numpy. The same versions give the same pack, byte for byte.
"""

from __future__ import annotations

import subprocess
import sys
import wave
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from web.captcha.alphabet import ANSWER_LENGTH, SPELLING
from web.captcha.mu_law import encode, wav
from web.captcha.sound import LEAD_IN, RATE, VOICES_FILE
from web.captcha.vocabulary import number_word

Samples = NDArray[np.float64]


@dataclass(frozen=True)
class Take:
    """A way to speak, relative to the voice's own: a larger size is a smaller speaker."""

    tempo: float
    pitch: float = 1.0
    size: float = 1.0


TAKES: Final = {
    "natural": Take(0.9),
    "slow": Take(0.8),
    "low": Take(0.85, pitch=0.8),
    "high": Take(0.85, pitch=1.2),
    "tall": Take(0.85, size=0.9),
    "small": Take(0.9, size=1.06),
}
LEAD_IN_WORDS: Final = f"Voici {number_word(ANSWER_LENGTH)} caractères."
TEXTS: Final = {LEAD_IN: LEAD_IN_WORDS} | SPELLING

PICO_RATE: Final = 16_000
_LOUDNESS: Final = 0.13
_PEAK: Final = 0.95
_SILENCE: Final = 0.01
_BEFORE, _AFTER = 0.01, 0.04
_FULL_SCALE: Final = 32_124


def main() -> None:
    """Write the pack and print its size. Exits with 1 when the voice is missing."""
    if find_spec("py_nanotts") is None:
        sys.exit("py-nanotts is needed: pip install py-nanotts==0.1.1")
    seconds = 0.0
    with ZipFile(VOICES_FILE, "w") as pack:
        for name, take in TAKES.items():
            for text, words in TEXTS.items():
                samples = recording(words, take)
                seconds += len(samples) / RATE
                # A fixed date, that of ZipInfo's default, keeps the file the same each time.
                member = ZipInfo(f"{name}/{text}.wav")
                codes = bytes(map(encode, samples * _FULL_SCALE))
                pack.writestr(member, wav(codes, RATE), ZIP_DEFLATED, 9)
    _report(VOICES_FILE, len(TAKES) * len(TEXTS), seconds)


def _report(path: Path, number: int, seconds: float) -> None:
    print(f"{path.name}: {number} recordings, {seconds:.0f} s, {path.stat().st_size} bytes")


def spoken(words: str, take: Take) -> Samples:
    """Return what the voice says, at PICO_RATE; its size is left to `_resampled`."""
    speed, pitch = str(take.tempo / take.size), str(take.pitch / take.size)
    with NamedTemporaryFile(suffix=".wav") as made:
        # One process for each: the engine does not clear its memory, and a second text in the same
        # process sounds different each time.
        command = [sys.executable, "-m", "py_nanotts", words, "--voice", "fr-FR"]
        command += ["--speed", speed, "--pitch", pitch, "--output", made.name]
        subprocess.run(command, check=True)
        with wave.open(made.name) as read:
            return np.frombuffer(read.readframes(read.getnframes()), dtype="<i2") / 32768.0


def recording(words: str, take: Take) -> Samples:
    """Return a take at RATE, trimmed and at the common loudness."""
    samples = _resampled(spoken(words, take), PICO_RATE * take.size)
    heard = np.flatnonzero(np.abs(samples) > _SILENCE)
    kept = samples[max(heard[0] - int(_BEFORE * RATE), 0) : heard[-1] + int(_AFTER * RATE)]
    peak = np.abs(kept).max()
    loudness = np.sqrt(np.mean(kept[np.abs(kept) > 0.1 * peak] ** 2))
    levelled: Samples = kept * min(_LOUDNESS / loudness, _PEAK / peak)
    return levelled


def _resampled(samples: Samples, rate: float) -> Samples:
    """Resample from `rate` to RATE, dropping the frequencies above its Nyquist limit."""
    count = round(len(samples) * RATE / rate)
    spectrum = np.fft.rfft(samples)[: count // 2 + 1]
    return np.fft.irfft(spectrum, count) * (count / len(samples))


if __name__ == "__main__":
    main()
