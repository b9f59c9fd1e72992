"""Removal of control, invisible and unprintable characters from typed text."""

from __future__ import annotations

from web.domain.text.characters import INVISIBLE, with_few_marks, without_lost_joiners

NBSP = "\u00a0"

_CONTROLS = frozenset((*range(0x20), *range(0x7F, 0xA0)))
_SURROGATES = range(0xD800, 0xE000)
_NONCHARACTERS = (
    *range(0xFDD0, 0xFDF0),
    *(plane * 0x10000 + last for plane in range(17) for last in (0xFFFE, 0xFFFF)),
)
_NEVER = frozenset((*_CONTROLS, *_SURROGATES, *_NONCHARACTERS))
_KEPT_IN_A_LINE, _KEPT_IN_A_TEXT = frozenset({0x09}), frozenset({0x09, 0x0A, 0x0D})
_ENDS_OF_LINES = (0x2028, 0x2029)

_UNDISPLAYABLE = dict.fromkeys(_NEVER - _KEPT_IN_A_LINE)
_IN_A_LINE: dict[int, str | None] = {
    **dict.fromkeys((_NEVER | INVISIBLE) - _KEPT_IN_A_LINE),
    **dict.fromkeys(_ENDS_OF_LINES, " "),
}
_IN_A_TEXT: dict[int, str | None] = {
    **dict.fromkeys((_NEVER | INVISIBLE) - _KEPT_IN_A_TEXT),
    **dict.fromkeys(_ENDS_OF_LINES, "\n"),
}


def printable_line(text: str) -> str:
    """Return the text without control (line breaks included) and invisible characters."""
    return _normalised(text.translate(_IN_A_LINE))


def printable_text(text: str) -> str:
    """Return the text without control and invisible characters; line breaks are kept."""
    return _normalised(text.translate(_IN_A_TEXT))


def is_displayable(text: str) -> bool:
    """Return whether a line has no control character, surrogate or noncharacter."""
    return text.translate(_UNDISPLAYABLE) == text


def _normalised(text: str) -> str:
    return with_few_marks(without_lost_joiners(text))
