"""Turns of phrase that are not French, or that this product expresses otherwise."""

from __future__ import annotations

import pytest

from tests.support.text.french import all_texts
from tests.support.text.turns import turns


@pytest.mark.parametrize(
    "text",
    [
        "La page dit comment faire.",
        "Un courriel vous dira la réponse.",
        "sans courriel pour vous le dire",
        "choisissez « Continuer »",
        "Si ce numéro a un compte, un courriel part.",
        "car votre compte a cette adresse",
        "Les liens reçus n’ouvrent plus rien.",
        "Une question : contactez-nous.",
        "Ces heures redeviennent libres.",
        "Se connecter",
        "Vous êtes déconnecté.",
        "Une fois connecté, ouvrez la page.",
        "la sorte d’appareil",
        "Ce lien ne sert plus",
        "Ce que nous gardons de vous",
        "votre numéro de sécurité sociale",
    ],
)
def test_each_turn_to_avoid_is_found(text: str) -> None:
    assert turns(text)


def test_no_text_has_one() -> None:
    assert [f"{place}: {one}" for place, text in all_texts() for one in turns(text)] == []
