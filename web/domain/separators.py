"""Reading numbers that people type or paste with separators in them."""

from __future__ import annotations

import unicodedata

# Zs: every kind of space, Pd: every kind of dash, Cf: invisible marks that a paste brings along.
_IGNORED_CATEGORIES = frozenset({"Zs", "Pd", "Cf"})


def without_separators(text: str) -> str:
    """Return `text` without spaces of any kind, line ends, dashes, dots and invisible marks."""
    return "".join(
        char
        for char in text
        if char != "."
        and not char.isspace()
        and unicodedata.category(char) not in _IGNORED_CATEGORIES
    )
