"""Comparing texts without case, accents or ligatures."""

from __future__ import annotations

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i"})


def fold(text: str) -> str:
    """Return `text` in lower case, without accents, ligatures opened."""
    if text.isascii():
        return text.lower()
    opened = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(char for char in opened if not unicodedata.combining(char))
