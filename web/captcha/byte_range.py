"""The part of a sound that a player asks for, by the Range header (RFC 9110, 14.2).

Players of Apple's systems play nothing from a server that ignores it, and others cannot go back to
what was just said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# One part, as players ask; a request for several is answered with the whole, as it may be.
_ONE_PART = re.compile(r"bytes=(\d{0,12})-(\d{0,12})\Z")


@dataclass(frozen=True)
class ByteRange:
    """From the `first` byte to the `last` one (None: to the end), or the last `suffix` ones."""

    first: int = 0
    last: int | None = None
    suffix: int | None = None

    def within(self, length: int) -> slice | None:
        """Where it lies in so many bytes; None when it lies outside."""
        if self.suffix is not None:
            return slice(max(length - self.suffix, 0), length) if self.suffix else None
        if self.first >= length:
            return None
        return slice(self.first, length if self.last is None else min(self.last + 1, length))


def parse_range(header: str) -> ByteRange | None:
    """The part a Range header asks for; None for the whole, or when the header makes no sense."""
    found = _ONE_PART.match(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return ByteRange(suffix=int(found[2]))
    first, last = int(found[1]), int(found[2]) if found[2] else None
    if last is not None and last < first:
        return None
    return ByteRange(first, last)
