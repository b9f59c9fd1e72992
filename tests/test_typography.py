"""French typography, in every sentence of the templates, of the program and of its script."""

from __future__ import annotations

import re

import pytest

from tests.support.french import VALUE, all_texts, sentences_of_script

UNITS = (
    "h|heures?|minutes?|secondes?|jours?|mois|ans|années?|euros?|€|%|lettres|chiffres|caractères"
)
WRONG = {
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


@pytest.mark.parametrize(
    "text",
    [
        "Vraiment ?",
        "Vraiment?",
        "Attention : lisez",
        "Attention: lisez",
        "« Continuer »",
        "«\u00a0Continuer »",
        "l'heure",
        'dit "oui"',
        "deux  espaces",
        "15 jours",
        "5 000 caractères",
        "n° 12",
    ],
)
def test_the_rules_find_each_mistake(text: str) -> None:
    assert mistakes(text)


def test_the_rules_let_good_typography_through() -> None:
    text = "À 14:30, «\u00a0l’heure\u00a0» dure 60\u00a0minutes\u00a0: vu\u00a0? https://exemple.fr/a?b"
    assert mistakes(text) == []


def test_every_text_follows_them() -> None:
    assert [f"{place}: {one}" for place, text in all_texts() for one in mistakes(text)] == []


def test_the_script_has_sentences_to_read() -> None:
    assert sentences_of_script()
