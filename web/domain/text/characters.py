"""Removal of invisible characters, and of excess combining marks ("zalgo" text)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Accents per letter: up to two in Vietnamese, three in pointed Hebrew.
MOST_ACCENTS = 3
# Including the vowel signs that some scripts write beside their letters.
MOST_MARKS = 6

# Format characters (Cf), Unicode's default ignorable code points, letters and signs drawn as
# blanks, and the object replacement characters.
_INVISIBLE_RANGES = (
    (0xAD, 0xAD),
    (0x34F, 0x34F),
    (0x600, 0x605),
    (0x61C, 0x61C),
    (0x6DD, 0x6DD),
    (0x70F, 0x70F),
    (0x890, 0x891),
    (0x8E2, 0x8E2),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200B),
    (0x200E, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFC),
    (0x110BD, 0x110BD),
    (0x110CD, 0x110CD),
    (0x13430, 0x1343F),
    (0x1BCA0, 0x1BCA3),
    (0x1D159, 0x1D159),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
INVISIBLE = frozenset(code for first, last in _INVISIBLE_RANGES for code in range(first, last + 1))
_DROPPED = dict.fromkeys(INVISIBLE)
JOINERS = "\u200c\u200d"
# Persian and Indic scripts spell with joiners; between other characters these have no effect.
_JOINED = "[\u0620-\u109f\u1780-\u18af]"
_LOST_JOINER = re.compile(f"(?<!{_JOINED})[{JOINERS}]|[{JOINERS}](?!{_JOINED})")
# All marks lie in this range. For speed, texts within the basic plane use a pattern without the
# marks beyond it: `re` tests those with ranges, which are slower than its bitmap sets.
_MARKS = [char for char in map(chr, range(0x300, 0x1F000)) if unicodedata.category(char)[0] == "M"]
_LAST_OF_THE_BASIC_PLANE = "\uffff"


def _excess_marks(marks: Iterable[str]) -> re.Pattern[str]:
    return re.compile(f"[{''.join(marks)}]{{{MOST_ACCENTS},}}")


_EXCESS_MARKS = _excess_marks(char for char in _MARKS if char <= _LAST_OF_THE_BASIC_PLANE)
_EXCESS_MARKS_ALL_PLANES = _excess_marks(_MARKS)


def without_invisible(text: str) -> str:
    """Return `text` without invisible characters."""
    if text.isascii():
        return text
    return without_lost_joiners(text.translate(_DROPPED))


def without_lost_joiners(text: str) -> str:
    """Return `text` without joiners outside the scripts that use them."""
    if JOINERS[0] not in text and JOINERS[1] not in text:
        return text
    return _LOST_JOINER.sub("", text)


def with_few_marks(text: str) -> str:
    """Return `text` with at most MOST_ACCENTS accents and MOST_MARKS marks per letter."""
    if text.isascii():
        return text
    excess = _EXCESS_MARKS if max(text) <= _LAST_OF_THE_BASIC_PLANE else _EXCESS_MARKS_ALL_PLANES
    return excess.sub(_first_marks, text)


def accents_of(letter: str) -> int:
    """Return the number of accents in a composed letter: 2 for « ễ »."""
    decomposed = "" if letter.isascii() else unicodedata.normalize("NFD", letter)
    return sum(unicodedata.category(char) in ("Mn", "Me") for char in decomposed)


def _first_marks(pile: re.Match[str]) -> str:
    kept: list[str] = []
    start = pile.start()
    accents = accents_of(pile.string[start - 1 : start]) if start else 0
    for mark in pile.group():
        accents += unicodedata.category(mark) != "Mc"
        if len(kept) < MOST_MARKS and accents <= MOST_ACCENTS:
            kept.append(mark)
    return "".join(kept)
