"""The characters of a challenge: which ones, how they are chosen and how an answer is read.

Looked at and listened to, each character must be told from every other one:

* round shapes: 0, O, Q and D are out, and G because it passes for 6 or C;
* sticks: 1, I and J are out, and 7, which is a 1 once turned and crossed; L stays alone;
* curls: 5 and S, 2 and Z, 8 and B are out, which leaves 3 alone;
* what one more or one less stroke changes, since lines cross the picture: F (E), P (R), N (H, M),
  V (U) and Y (K, X) are out;
* what turning changes: W (M) is out; with rotations under 25° 6 and 9 stay apart.

Only capitals are drawn: their outlines differ more than those of small letters. Names of letters
that rhyme in French (B, C, D, G, P, T, V; F and S; M and N; J and G) lose most of their members
this way: T and C are the only ones of the first family, and nothing else rhymes. A telephone-like
sound still blurs T and C, A and K, so that each letter is read with the first name that spells it
on the telephone in France ("M comme Marie") and each digit is announced as one.
"""

from __future__ import annotations

import unicodedata
from typing import Final

ALPHABET: Final = "acehklmrtux3469"
ANSWER_LENGTH: Final = 6
SEED_BYTES: Final = 16

SPELLING: Final[dict[str, str]] = {
    "a": "A comme Anatole",
    "c": "C comme Célestin",
    "e": "E comme Eugène",
    "h": "H comme Henri",
    "k": "K comme Kléber",
    "l": "L comme Louis",
    "m": "M comme Marie",
    "r": "R comme Raoul",
    "t": "T comme Thérèse",
    "u": "U comme Ursule",
    "x": "X comme Xavier",
    "3": "le chiffre trois",
    "4": "le chiffre quatre",
    "6": "le chiffre six",
    "9": "le chiffre neuf",
}

# Letters that Unicode does not decompose and that French writes in two.
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae"})


def characters(random_bytes: bytes) -> str:
    """Return the ANSWER_LENGTH characters that the random bytes stand for, in small letters.

    The bytes are read as one large number: no character is favoured by more than
    15⁶ / 2¹²⁸, about 10⁻³². Raises ValueError under SEED_BYTES bytes, where that would not hold.
    """
    if len(random_bytes) < SEED_BYTES:
        raise ValueError(f"at least {SEED_BYTES} random bytes are needed")
    number = int.from_bytes(random_bytes, "big")
    answer = []
    for _ in range(ANSWER_LENGTH):
        number, index = divmod(number, len(ALPHABET))
        answer.append(ALPHABET[index])
    return "".join(answer)


def normalise_answer(text: str) -> str:
    """Return the letters and digits of an answer, without case, accents, spaces or punctuation.

    Two answers that a person would call the same give the same string; full-width and other
    typographic variants too (Unicode NFKD). An answer of punctuation alone gives "".
    """
    # Decomposing makes other capitals and, of « ǣ », a ligature.
    decomposed = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_LIGATURES)
    return "".join(c for c in unicodedata.normalize("NFKD", decomposed) if c.isalnum())
