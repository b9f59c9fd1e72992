r"""Patterns with overlapping quantified parts, whose cost grows faster than the text.

`([0-9])\s*[/ ]\s*([0-9])` tries every way of splitting a run of spaces.
"""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import web

# A sample of characters: ASCII, and one or more of each kind that parsers name.
ALPHABET = (
    "".join(map(chr, range(0x100))) + "\u0301\u0627\u0660\u200b\u2011\u2013\u202f\u2212\u3164€"
)
LOOP = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
NO_WIDTH = (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT)
Chars = frozenset[str]
NOTHING: Chars = frozenset()


class AmbiguousPatternError(Exception):
    """Two quantified parts can match the same character."""


def web_modules() -> Iterator[ModuleType]:
    """Every module of the program."""
    for module in pkgutil.walk_packages(web.__path__, "web."):
        if not module.name.endswith("__main__"):
            yield import_module(module.name)


def web_patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    """Every pattern of the program by location: module constants and literal calls."""
    for module in web_modules():
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield f"{module.__name__}.{name}", value
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.func.attr != "compile"
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(text := node.args[0].value, str)
            ):
                yield f"{module.__name__}:{node.lineno}", re.compile(text)


def check(pattern: re.Pattern[Any]) -> None:
    """Raise AmbiguousPatternError for overlapping quantified parts."""
    source = pattern.pattern
    text = source if isinstance(source, str) else source.decode("latin-1")
    flags = pattern.flags & (re.IGNORECASE | re.DOTALL | re.MULTILINE | re.VERBOSE)
    parsed = _parser.parse(text, flags)
    _walk(parsed, parsed.state, NOTHING)


def _walk(items: Any, state: Any, before: Chars) -> Chars:
    """Walk a sequence; `before` is the set that a quantified part ending here can match.

    Return the same for the end of the sequence.
    """
    for operation, argument in items:
        if operation in NO_WIDTH:
            continue
        if operation in LOOP:
            least, most, body = argument
            before = _loop(least, most, body, state, before)
        elif operation is _constants.SUBPATTERN:
            before = _walk(argument[3], state, before)
        elif operation is _constants.BRANCH:
            ends = [_walk(branch, state, before) for branch in argument[1]]
            before = frozenset().union(*ends)
        else:
            # Its end is ambiguous only if it can match the same characters as the preceding part.
            before &= _chars([(operation, argument)], state)
    return before


def _loop(least: int, most: Any, body: Any, state: Any, before: Chars) -> Chars:
    chars = _chars(body, state)
    if least == most or most == 1:
        # A fixed count, or at most one: only its content can be ambiguous.
        once = _walk(body, state, before)
        return once if least else before | once
    if before & chars:
        raise AmbiguousPatternError(sorted(before & chars))
    _walk(body, state, _walk(body, state, NOTHING))
    return chars if least else before | chars


def _chars(items: Any, state: Any) -> Chars:
    """Every character that any part of a sequence can match."""
    found: set[str] = set()
    for operation, argument in items:
        if operation in NO_WIDTH:
            continue
        if operation in LOOP:
            found |= _chars(argument[2], state)
        elif operation is _constants.SUBPATTERN:
            found |= _chars(argument[3], state)
        elif operation is _constants.BRANCH:
            for branch in argument[1]:
                found |= _chars(branch, state)
        else:
            alone = _parser.SubPattern(state, [(operation, argument)])
            one = _compiler.compile(alone, state.flags)
            found |= {char for char in ALPHABET if one.fullmatch(char)}
    return frozenset(found)
