"""Stored values of a vocabulary, some of which a later version of the program may have added.

The schema may be newer than the program: during an upgrade, or after a return to the version
before. Pages that only show a value use these; code that acts on one calls the enum, which refuses
a value it does not have.
"""

from __future__ import annotations

import enum
from typing import Protocol, TypeVar


class Labelled(Protocol):
    """A value with a French label."""

    @property
    def label(self) -> str:
        """The label."""


Value = TypeVar("Value", bound=enum.StrEnum)


def known_value(vocabulary: type[Value], text: str | None) -> Value | None:
    """Return the value of this text, None for one that this version does not have."""
    return next((value for value in vocabulary if value.value == text), None)


def get_label(value: Labelled | None, other: str) -> str:
    """Return the label of a value, `other` for None."""
    return value.label if value else other
