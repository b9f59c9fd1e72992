"""Programs of the system, and their configurations with the places of a test."""

from __future__ import annotations

import shutil

SERVER_PATHS = "/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin"


def program(name: str) -> str | None:
    """The path of a program, or None where it is not installed."""
    return shutil.which(name) or shutil.which(name, path=SERVER_PATHS)


def changed(text: str, changes: dict[str, str]) -> str:
    """The text with each of these replaced; all of them must occur in it."""
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text
