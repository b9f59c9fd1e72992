"""From what a recogniser wrote down to the characters it heard."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from web.captcha.vocabulary import number_word

_DIGITS: Final = {str(digit): number_word(digit) for digit in range(10)}
_NEVER: Final = 1_000_000


def keep_letters(text: str) -> str:
    """Return the letters alone, without case or accents; digits in words."""
    worded = "".join(_DIGITS.get(sign, sign) for sign in text.casefold().replace("œ", "oe"))
    return "".join(c for c in unicodedata.normalize("NFKD", worded) if "a" <= c <= "z")


def name_characters(written: str, spelling: Mapping[str, str], lead_in: str, number: int) -> str:
    """Return the `number` characters whose spelling, after the lead-in, is nearest to `written`.

    Nearest is the least number of letters to add, drop or replace (Levenshtein). All sequences are
    compared, without knowledge of the right one; a guess is right one time in len(spelling).
    """
    heard = keep_letters(written)
    words = {character: keep_letters(text) for character, text in spelling.items()}
    costs = _Row([0] + [_NEVER] * len(heard), []).followed_by(keep_letters(lead_in), heard).costs
    named: list[list[tuple[str, int]]] = []
    for _ in range(number):
        rows = {c: _Row(costs, []).followed_by(word, heard) for c, word in words.items()}
        nearest = [min(rows, key=lambda c: rows[c].costs[end]) for end in range(len(heard) + 1)]
        named.append([(c, rows[c].starts[end]) for end, c in enumerate(nearest)])
        costs = [rows[c].costs[end] for end, c in enumerate(nearest)]
    found, end = "", len(heard)
    for choices in reversed(named):
        character, end = choices[end]
        found = character + found
    return found


@dataclass(frozen=True)
class _Row:
    """For each place in the heard letters: the cost of reaching it, and where the word began."""

    costs: list[int]
    starts: list[int]

    def followed_by(self, word: str, heard: str) -> _Row:
        """Return the row after a word."""
        costs, starts = list(self.costs), list(range(len(heard) + 1))
        for letter in word:
            next_costs, next_starts = [costs[0] + 1], [starts[0]]
            for end, other in enumerate(heard, 1):
                cost, start = min(
                    (costs[end - 1] + (letter != other), starts[end - 1]),
                    (costs[end] + 1, starts[end]),
                    (next_costs[-1] + 1, next_starts[-1]),
                )
                next_costs.append(cost)
                next_starts.append(start)
            costs, starts = next_costs, next_starts
        return _Row(costs, starts)
