"""Words that the pages of sign-in share."""

from __future__ import annotations


def minutes(seconds: int) -> str:
    """« 3 minutes », rounded up."""
    whole = -(-seconds // 60)
    return f"{whole}\u00a0minutes" if whole > 1 else "une minute"
