"""The maximum length accepted by the parsers of numbers, dates and codes."""

from __future__ import annotations

# Longer than any valid value with separators; a longer text is refused without being parsed.
LONGEST_TYPED = 64
