"""First names and birth names, kept as people write them."""

from __future__ import annotations

import enum
import unicodedata
from functools import lru_cache

from web.domain.characters import JOINERS, MOST_ACCENTS, accents_of, without_invisible
from web.domain.folding import fold

LONGEST_NAME = 100

# Composing shortens a text at most fourfold; past that it is too long whatever it becomes, and
# composing a very long text is slow.
_LONGEST_UNCOMPOSED = 4 * LONGEST_NAME
_SPACES = frozenset(" \u00a0\u202f")
_HYPHEN, _APOSTROPHES = "-", frozenset("'’")
_BETWEEN_LETTERS = _SPACES | _APOSTROPHES | {_HYPHEN}
# What keyboards, word processors and other scripts write for these signs.
_TWINS = str.maketrans(
    {
        **dict.fromkeys("‘‛′\uff07\u055a\u05f3\ua78b\ua78c", "’"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", _HYPHEN),
        **dict.fromkeys("\ufe58\ufe63\uff0d\u058a\u05be", _HYPHEN),
        **dict.fromkeys(map(chr, (*range(0x2000, 0x200B), 0x205F, 0x3000)), " "),
    }
)
# Typed for an apostrophe, and only between letters.
_ACCENTS_ALONE = frozenset("`´")

# Scripts that people write their names in today. Among the letters of the others, and among those
# that are neither capital nor small in Latin, are some that look like signs: « ꓸ », « ǃ », « ꞏ ».
# So are some of the Tuareg letters.
_SCRIPTS_WITH_CAPITALS = frozenset({"ARMENIAN", "CYRILLIC", "GREEK", "LATIN"})
_OTHER_SCRIPTS = """
ADLAM ARABIC BENGALI BOPOMOFO CHEROKEE CJK DEVANAGARI ETHIOPIC GEORGIAN GUJARATI GURMUKHI HANGUL
HEBREW HIRAGANA KANNADA KATAKANA KHMER LAO MALAYALAM MONGOLIAN MYANMAR NKO ORIYA SINHALA SYRIAC
TAMIL TELUGU THAANA THAI TIBETAN TIFINAGH
"""
_SCRIPTS = _SCRIPTS_WITH_CAPITALS.union(_OTHER_SCRIPTS.split())
# How Unicode names the letters of these scripts, unlike their signs and abbreviations.
_LETTERS = frozenset({"LETTER", "SYLLABLE", "CHARACTER", "VOWEL", "LIGATURE"})
_CASED = frozenset({"Lu", "Ll", "Lt"})
# Ordinals (« Mª »), the Hawaiian ʻokina and the apostrophe that is a letter; marks of repetition
# and length, in Japanese, Thai and Lao.
_OTHER_LETTERS = frozenset("ªº\u02bb\u02bc\u3005\u30fc\u0e46\u0ec6")


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

    Accepted: 1 to 100 letters of the scripts people write their names in, with three accents at
    most, spaces, hyphens, ' and ’, at least one of them a letter. What looks like a hyphen or an
    apostrophe becomes - or ’; what nobody sees is dropped. Raises InvalidName.
    """
    trimmed = text.strip()
    if len(trimmed) > _LONGEST_UNCOMPOSED:
        raise InvalidName(NameProblem.TOO_LONG)
    seen = without_invisible(trimmed).translate(_TWINS).strip()
    if not seen:
        raise InvalidName(NameProblem.EMPTY)
    name = _with_apostrophes(unicodedata.normalize("NFC", seen))
    if len(name) > LONGEST_NAME:
        raise InvalidName(NameProblem.TOO_LONG)
    if not _has_only_name_characters(name):
        raise InvalidName(NameProblem.CHARACTERS)
    return name


def _with_apostrophes(name: str) -> str:
    if _ACCENTS_ALONE.isdisjoint(name):
        return name
    last = len(name) - 1
    return "".join(
        "’"
        if char in _ACCENTS_ALONE
        and 0 < place < last
        and _is_letter(name[place - 1])
        and _is_letter(name[place + 1])
        else char
        for place, char in enumerate(name)
    )


def same_letters(name: str) -> str:
    """The letters of a name without case, accents, spaces, hyphens or apostrophes.

    Two ways of typing one name give the same text.
    """
    letters = (char for char in fold(name) if unicodedata.category(char).startswith("L"))
    # A letter of its own may be made of none, as isolated Arabic vowels are.
    return "".join(letters) or name


def _has_only_name_characters(name: str) -> bool:
    has_letter = after_letter = False
    accents = 0
    for char in name:
        if _is_letter(char):
            has_letter = after_letter = True
            accents = accents_of(char)
        elif unicodedata.category(char) in ("Mn", "Mc"):
            # An accent that has no composed form belongs to the letter before it.
            accents += 1
            if not after_letter or accents > MOST_ACCENTS:
                return False
        elif char in _BETWEEN_LETTERS:
            after_letter = False
        elif char not in JOINERS or not after_letter:
            return False
    return has_letter


@lru_cache(maxsize=2048)
def _is_letter(char: str) -> bool:
    category = unicodedata.category(char)
    if category[0] != "L" or char in _OTHER_LETTERS:
        return char in _OTHER_LETTERS
    script, *words = unicodedata.name(char, "").split() or [""]
    if script not in _SCRIPTS or category == "Lm" or "TUAREG" in words:
        return False
    if script in _SCRIPTS_WITH_CAPITALS:
        return category in _CASED and not _LETTERS.isdisjoint(words)
    # Of Korean, whole syllables: its letters alone are written by nobody, and « ㆍ » is one.
    kinds = {"SYLLABLE"} if script == "HANGUL" else _LETTERS - {"LIGATURE"}
    return script == "CJK" or not kinds.isdisjoint(words)
