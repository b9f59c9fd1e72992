"""How much of what is typed is read: one bound for every parser of a number, a date or a code."""

from __future__ import annotations

# Past any of them, separators included; what is longer is refused before anything looks at it.
LONGEST_TYPED = 64
