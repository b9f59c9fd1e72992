"""What no keyboard types and no page may hold is taken out of what is typed."""

from __future__ import annotations

_CONTROLS = frozenset((*range(0x20), *range(0x7F, 0xA0)))
_SURROGATES = range(0xD800, 0xE000)
_NONCHARACTERS = (
    *range(0xFDD0, 0xFDF0),
    *(plane * 0x10000 + last for plane in range(17) for last in (0xFFFE, 0xFFFF)),
)
_NEVER = dict.fromkeys((*_CONTROLS, *_SURROGATES, *_NONCHARACTERS))
_NOT_IN_A_LINE = {code: None for code in _NEVER if chr(code) != "\t"}
_NOT_IN_A_TEXT = {code: None for code in _NEVER if chr(code) not in "\t\n\r"}


def printable_line(text: str) -> str:
    """Without control characters, ends of lines among them, surrogates and noncharacters."""
    return text.translate(_NOT_IN_A_LINE)


def printable_text(text: str) -> str:
    """The same, with the ends of its lines."""
    return text.translate(_NOT_IN_A_TEXT)
