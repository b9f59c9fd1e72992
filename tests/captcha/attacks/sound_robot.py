"""A robot that compares a sound of the captcha with the recordings kept in the repository."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from web.captcha.alphabet import ALPHABET, ANSWER_LENGTH
from web.captcha.sound import RATE, VOICES_FILE

Array = NDArray[np.float64]
Recognise = Callable[[Array], str]

STEP = 80
FRAME = 256
BANDS = 32
PARTS = ANSWER_LENGTH + 1


def samples_of(wav: bytes) -> Array:
    """The samples of an 8-bit mono WAV, between -1 and 1."""
    return (np.frombuffer(wav[44:], np.uint8).astype(np.float64) - 128) / 128


def solve(wav: bytes, recognise: Recognise) -> str:
    """Guess the answer: cut the sound where it is quiet, drop the lead-in, name each piece."""
    samples = samples_of(wav)
    pieces = _cut(samples)[1:]
    return "".join(recognise(samples[max(a - 200, 0) : b + 200]) for a, b in pieces)


def by_majority(guesses: Iterable[str]) -> str:
    """The majority vote of the guesses of the right length, character by character; '' if none."""
    whole = [guess for guess in guesses if len(guess) == ANSWER_LENGTH]
    return "".join(Counter(place).most_common(1)[0][0] for place in zip(*whole, strict=True))


def _cut(samples: Array) -> list[tuple[int, int]]:
    """The seven loudest stretches, at whichever threshold yields seven."""
    energy = np.sqrt(np.convolve(samples**2, np.ones(640) / 640, "same"))
    high = np.percentile(energy, 97)
    for share in np.arange(0.25, 0.75, 0.02):
        loud = np.flatnonzero(energy > share * high)
        for pause in (0.35, 0.25, 0.18):
            runs = np.split(loud, np.flatnonzero(np.diff(loud) > pause * RATE) + 1)
            found = [(int(r[0]), int(r[-1])) for r in runs if r[-1] - r[0] > 0.3 * RATE]
            longest = max((b - a for a, b in found), default=0)
            if len(found) == PARTS and longest < 2.4 * RATE:
                return found
    return []


@cache
def _filters() -> Array:
    def mel(hertz: Array) -> Array:
        return np.asarray(2595 * np.log10(1 + hertz / 700))

    edges = np.linspace(mel(np.array(100.0)), mel(np.array(3900.0)), BANDS + 2)
    places = mel(np.linspace(0, RATE / 2, FRAME // 2 + 1))
    width = edges[1] - edges[0]
    rising = (places - edges[:-2, None]) / width
    falling = (edges[2:, None] - places) / width
    return np.asarray(np.maximum(0, np.minimum(rising, falling)))


def spectrogram(samples: Array) -> Array:
    """Logarithm of the energy in BANDS bands, one row every 10 ms."""
    starts = np.arange(0, len(samples) - FRAME, STEP)
    frames = samples[starts[:, None] + np.arange(FRAME)] * np.hanning(FRAME)
    energy = np.abs(np.fft.rfft(frames)) ** 2
    return np.asarray(np.log(energy @ _filters().T + 1e-4))


@cache
def recordings() -> list[tuple[str, Array]]:
    """Each recorded character and its samples, read from the published files."""
    bent = np.arange(256) / 127.5 - 1
    levels = np.sign(bent) * (256 ** np.abs(bent) - 1) / 255
    with np.load(VOICES_FILE) as pack:
        clips = np.split(pack["samples"], pack["ends"][:-1])
        texts = [str(name).rpartition("/")[2] for name in pack["names"]]
    return [(t, levels[clip]) for t, clip in zip(texts, clips, strict=True) if t in ALPHABET]


def by_waveform(piece: Array) -> str:
    """The recording with the highest cross-correlation."""
    scores = []
    for text, clip in recordings():
        size = 1 << (len(piece) + len(clip)).bit_length()
        product = np.fft.rfft(piece, size) * np.conj(np.fft.rfft(clip, size))
        scores.append((np.abs(np.fft.irfft(product, size)).max() / np.linalg.norm(clip), text))
    return max(scores)[1]


def by_spectrogram(speeds: Iterable[float], shifts: Iterable[int]) -> Recognise:
    """The recording whose picture fits best, tried at some speeds and shifts of the bands."""
    templates = [
        (text, _at_speed(spectrogram(clip), speed))
        for text, clip in recordings()
        for speed in speeds
    ]
    tried = tuple(shifts)

    def recognise(piece: Array) -> str:
        heard = spectrogram(piece)
        return max(
            (_fit(heard[:, max(s, 0) : BANDS + min(s, 0)], t[:, max(-s, 0) : BANDS - max(s, 0)]), c)
            for c, t in templates
            for s in tried
        )[1]

    return recognise


def _at_speed(picture: Array, speed: float) -> Array:
    rows = np.linspace(0, len(picture) - 1, int(len(picture) / speed))
    before = rows.astype(int)
    after = np.minimum(before + 1, len(picture) - 1)
    part = (rows - before)[:, None]
    return np.asarray((1 - part) * picture[before] + part * picture[after])


def _fit(a: Array, b: Array) -> float:
    """Best correlation of the shorter picture along the longer one, tone control removed."""
    short, long = sorted((a, b), key=len)
    template = short - short.mean(0)
    template /= np.linalg.norm(template)
    # The template has no mean left, so that the window's own falls out of the product.
    each = np.ascontiguousarray(long @ template.T)
    down, across = each.strides
    count = len(long) - len(short) + 1
    diagonals = np.lib.stride_tricks.as_strided(
        each, (count, len(short)), (down, down + across), writeable=False
    )
    energy = _sums(long**2, len(short)).sum(1) - (_sums(long, len(short)) ** 2).sum(1) / len(short)
    return float((diagonals[::2].sum(1) / np.sqrt(energy[::2])).max())


def _sums(rows: Array, length: int) -> Array:
    """The sums over each stretch of `length` rows."""
    so_far = np.cumsum(np.vstack([np.zeros((1, rows.shape[1])), rows]), axis=0)
    return np.asarray(so_far[length:] - so_far[:-length])


@cache
def _cosines() -> Array:
    return np.asarray(np.cos(np.pi / BANDS * np.arange(1, 14)[:, None] * (np.arange(BANDS) + 0.5)))


def _cepstrum(samples: Array) -> Array:
    rows = spectrogram(samples) @ _cosines().T
    return np.asarray((rows - rows.mean(0)) / (rows.std(0) + 1e-6))


@cache
def _cepstra() -> list[tuple[str, Array]]:
    return [(text, _cepstrum(clip)) for text, clip in recordings()]


def by_time_warping(piece: Array) -> str:
    """The recording that needs the least stretching in time to become the piece (DTW)."""
    heard = _cepstrum(piece)
    return min((_warped_distance(heard, clip), text) for text, clip in _cepstra())[1]


def _warped_distance(a: Array, b: Array) -> float:
    apart = np.sqrt(((a[:, None] - b[None]) ** 2).sum(2))
    rows, columns = apart.shape
    cost = np.full((rows + 1, columns + 1), np.inf)
    cost[0, 0] = 0
    for diagonal in range(2, rows + columns + 1):
        i = np.arange(max(1, diagonal - columns), min(rows, diagonal - 1) + 1)
        j = diagonal - i
        step = np.minimum(np.minimum(cost[i - 1, j], cost[i, j - 1]), cost[i - 1, j - 1])
        cost[i, j] = apart[i - 1, j - 1] + step
    return float(cost[rows, columns] / (rows + columns))
