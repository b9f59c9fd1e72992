"""The words of a title or a search, without case or accents, and their trigrams.

The import and the search must use the same functions, so that their words match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

from web.core.text import printable_line
from web.domain.text.folding import fold

MAX_TYPED = 100
MAX_WORDS = 10
# A single letter occurs in most titles.
SHORTEST = 2
# A code CPF has 6 digits at most; an RNCP number may have more.
LONGEST_NUMBER = 10

# Stop words, optional in a match: « une formation de menuisier en Bretagne » requires « menuisier »
# and « Bretagne ». Results that also contain them rank higher. Articles alone are no search.
ARTICLES = "a au aux avec chez d dans de des du en et l la le les ou par pour sans sur un une"
GENERALITIES = "apprendre certification devenir diplome formation formations metier metiers stage"
_ARTICLES = frozenset(ARTICLES.split())
_STOP_WORDS = _ARTICLES | frozenset(GENERALITIES.split())
# Words that may precede a number: « code CPF 146 512 », « RNCP n° 91234 ».
_BEFORE_A_NUMBER = frozenset({"code", "cpf", "rncp", "n", "no", "numero"})
_WORD = re.compile(r"[^\W_]+")
_GLUED = re.compile(r"(?:rncp|cpf)([0-9]+)")


@dataclass(frozen=True)
class Query:
    """A search: `text`, spaces normalised; its folded `words`; `number`, or '' if it is not one."""

    text: str
    words: tuple[str, ...]
    number: str

    @property
    def is_too_short(self) -> bool:
        """Return whether the text is too short for a useful answer."""
        longest = max((len(word) for word in self.words if word not in _ARTICLES), default=0)
        return not self.number and longest < SHORTEST

    @property
    def significant(self) -> list[bool]:
        """For each word, whether it is required: stop words are not, unless there are no others."""
        required = [word not in _STOP_WORDS for word in self.words]
        return required if any(required) else [True] * len(required)


def read_query(text: str) -> Query:
    """Parse a search; anything past MAX_TYPED characters or MAX_WORDS words is ignored."""
    typed = " ".join(printable_line(text[:MAX_TYPED]).split())
    words = words_of(typed)
    return Query(typed, tuple(dict.fromkeys(words))[:MAX_WORDS], _number(words))


def words_of(text: str) -> list[str]:
    """Return the folded words of a text, in order: « Main-d’œuvre » gives main, d, oeuvre."""
    return _WORD.findall(fold(text))


def spellings_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield each word folded, and its spelling: « Œuvre » gives oeuvre and œuvre."""
    for written in _WORD.findall(normalize("NFC", text).lower()):
        yield fold(written), written


def split_trigrams(word: str) -> list[str]:
    """Return the trigrams of a word, padded with spaces at both ends."""
    padded = f"  {word} "
    return sorted({padded[start : start + 3] for start in range(len(padded) - 2)})


def _number(words: list[str]) -> str:
    glued = [_GLUED.sub(r"\1", word) for word in words if word not in _BEFORE_A_NUMBER]
    number = "".join(glued)
    is_number = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    return number if is_number else ""
