"""Synthesise every character with espeak-ng, and pack the clips for the captcha's sound.

Run by hand when the alphabet or its spelling changes: `python -m scripts.make_voices`. It requires
espeak-ng (GPL-3.0-or-later, Debian package `espeak-ng`), which the application itself never does.
It is the only French synthesiser that may be redistributed and needs no model: MBROLA's and SVOX's
voices are not free.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import wave
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from web.captcha.alphabet import ANSWER_LENGTH, SPELLING
from web.captcha.sound import LEAD_IN, RATE, VOICES_FILE, Samples
from web.captcha.vocabulary import number_word

# Two female and two male voices; words per minute and pitch of their two takes.
VOICES: Final = {
    "fr+f2": ((120, 48), (138, 62)),
    "fr+f4": ((115, 40), (130, 55)),
    "fr+m1": ((120, 38), (138, 55)),
    "fr+m3": ((116, 45), (132, 32)),
}
LEAD_INS: Final = (
    f"Voici {number_word(ANSWER_LENGTH)} caractères.",
    f"Écoutez {number_word(ANSWER_LENGTH)} caractères.",
)

_LOUDNESS: Final = 0.12
_SILENCE: Final = 0.012
_MU: Final = 255.0


def main() -> None:
    """Write the pack and print its size. Exits with 1 when espeak-ng is missing."""
    if shutil.which("espeak-ng") is None:
        sys.exit("espeak-ng is needed: apt-get install espeak-ng")
    names: list[str] = []
    clips: list[NDArray[np.uint8]] = []
    for voice, takes in VOICES.items():
        for take, (speed, pitch) in enumerate(takes):
            texts = SPELLING | {
                f"{LEAD_IN}{n}": text for n, text in enumerate(LEAD_INS) if n == take
            }
            for name, text in texts.items():
                names.append(f"{voice}/{take}/{name}")
                clips.append(_mu_law(_clean(_spoken(text, voice, speed, pitch))))
    ends = np.cumsum([len(clip) for clip in clips])
    VOICES_FILE.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        VOICES_FILE, names=np.array(names), ends=ends, samples=np.concatenate(clips)
    )
    _report(VOICES_FILE, len(names), int(ends[-1]))


def _report(path: Path, clips: int, samples: int) -> None:
    print(f"{path.name}: {clips} clips, {samples / RATE:.0f} s, {path.stat().st_size} bytes")


def _spoken(text: str, voice: str, speed: int, pitch: int) -> Samples:
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "--stdout", text]
    spoken = subprocess.run(command, check=True, capture_output=True)
    with wave.open(io.BytesIO(spoken.stdout)) as recording:
        rate = recording.getframerate()
        frames = recording.readframes(recording.getnframes())
    # espeak-ng streams: the length in the header is wrong, that of the output is right.
    samples = np.frombuffer(frames[: len(frames) // 2 * 2], dtype="<i2") / 32768.0
    return _resampled(samples, rate)


def _resampled(samples: Samples, rate: int) -> Samples:
    """Resample to RATE, dropping the frequencies above its Nyquist limit."""
    count = round(len(samples) * RATE / rate)
    spectrum = np.fft.rfft(samples)[: count // 2 + 1]
    return np.fft.irfft(spectrum, count) * (count / len(samples))


def _clean(samples: Samples) -> Samples:
    """Trim the silence at both ends, and normalise the loudness."""
    heard = np.flatnonzero(np.abs(samples) > _SILENCE)
    kept = samples[max(heard[0] - 80, 0) : heard[-1] + 240]
    loudness = np.sqrt(np.mean(kept[np.abs(kept) > _SILENCE] ** 2))
    levelled: Samples = np.clip(kept * (_LOUDNESS / loudness), -1, 1)
    return levelled


def _mu_law(samples: Samples) -> NDArray[np.uint8]:
    bent = np.sign(samples) * np.log1p(_MU * np.abs(samples)) / np.log1p(_MU)
    levels: NDArray[np.uint8] = np.round((bent + 1) * 127.5).astype(np.uint8)
    return levels


if __name__ == "__main__":
    main()
