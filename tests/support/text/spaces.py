"""Texts compared without regard to their no-break spaces."""

from __future__ import annotations


def plain(text: str) -> str:
    """The text with plain spaces in place of its no-break spaces."""
    return text.replace("\u00a0", " ")
