"""Comparison of texts without case, accents or ligatures."""

from __future__ import annotations

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i"})


def fold(text: str) -> str:
    """Return `text` in lower case, without accents, with ligatures expanded."""
    if text.isascii():
        return text.lower()
    # Decomposing yields other capitals (of « ℬ ») and ligatures (of « ǣ »).
    opened = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_LIGATURES)
    return "".join(
        char for char in unicodedata.normalize("NFKD", opened) if not unicodedata.combining(char)
    )
