"""A robot that reads the text questions: thirteen regular expressions and the public vocabulary.

It shows that the question only costs a dedicated program one more request; the limits are the
remaining protection.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Final

from web.captcha.questions import question
from web.captcha.vocabulary import (
    CONTENTS,
    FAMILIES,
    MONTHS,
    OPPOSITES,
    ORDINALS,
    WEEK,
    number_word,
)

_NUMBERS: Final = {number_word(number): number for number in range(100)}
_FAMILY_OF: Final = {word: name for name, words in FAMILIES.items() for word in words}
_OPPOSITE_OF: Final = {one: other for a, b, _ in OPPOSITES for one, other in ((a, b), (b, a))}
_EACH: Final = {asked.partition("{}")[2].strip(): each for asked, each in CONTENTS}


def _next_to(word: str, side: str) -> str:
    names = WEEK if word in WEEK else MONTHS
    return names[(names.index(word) + (1 if side == "après" else -1)) % len(names)]


def _missing(word: str, rest: str) -> str:
    return next(iter(Counter(word) - Counter(rest)))


_READINGS: Final[list[tuple[str, Callable[..., object]]]] = [
    (r"Combien font (.+) plus (.+)", lambda a, b: _NUMBERS[a] + _NUMBERS[b]),
    (r"Combien font (.+) moins (.+)", lambda a, b: _NUMBERS[a] - _NUMBERS[b]),
    (r"Combien font (.+) fois (.+)", lambda a, b: _NUMBERS[a] * _NUMBERS[b]),
    (
        r"Quel nombre vient juste (après|avant) (.+)",
        lambda side, a: _NUMBERS[a] + (1 if side == "après" else -1),
    ),
    (
        r"Quel est le plus (grand|petit) de ces nombres : (.+)",
        lambda which, listed: (max if which == "grand" else min)(
            _NUMBERS[one] for one in listed.split(", ")
        ),
    ),
    (
        r"Combien de fois lit-on le mot « (.+) » dans cette liste : (.+)",
        lambda word, listed: listed.split(", ").count(word),
    ),
    (
        r"Combien d.+ (?:dans|en tout) (\w+) (.+)",
        lambda count, what: _NUMBERS[count] * _EACH[what],
    ),
    (
        r"Parmi ces mots, lequel est le contraire de « (.+) » : .+",
        lambda word: _OPPOSITE_OF[word],
    ),
    (
        r"Parmi ces mots, lequel est (.+) : (.+)",
        lambda family, listed: next(w for w in listed.split(", ") if _FAMILY_OF[w] == family),
    ),
    (
        r"Quel est le (\w+) mot de cette liste : (.+)",
        lambda rank, listed: listed.split(", ")[ORDINALS.index(rank)],
    ),
    (r"Une lettre a été retirée du mot « (.+) », il reste « (.+) »\. Laquelle", _missing),
    (
        r"Quelle est la (première|dernière) lettre du mot « (.+) »",
        lambda rank, word: word[0 if rank == "première" else -1],
    ),
    (r"Quel (?:jour|mois) vient juste (après|avant) (.+)", lambda side, a: _next_to(a, side)),
]


def answer(asked: str) -> str:
    """The answer to a question; '' if the robot does not know it."""
    plain = re.sub(r"[\u00a0\u202f]", " ", asked).removesuffix("?").strip()
    for pattern, read in _READINGS:
        if found := re.fullmatch(pattern, plain):
            return str(read(*found.groups()))
    return ""


def answered_right(number: int, seed: int) -> int:
    """Count the questions, out of `number`, that the robot answers with one try each."""
    rng = random.Random(seed)
    return sum(one.accepts(answer(one.text)) for one in (question(rng) for _ in range(number)))
