"""First names and birth names, kept as people write them."""

from __future__ import annotations

import enum
import unicodedata

LONGEST_NAME = 100

# Composing shortens a text at most fourfold; past that it is too long whatever it becomes, and
# composing a very long text is slow.
_LONGEST_UNCOMPOSED = 4 * LONGEST_NAME
_SPACES = frozenset(" \u00a0\u202f")
_HYPHENS = frozenset("-\u2010\u2011")
_APOSTROPHES = frozenset("'’")
_BETWEEN_LETTERS = _SPACES | _HYPHENS | _APOSTROPHES


class NameProblem(enum.Enum):
    """Why a text is not a name we accept."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CHARACTERS = "characters"


class InvalidName(ValueError):  # noqa: N818
    """Raised for a refused name; carries the problem and never what was typed."""

    def __init__(self, problem: NameProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def parse_name(text: str) -> str:
    """Return the name composed (NFC) and trimmed, otherwise as typed.

    Accepted: 1 to 100 letters of any script, spaces, hyphens, ' and ’, at least one of them a
    letter. Raises InvalidName.
    """
    trimmed = text.strip()
    if not trimmed:
        raise InvalidName(NameProblem.EMPTY)
    if len(trimmed) > _LONGEST_UNCOMPOSED:
        raise InvalidName(NameProblem.TOO_LONG)
    name = unicodedata.normalize("NFC", trimmed)
    if len(name) > LONGEST_NAME:
        raise InvalidName(NameProblem.TOO_LONG)
    if not _has_only_name_characters(name):
        raise InvalidName(NameProblem.CHARACTERS)
    return name


def _has_only_name_characters(name: str) -> bool:
    has_letter = after_letter = False
    for char in name:
        category = unicodedata.category(char)
        if category.startswith("L"):
            has_letter = after_letter = True
        elif category in ("Mn", "Mc"):
            # An accent that has no composed form belongs to the letter before it.
            if not after_letter:
                return False
        elif char in _BETWEEN_LETTERS:
            after_letter = False
        else:
            return False
    return has_letter
