"""The part of a sound that a player requests with the Range header (RFC 9110, 14.2).

Apple's players play nothing from a server that ignores it, and others cannot seek backwards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# One range, as players send; the RFC allows answering several with the whole.
_ONE_PART = re.compile(r"bytes=(\d{0,12})-(\d{0,12})\Z")


@dataclass(frozen=True)
class ByteRange:
    """The bytes from `first` to `last` (None: to the end), or the last `suffix` bytes."""

    first: int = 0
    last: int | None = None
    suffix: int | None = None

    def within(self, length: int) -> slice | None:
        """Return the slice of a content of `length` bytes; None when outside it."""
        if self.suffix is not None:
            return slice(max(length - self.suffix, 0), length) if self.suffix else None
        if self.first >= length:
            return None
        return slice(self.first, length if self.last is None else min(self.last + 1, length))


def parse_range(header: str) -> ByteRange | None:
    """Return the range that a header requests; None for the whole, or an invalid header."""
    found = _ONE_PART.match(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return ByteRange(suffix=int(found[2]))
    first, last = int(found[1]), int(found[2]) if found[2] else None
    if last is not None and last < first:
        return None
    return ByteRange(first, last)
