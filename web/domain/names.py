"""Validation of first names and birth names, kept as people write them."""

from __future__ import annotations

import enum
import unicodedata
from functools import lru_cache

from web.domain.text.characters import JOINERS, MOST_ACCENTS, accents_of, without_invisible
from web.domain.text.folding import fold

LONGEST_NAME = 100

# Composing shortens a text at most fourfold: a longer one is refused without composing it, which
# would be slow.
_LONGEST_UNCOMPOSED = 4 * LONGEST_NAME
_SPACES = frozenset(" \u00a0\u202f")
_HYPHEN, _APOSTROPHES = "-", frozenset("'’")
_BETWEEN_LETTERS = _SPACES | _APOSTROPHES | {_HYPHEN}
# Variants of these signs from keyboards, word processors and other scripts.
_TWINS = str.maketrans(
    {
        **dict.fromkeys("‘‛′\uff07\u055a\u05f3\ua78b\ua78c", "’"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", _HYPHEN),
        **dict.fromkeys("\ufe58\ufe63\uff0d\u058a\u05be", _HYPHEN),
        **dict.fromkeys(map(chr, (*range(0x2000, 0x200B), 0x205F, 0x3000)), " "),
    }
)
# Typed instead of an apostrophe; converted between letters only.
_ACCENTS_ALONE = frozenset("`´")

# Scripts in which names are written today. Other scripts, caseless Latin letters and Tuareg letters
# include some that look like signs: « ꓸ », « ǃ », « ꞏ ».
_SCRIPTS_WITH_CAPITALS = frozenset({"ARMENIAN", "CYRILLIC", "GREEK", "LATIN"})
_OTHER_SCRIPTS = """
ADLAM ARABIC BENGALI BOPOMOFO CHEROKEE CJK DEVANAGARI ETHIOPIC GEORGIAN GUJARATI GURMUKHI HANGUL
HEBREW HIRAGANA KANNADA KATAKANA KHMER LAO MALAYALAM MONGOLIAN MYANMAR NKO ORIYA SINHALA SYRIAC
TAMIL TELUGU THAANA THAI TIBETAN TIFINAGH
"""
_SCRIPTS = _SCRIPTS_WITH_CAPITALS.union(_OTHER_SCRIPTS.split())
# Words in the Unicode names of letters, as opposed to signs and abbreviations.
_LETTERS = frozenset({"LETTER", "SYLLABLE", "CHARACTER", "VOWEL", "LIGATURE"})
_CASED = frozenset({"Lu", "Ll", "Lt"})
# Ordinals (« Mª »), the Hawaiian ʻokina and the modifier apostrophe; repetition and length marks of
# Japanese, Thai and Lao.
_OTHER_LETTERS = frozenset("ªº\u02bb\u02bc\u3005\u30fc\u0e46\u0ec6")


class NameProblem(enum.Enum):
    """The reason why a name is refused."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CHARACTERS = "characters"


class InvalidName(ValueError):  # noqa: N818
    """Raised for a refused name; carries the problem, never the input."""

    def __init__(self, problem: NameProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def parse_name(text: str) -> str:
    """Return the name composed (NFC) and trimmed, otherwise as typed.

    Accepted: 1 to 100 characters, at least one of them a letter: letters of living scripts with at
    most three accents, spaces, hyphens, ' and ’. Variants of hyphens and apostrophes become - or ’;
    invisible characters are removed. Raises InvalidName.
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
    """Return a name's letters without case, accents, spaces, hyphens or apostrophes.

    For comparison: all spellings of a name give the same text.
    """
    letters = (char for char in fold(name) if unicodedata.category(char).startswith("L"))
    # Folding may leave no letter, as with isolated Arabic vowels.
    return "".join(letters) or name


def _has_only_name_characters(name: str) -> bool:
    has_letter = after_letter = False
    accents = 0
    for char in name:
        if _is_letter(char):
            has_letter = after_letter = True
            accents = accents_of(char)
        elif unicodedata.category(char) in ("Mn", "Mc"):
            # An accent without a composed form belongs to the previous letter.
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
    # Hangul: whole syllables only; isolated letters are not used, and « ㆍ » looks like a sign.
    kinds = {"SYLLABLE"} if script == "HANGUL" else _LETTERS - {"LIGATURE"}
    return script == "CJK" or not kinds.isdisjoint(words)
