"""The rules for passwords, and the words of the strength meter."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Collection, Iterable

from web.domain.passwords.common import is_common
from web.domain.text.folding import fold

LEAST_LETTERS = 5
LEAST_DIGITS = 3
LEAST_CATEGORIES = 3
LONGEST_PASSWORD = 128
SERVICE_NAME = "Compte Formation"

_SHORTEST_PERSONAL = 3
# Shorter words in an organisation's name are articles: « les », « des ».
_SHORTEST_OF_ORGANISATION = 4
_NIR_PIECE = 6
# Composing shortens a text at most fourfold; longer ones are not composed, which would be slow.
_LONGEST_UNCOMPOSED = 4 * LONGEST_PASSWORD
_LETTERS = re.compile(r"[^\W\d_]+")
_SEPARATORS = re.compile(r"[\W_]+")


class Rule(enum.Enum):
    """A rule for passwords, in display order."""

    LETTERS = "letters"
    DIGITS = "digits"
    CATEGORIES = "categories"
    LENGTH = "length"
    COMMON = "common"
    PERSONAL = "personal"


class Strength(enum.Enum):
    """The four words of the strength meter."""

    FAIBLE = "Faible"
    MOYEN = "Moyen"
    FORT = "Fort"
    TRES_FORT = "Très fort"


_BY_SCORE = (
    Strength.FAIBLE,
    Strength.FAIBLE,
    Strength.MOYEN,
    Strength.FORT,
    Strength.TRES_FORT,
)


def normalise(password: str) -> str:
    """Return the password composed (NFC), otherwise unchanged and not trimmed.

    A password too long to be accepted is returned unchanged.
    """
    if len(password) > _LONGEST_UNCOMPOSED:
        return password
    return unicodedata.normalize("NFC", password)


def personal_words(
    *,
    nir: str = "",
    first_name: str = "",
    birth_name: str = "",
    usual_name: str = "",
    email: str = "",
    organisation: str = "",
) -> tuple[str, ...]:
    """Return the words that a password must not contain, folded, for the rule and for zxcvbn.

    The names and the e-mail's local part, whole and split into runs of letters; the organisation,
    whole and split into runs of four letters or more; the service's name; the NIR (13 characters)
    and all its substrings of six characters, hence all longer ones. Six avoids coincidences: five
    would forbid some postcodes. Words of fewer than three characters are left out.
    """
    local_part = email.rpartition("@")[0] or email
    words = [_joined(SERVICE_NAME)]
    for text in (first_name, birth_name, usual_name, local_part):
        words += [_joined(text), *_LETTERS.findall(fold(text))]
    words.append(_joined(organisation))
    words += [
        word
        for word in _LETTERS.findall(fold(organisation))
        if len(word) >= _SHORTEST_OF_ORGANISATION
    ]
    number = _joined(nir)
    words.append(number)
    words += [number[start : start + _NIR_PIECE] for start in range(len(number) - _NIR_PIECE + 1)]
    return tuple(dict.fromkeys(word for word in words if len(word) >= _SHORTEST_PERSONAL))


def unmet_rules(password: str, words: Iterable[str]) -> tuple[Rule, ...]:
    """Return the rules that the password breaks, in the order of Rule.

    `words` are those of personal_words. Required: at least 5 letters of any alphabet, 3 digits, 3
    of the 4 categories upper case, lower case, digit, special; at most 128 characters in NFC.
    """
    # One character beyond the limit is enough, however long the input.
    text = normalise(password)[: LONGEST_PASSWORD + 1]
    categories = [unicodedata.category(char) for char in text]
    letters = sum(category.startswith("L") for category in categories)
    met = {
        Rule.LETTERS: letters >= LEAST_LETTERS,
        Rule.DIGITS: categories.count("Nd") >= LEAST_DIGITS,
        Rule.CATEGORIES: _count_categories(categories) >= LEAST_CATEGORIES,
        Rule.LENGTH: len(text) <= LONGEST_PASSWORD,
        Rule.COMMON: not is_common(text),
        Rule.PERSONAL: not _contains_any(text, words),
    }
    return tuple(rule for rule in Rule if not met[rule])


def strength(zxcvbn_score: int, unmet: Collection[Rule]) -> Strength:
    """Return the strength for a zxcvbn score of 0 to 4; at most Moyen while a rule is unmet.

    Raises ValueError for another score.
    """
    if not 0 <= zxcvbn_score < len(_BY_SCORE):
        raise ValueError("a zxcvbn score goes from 0 to 4")
    if unmet:
        zxcvbn_score = min(zxcvbn_score, _BY_SCORE.index(Strength.MOYEN))
    return _BY_SCORE[zxcvbn_score]


def _count_categories(categories: Iterable[str]) -> int:
    kinds = set()
    for category in categories:
        if category in ("Lu", "Lt"):
            kinds.add("upper")
        elif category == "Ll":
            kinds.add("lower")
        elif category == "Nd":
            kinds.add("digit")
        # Caseless letters and combining marks belong to no category.
        elif category[0] not in "LM":
            kinds.add("special")
    return len(kinds)


def _contains_any(text: str, words: Iterable[str]) -> bool:
    folded = fold(text)
    joined = _SEPARATORS.sub("", folded)
    # Short words are not searched across separators, where they occur by coincidence.
    return any(
        word in folded or (len(word) >= _NIR_PIECE and word in joined) for word in words if word
    )


def _joined(text: str) -> str:
    return _SEPARATORS.sub("", fold(text))
