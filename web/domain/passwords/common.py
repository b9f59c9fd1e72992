"""Detection of common passwords: a common word with the usual decorations."""

from __future__ import annotations

import itertools
import re

from web.domain.passwords.stems import PREFIXES, STEMS, WALKS
from web.domain.text.folding import fold

_LONGEST_COMMON = 40
_MOST_SPECIALS = 4
_MOST_DIGIT_RUNS = 3
_SHORTEST_WALK = 3
# 1234, 4321, 1122, 2211, 2468, 8642; steps are modulo 10.
_USUAL_STEPS = ({1}, {9}, {0, 1}, {0, 9}, {2}, {8})
_LETTER = re.compile(r"[a-z]")
_NOT_LETTERS = re.compile(r"[^a-z]+")
_DIGITS = re.compile(r"[0-9]+")
_SPECIALS = re.compile(r"[^a-z0-9]")
_DATE = re.compile(r"(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])((19|20)?[0-9]{2})")

# 1 may stand for i or l: both readings are tried.
_LEET = "0134578@$!€|+"
_READINGS = (
    str.maketrans(_LEET, "oieastbasieit"),
    str.maketrans(_LEET, "oleastbaslelt"),
)
_NUMBERS = """
007 112 115 117 118 147 159 258 314 357 360 365 369 420 456 741 753 789 852 911 951 963 971 972 973
974 976 1515 1664 1789 1793 1805 1871 3141 7410 8520 9630 12369 14789 31415 147258 159357 159753
258369 753159 753951 951357 951753 147258369 741852963
"""
_KNOWN_NUMBERS = frozenset(_NUMBERS.split())
_LONGEST_PREFIX = max(map(len, PREFIXES))


def is_common(password: str) -> bool:
    """Return whether a password is a common word with plain decorations; ignores case and accents.

    Detected: a common word, keyboard walk or repeated letter, spelt plainly or with look-alikes (0
    for o, @ for a…), possibly doubled or after a small word, with the usual numbers (sequences,
    years, dates, repetitions…) and at most four special characters around or inside it.
    Random digits beside a common word are not detected: the strength meter covers them.
    """
    text = fold(password)
    if len(text) > _LONGEST_COMMON:
        return False
    letters = _NOT_LETTERS.sub("", text)
    if not letters:
        return False
    if _is_known_word(letters) and _is_plain_decoration(text):
        return True
    return _is_disguised(text)


def _is_disguised(text: str) -> bool:
    """Return whether a word spelt with look-alikes stands between plain decorations."""
    first_letter, last_letter = _LETTER.search(text), _LETTER.search(text[::-1])
    if first_letter is None or last_letter is None:
        return False
    begin, end = first_letter.start(), len(text) - last_letter.start()
    lead, core, tail = text[:begin], text[begin:end], text[end:]
    # "$oleil12", "prince$$12": look-alikes at either end may belong to the word.
    for first in range(_look_alikes(lead[::-1], 1) + 1):
        for last in range(_look_alikes(tail, 2) + 1):
            start = len(lead) - first
            word = lead[start:] + core + tail[:last]
            around = f"{lead[:start]}a{tail[last:]}"
            if _reads_as_known_word(word) and _is_plain_decoration(around):
                return True
    return False


def _look_alikes(signs: str, most: int) -> int:
    """Return the number of look-alikes that `signs` begins with, at most `most`."""
    count = 0
    while count < min(most, len(signs)) and signs[count] in _LEET:
        count += 1
    return count


def _reads_as_known_word(word: str) -> bool:
    readings = {word.translate(reading) for reading in _READINGS}
    return any(
        _is_known_word(_NOT_LETTERS.sub("", reading))
        for reading in readings
        if _DIGITS.search(reading) is None
    )


def _is_known_word(word: str) -> bool:
    if word in STEMS or word.rstrip("s") in STEMS:
        return True
    if len(word) >= _SHORTEST_WALK and word in WALKS:
        return True
    period = (word + word).find(word, 1)
    if period < len(word):
        # "aaaaa", "lolololo", "azertyazerty"
        return period <= _SHORTEST_WALK or _is_known_word(word[:period])
    return any(
        word[size:] in STEMS and word[:size] in PREFIXES for size in range(1, _LONGEST_PREFIX + 1)
    )


def _is_plain_decoration(text: str) -> bool:
    """Return whether the signs and numbers of `text` are the usual ones; ignores letters."""
    if len(_SPECIALS.findall(text)) > _MOST_SPECIALS:
        return False
    runs = _DIGITS.findall(text)
    if _is_usual_number("".join(runs)):
        return True
    return len(runs) <= _MOST_DIGIT_RUNS and all(map(_is_usual_number, runs))


def _is_usual_number(digits: str) -> bool:
    size = len(digits)
    if size <= 2 or digits in _KNOWN_NUMBERS:
        return True
    if digits in (digits + digits)[1:-1] or digits == digits[::-1]:
        return True
    # 001, 200, 75000
    if len(digits.lstrip("0")) == 1 or len(digits.rstrip("0")) == 1 or digits.endswith("000"):
        return True
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(digits)}
    if steps in _USUAL_STEPS:
        return True
    is_year = size == 4 and digits[:2] in ("19", "20")
    return is_year or _DATE.fullmatch(digits) is not None
