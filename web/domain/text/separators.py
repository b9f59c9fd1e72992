"""Removal of the separators in typed or pasted numbers."""

from __future__ import annotations

import unicodedata

# Zs: spaces; Pd: dashes; Cf: invisible marks, common in pasted text.
_IGNORED_CATEGORIES = frozenset({"Zs", "Pd", "Cf"})


def without_separators(text: str) -> str:
    """Return `text` without whitespace, dashes, dots and invisible marks."""
    return "".join(
        char
        for char in text
        if char != "."
        and not char.isspace()
        and unicodedata.category(char) not in _IGNORED_CATEGORIES
    )
