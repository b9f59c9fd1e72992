"""The rules of French typography."""

from __future__ import annotations

import re

from tests.support.text.french import VALUE

UNITS = (
    "h|heures?|minutes?|secondes?|jours?|mois|ans|années?|euros?|€|%|lettres|chiffres|caractères"
)
WRONG = {
    # The French table of eight-dot braille knows neither: it shows a blank.
    "a hyphen for the eye alone": re.compile(r"[\u2011\u2060]"),
    "straight apostrophe": re.compile(r"\w'\w"),
    "straight quote": re.compile(r'"'),
    # A colon may be in a time or an address, a question mark in an address.
    "space before a sign": re.compile(r"(?<![\s\d:/\u200b])[;?!»](?!\w)|(?<=[ \n])[:;?!»](?!\w)"),
    "space before a colon": re.compile(r"(?<=[^\W\d])[:](?![/\w])|(?<=[»)]):"),
    "space after «": re.compile(r"«(?![\u00a0\u202f])"),
    "double space": re.compile(r"(?<=\S)[ \u00a0\u202f]{2,}(?=\S)"),
    "n° and number apart": re.compile(r"\b[nN]° "),
    # An identity number or a phone number is grouped without being thousands.
    "thousands apart": re.compile(r"(?<![\d \u202f])\d{1,3}[ \u202f]\d{3}(?![ \d])"),
    "number and unit apart": re.compile(rf"(?<=[\d{VALUE}]) (?:{UNITS})\b"),
}


def mistakes(text: str) -> list[str]:
    """The mistakes in a text, each with its surroundings."""
    return [
        f"{name}: {text[max(0, found.start() - 30) : found.end() + 20]!r}"
        for name, pattern in WRONG.items()
        for found in pattern.finditer(text)
    ]
