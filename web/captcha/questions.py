"""The challenge in plain text, for people who can neither see the picture nor hear the sound.

A program that reads French answers these easily: they stop untargeted robots, and tight rate limits
do the rest. They depend neither on sight nor on hearing: no ASCII art, no rhyme, nothing that a
braille display or a screen reader alters.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from string import ascii_lowercase
from typing import Final

from web.captcha.alphabet import normalise_answer
from web.captcha.vocabulary import (
    COMMON_WORDS,
    CONTENTS,
    FAMILIES,
    MONTHS,
    OPPOSITES,
    ORDINALS,
    WEEK,
    number_word,
    number_words,
)

# No-break spaces, as French typography wants them.
_ASK: Final = "\u00a0?"
_COLON: Final = "\u00a0:"

_ARTICLES: Final = ("le", "la", "les", "l", "un", "une", "lemot")
_FORGIVEN_FROM: Final = 5


@dataclass(frozen=True)
class Question:
    """A question and its accepted answers, normalised by `normalise_answer`.

    `rivals` are plausible wrong answers: typing one of them is not taken for a spelling mistake.
    """

    text: str
    answers: frozenset[str]
    rivals: frozenset[str] = frozenset()

    def accepts(self, typed: str) -> bool:
        """Return whether what was typed answers the question.

        One wrong, missing, extra or swapped letter is tolerated in a word of five letters or more,
        never in digits, and never when the result is as close to a wrong answer.
        """
        given = normalise_answer(typed)
        if given in self.answers or given in self.rivals:
            return given in self.answers
        return self._is_near(given, self.answers) and not self._is_near(given, self.rivals)

    @staticmethod
    def _is_near(given: str, words: frozenset[str]) -> bool:
        return any(
            len(word) >= _FORGIVEN_FROM and word.isalpha() and is_one_slip(given, word)
            for word in words
        )


def is_one_slip(given: str, word: str) -> bool:
    """Return whether two words differ by one missing, extra, wrong or swapped letter."""
    if abs(len(given) - len(word)) > 1:
        return False
    start = 0
    while start < min(len(given), len(word)) and given[start] == word[start]:
        start += 1
    a, b = given[start:], word[start:]
    swapped = a[:2] == b[1::-1] and a[2:] == b[2:]
    return swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]


def question(rng: random.Random) -> Question:
    """Return a question; the same state of `rng` gives the same one."""
    return rng.choice(_KINDS)(rng)


@cache
def _number_answers(value: int) -> frozenset[str]:
    return frozenset({str(value), *(normalise_answer(way) for way in number_words(value))})


def _number(text: str, value: int) -> Question:
    """Return a question answered by a number, in digits or in words."""
    rivals = frozenset().union(*(_number_answers(n) for n in range(100) if n != value))
    return Question(text, _number_answers(value), rivals)


def _word(text: str, word: str, others: Iterable[str]) -> Question:
    """Return a question answered by a word, in any gender or number, with or without article."""
    exact = normalise_answer(word)
    forms = {exact, exact + "e", exact + "s"}
    rivals = frozenset(normalise_answer(other) for other in others)
    answers = frozenset(forms | {article + exact for article in _ARTICLES}) - rivals
    return Question(text, answers, rivals)


def _letter(text: str, letter: str) -> Question:
    """Return a question answered by one letter, which tolerates no spelling mistake."""
    exact = normalise_answer(letter)
    answers = frozenset({exact, "lalettre" + exact})
    return Question(text, answers, frozenset("lalettre" + c for c in ascii_lowercase) - answers)


def _listed(words: list[str]) -> str:
    return ", ".join(words)


def _quoted(word: str) -> str:
    return f"«\u00a0{word}\u00a0»"


def _sum(rng: random.Random) -> Question:
    a, b = rng.randint(2, 40), rng.randint(2, 12)
    return _number(f"Combien font {number_word(a)} plus {number_word(b)}{_ASK}", a + b)


def _difference(rng: random.Random) -> Question:
    a, b = rng.randint(20, 60), rng.randint(2, 12)
    return _number(f"Combien font {number_word(a)} moins {number_word(b)}{_ASK}", a - b)


def _product(rng: random.Random) -> Question:
    times, of = rng.choice((2, 3, 5, 10)), rng.randint(3, 9)
    return _number(f"Combien font {number_word(times)} fois {number_word(of)}{_ASK}", times * of)


def _next_number(rng: random.Random) -> Question:
    number = rng.randint(11, 88)
    side, value = rng.choice((("après", number + 1), ("avant", number - 1)))
    return _number(f"Quel nombre vient juste {side} {number_word(number)}{_ASK}", value)


def _extreme_number(rng: random.Random) -> Question:
    numbers = rng.sample(range(3, 90), 4)
    adjective, value = rng.choice((("grand", max(numbers)), ("petit", min(numbers))))
    words = _listed([number_word(number) for number in numbers])
    return _number(f"Quel est le plus {adjective} de ces nombres{_COLON} {words}{_ASK}", value)


def _contents(rng: random.Random) -> Question:
    asked, each = rng.choice(CONTENTS)
    count = rng.randint(2, 5)
    return _number(f"{asked.format(number_word(count))}{_ASK}", count * each)


def _repeats(rng: random.Random) -> Question:
    wanted, *fillers = rng.sample(COMMON_WORDS, 4)
    times = rng.randint(2, 4)
    words = [wanted] * times + fillers
    rng.shuffle(words)
    asked = f"Combien de fois lit-on le mot {_quoted(wanted)} dans cette liste{_COLON}"
    return _number(f"{asked} {_listed(words)}{_ASK}", times)


def _family(rng: random.Random) -> Question:
    family, *wrong = rng.sample(list(FAMILIES), 5)
    word = rng.choice(FAMILIES[family])
    others = tuple(rng.choice(FAMILIES[name]) for name in wrong)
    words = [word, *others]
    rng.shuffle(words)
    return _word(
        f"Parmi ces mots, lequel est {family}{_COLON} {_listed(words)}{_ASK}", word, others
    )


def _nth_word(rng: random.Random) -> Question:
    words = rng.sample(COMMON_WORDS, 5)
    at = rng.randrange(len(words))
    others = tuple(word for word in words if word != words[at])
    asked = f"Quel est le {ORDINALS[at]} mot de cette liste{_COLON}"
    return _word(f"{asked} {_listed(words)}{_ASK}", words[at], others)


def _opposite(rng: random.Random) -> Question:
    word, opposite, subject = rng.choice(OPPOSITES)
    strangers = [pair for pair in OPPOSITES if pair[2] != subject]
    others = tuple(rng.choice(pair[:2]) for pair in rng.sample(strangers, 3))
    if rng.random() < 0.5:
        word, opposite = opposite, word
    words = [opposite, *others]
    rng.shuffle(words)
    asked = f"Parmi ces mots, lequel est le contraire de {_quoted(word)}{_COLON}"
    return _word(f"{asked} {_listed(words)}{_ASK}", opposite, others)


def _missing_letter(rng: random.Random) -> Question:
    word = rng.choice(COMMON_WORDS)
    at = rng.randrange(len(word))
    asked = f"Une lettre a été retirée du mot {_quoted(word)}, il reste"
    return _letter(f"{asked} {_quoted(word[:at] + word[at + 1 :])}. Laquelle{_ASK}", word[at])


def _edge_letter(rng: random.Random) -> Question:
    word = rng.choice(COMMON_WORDS + tuple(w for family in FAMILIES.values() for w in family))
    rank, letter = rng.choice((("première", word[0]), ("dernière", word[-1])))
    return _letter(f"Quelle est la {rank} lettre du mot {_quoted(word)}{_ASK}", letter)


def _calendar(rng: random.Random) -> Question:
    asked, names = rng.choice((("Quel jour", WEEK), ("Quel mois", MONTHS)))
    at = rng.randrange(len(names))
    side, step = rng.choice((("après", 1), ("avant", -1)))
    answer = names[(at + step) % len(names)]
    others = tuple(name for name in names if name != answer)
    return _word(f"{asked} vient juste {side} {names[at]}{_ASK}", answer, others)


_KINDS: Final[tuple[Callable[[random.Random], Question], ...]] = (
    _sum,
    _difference,
    _product,
    _next_number,
    _extreme_number,
    _contents,
    _repeats,
    _family,
    _nth_word,
    _opposite,
    _missing_letter,
    _edge_letter,
    _calendar,
)
