"""What no keyboard types, nobody sees or no page may hold is taken out of what is typed."""

from __future__ import annotations

from web.domain.characters import with_few_marks, without_invisible

_CONTROLS = frozenset((*range(0x20), *range(0x7F, 0xA0)))
_SURROGATES = range(0xD800, 0xE000)
_NONCHARACTERS = (
    *range(0xFDD0, 0xFDF0),
    *(plane * 0x10000 + last for plane in range(17) for last in (0xFFFE, 0xFFFF)),
)
_NEVER = dict.fromkeys((*_CONTROLS, *_SURROGATES, *_NONCHARACTERS))
_ENDS_OF_LINES = "\u2028\u2029"
_NOT_IN_A_LINE: dict[int, str | None] = {
    **{code: None for code in _NEVER if chr(code) != "\t"},
    **{ord(end): " " for end in _ENDS_OF_LINES},
}
_NOT_IN_A_TEXT: dict[int, str | None] = {
    **{code: None for code in _NEVER if chr(code) not in "\t\n\r"},
    **{ord(end): "\n" for end in _ENDS_OF_LINES},
}


def printable_line(text: str) -> str:
    """Without control characters, ends of lines among them, nor what nobody sees."""
    return _seen(text.translate(_NOT_IN_A_LINE))


def printable_text(text: str) -> str:
    """The same, with the ends of its lines."""
    return _seen(text.translate(_NOT_IN_A_TEXT))


def is_displayable(text: str) -> bool:
    """Whether a line holds no control character, surrogate nor noncharacter."""
    return text.translate(_NOT_IN_A_LINE) == text


def _seen(text: str) -> str:
    return with_few_marks(without_invisible(text))
