"""Rotation of a session's token after a POST.

The browser may miss the response that carried the new token, and send the same request again with
the old one: each copy of a request derives the same next token, and nobody else can.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rotation:
    """The digests of a session's current and next tokens."""

    earlier: bytes
    newer: bytes
