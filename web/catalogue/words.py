"""What is read in a title and in a search: words without case or accents, and their pieces.

The catalogue and what is typed go through the same functions: that is what makes them meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

from web.core.text import printable_line
from web.domain.folding import fold

MAX_TYPED = 100
MAX_WORDS = 10
# One letter is in most titles.
SHORTEST = 2
# A code CPF has 6 digits at most; an RNCP number may have more.
LONGEST_NUMBER = 10

# Words that need not be found: « une formation de menuisier en Bretagne » asks for a menuisier and
# for Bretagne. What has them all the same comes first. Articles alone ask for nothing.
ARTICLES = "a au aux avec chez d dans de des du en et l la le les ou par pour sans sur un une"
GENERALITIES = "apprendre certification devenir diplome formation formations metier metiers stage"
_ARTICLES = frozenset(ARTICLES.split())
_LITTLE = _ARTICLES | frozenset(GENERALITIES.split())
# « code CPF 146 512 », « RNCP n° 91234 »: what is said before a number.
_BEFORE_A_NUMBER = frozenset({"code", "cpf", "rncp", "n", "no", "numero"})
_WORD = re.compile(r"[^\W_]+")
_GLUED = re.compile(r"(?:rncp|cpf)([0-9]+)")


@dataclass(frozen=True)
class Query:
    """What is searched: `text` as typed, tidied; its `words` folded; `number` when it is one."""

    text: str
    words: tuple[str, ...]
    number: str

    @property
    def is_too_short(self) -> bool:
        """Not enough was typed for an answer to be of use."""
        longest = max((len(word) for word in self.words if word not in _ARTICLES), default=0)
        return not self.number and longest < SHORTEST

    @property
    def telling(self) -> list[bool]:
        """For each word, whether it must be found: little words need not, unless they are all."""
        told = [word not in _LITTLE for word in self.words]
        return told if any(told) else [True] * len(told)


def read_query(text: str) -> Query:
    """Read what was typed; past a hundred characters or ten words, the rest is left out."""
    typed = " ".join(printable_line(text[:MAX_TYPED]).split())
    words = words_of(typed)
    return Query(typed, tuple(dict.fromkeys(words))[:MAX_WORDS], _number(words))


def words_of(text: str) -> list[str]:
    """The words of a text, folded, in order: « Main-d’œuvre » gives main, d, oeuvre."""
    return _WORD.findall(fold(text))


def spellings_of(text: str) -> Iterator[tuple[str, str]]:
    """Each word folded, and as it is written: « Œuvre » gives oeuvre and œuvre."""
    for written in _WORD.findall(normalize("NFC", text).lower()):
        yield fold(written), written


def pieces_of(word: str) -> list[str]:
    """The pieces of three letters of a word, its beginning and its end marked by spaces."""
    padded = f"  {word} "
    return sorted({padded[start : start + 3] for start in range(len(padded) - 2)})


def _number(words: list[str]) -> str:
    glued = [_GLUED.sub(r"\1", word) for word in words if word not in _BEFORE_A_NUMBER]
    number = "".join(glued)
    is_number = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    return number if is_number else ""
