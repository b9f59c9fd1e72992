"""G.711 μ-law, one byte per sample, and the WAV file that contains it.

Its steps grow with the level: for speech, one byte is as good as 13 bits of linear PCM, whereas
at eight linear bits the quantisation noise is audible. In WAV it is format 7, which browsers play.
"""

from __future__ import annotations

import struct
from bisect import bisect
from itertools import pairwise
from typing import Final

SILENCE: Final = 0xFF
HEADER_BYTES: Final = 58
_FORMAT: Final = 7
_BIAS: Final = 132


def _level(code: int) -> int:
    """Return the level of a code, from -32,124 to 32,124."""
    turned = ~code & 0xFF
    size = ((((turned & 0x0F) << 3) + _BIAS) << (turned >> 4 & 7)) - _BIAS
    return -size if turned & 0x80 else size


LEVELS: Final = tuple(map(_level, range(256)))
# Level 0 has two codes; SILENCE is kept.
_BY_LEVEL: Final = sorted({level: code for code, level in enumerate(LEVELS)}.items())
_MIDDLES: Final = [(low + high) / 2 for (low, _), (high, _) in pairwise(_BY_LEVEL)]


def encode(level: float) -> int:
    """Return the code with the nearest level."""
    return _BY_LEVEL[bisect(_MIDDLES, level)][1]


def wav(samples: bytes, rate: int) -> bytes:
    """Return the mono WAV file of these codes."""
    count = len(samples)
    head = b"fmt " + struct.pack("<IHHIIHHH", 18, _FORMAT, 1, rate, rate, 1, 8, 0)
    head += b"fact" + struct.pack("<II", 4, count)
    data = b"data" + struct.pack("<I", count) + samples + b"\0" * (count % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(head) + len(data)) + b"WAVE" + head + data


def read_samples(file: bytes) -> bytes:
    """Return the codes in a file made by `wav`."""
    count = int.from_bytes(file[HEADER_BYTES - 4 : HEADER_BYTES], "little")
    return file[HEADER_BYTES : HEADER_BYTES + count]
