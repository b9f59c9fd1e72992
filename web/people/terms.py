"""The versions of the terms of use; each account records the one it accepted.

A text that was accepted is never edited: a change makes another version, `templates/home/terms/`
keeps the earlier ones, and each stays readable at its own URL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Terms:
    """A version of the terms, its effective date, and its changes, each a sentence."""

    number: str
    since: date
    changes: tuple[str, ...]


# Newest first.
VERSIONS = (
    Terms(
        "3",
        date(2026, 11, 30),
        (
            "Article 1 : le service applique les règles de 2015, un compte en heures ; les "
            "mentions légales indiquent qui l’édite.",
            "Article 5 : si vous pensez que quelqu’un connaît votre mot de passe, changez-le "
            "d’abord, puis prévenez-nous. Le code de connexion, facultatif, est présenté.",
            "Article 6 : l’attestation de vos heures DIF vous sera demandée à la validation de "
            "votre premier dossier, et la loi permet d’utiliser ces heures jusqu’au "
            "31 décembre 2020.",
            "Article 9 : le blocage d’un accès est décrit, et la façon de le contester.",
            "Article 13 : quand les conditions changent, votre accord vous est demandé à la "
            "connexion suivante ; vous pouvez le refuser.",
            "Article 14 : nous répondons à vos messages sous cinq jours ouvrés.",
        ),
    ),
    Terms(
        "2",
        date(2026, 11, 24),
        (
            "Les articles 7 et 8 sont ajoutés, sur les dossiers de formation et les délégations, "
            "que le service permet maintenant.",
            "Article 1 : il annonce les dossiers et les délégations.",
        ),
    ),
    Terms("1", date(2026, 11, 23), ("Première version.",)),
)
NEWEST = VERSIONS[0]
TERMS_VERSION = NEWEST.number
# The versions whose acceptance no longer opens an account.
OUTDATED = [one.number for one in VERSIONS[1:]]


def list_changes_since(accepted: str) -> Sequence[Terms]:
    """Return the versions newer than one that was accepted, newest first."""
    numbers = [one.number for one in VERSIONS]
    return VERSIONS[: numbers.index(accepted)] if accepted in numbers else VERSIONS
