"""French typography, in every sentence of the templates, of the program and of its script."""

from __future__ import annotations

import pytest

from tests.support.text.french import all_texts, sentences_of_script
from tests.support.text.typography import mistakes


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
        "conservez\u2011le",
        "conservez-\u2060le",
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
