"""The characters of a challenge: the alphabet, random selection and normalisation of answers.

Each character must be distinguishable from every other one, by eye and by ear:

* round shapes: 0, O, Q and D are out, and G because it resembles 6 or C;
* sticks: 1, I and J are out, and 7, which resembles 1 once rotated and crossed; only L remains;
* curls: 5 and S, 2 and Z, 8 and B are out; only 3 remains;
* shapes one stroke apart, since lines cross the picture: F (E), P (R), N (H, M), V (U) and
  Y (K, X) are out;
* shapes that rotation confuses: W (M) is out; with rotations under 25° 6 and 9 stay distinct.

Only capitals are drawn: their outlines differ more than those of lower case. This removes most
letters whose French names rhyme (B, C, D, G, P, T, V; F and S; M and N; J and G): only T and C
remain of the first group, and no other rhyme. Telephone-quality sound still blurs T and C, A and K,
so each letter is read with a word that begins with it, as on the telephone ("M comme Marie"), and
each digit is announced as one. The words are ones that everybody knows: those of the telephone's
old alphabet ("C comme Célestin", "K comme Kléber") were understood less well.
"""

from __future__ import annotations

import unicodedata
from typing import Final

ALPHABET: Final = "acehklmrtux3469"
ANSWER_LENGTH: Final = 6
SEED_BYTES: Final = 16

SPELLING: Final[dict[str, str]] = {
    "a": "A comme avion",
    "c": "C comme cinéma",
    "e": "E comme euro",
    "h": "H comme hôtel",
    "k": "K comme kilo",
    "l": "L comme lune",
    "m": "M comme Marie",
    "r": "R comme radio",
    "t": "T comme table",
    "u": "U comme usine",
    "x": "X comme Xavier",
    "3": "le chiffre trois",
    "4": "le chiffre quatre",
    "6": "le chiffre six",
    "9": "le chiffre neuf",
}

# Letters that Unicode does not decompose and that French writes in two.
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae"})


def characters(random_bytes: bytes) -> str:
    """Return ANSWER_LENGTH characters derived from the random bytes, in lower case.

    The bytes are read as one large number, which favours no character by more than
    15⁶ / 2¹²⁸, about 10⁻³². Raises ValueError for fewer than SEED_BYTES bytes.
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
    # Decomposition may yield further capitals and, for « ǣ », a ligature.
    decomposed = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_LIGATURES)
    return "".join(c for c in unicodedata.normalize("NFKD", decomposed) if c.isalnum())
