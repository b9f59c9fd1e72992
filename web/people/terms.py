"""The versions of the terms of use; each registration records the one it accepted.

A text that was accepted is never edited: a change makes another version, `templates/home/terms/`
keeps the earlier ones, and each stays readable at its own URL.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Terms:
    """A version of the terms, its effective date, and its changes."""

    number: str
    since: date
    changes: str


# Newest first.
VERSIONS = (
    Terms(
        "2",
        date(2026, 11, 24),
        "les articles 7 et 8 sont ajoutés, sur les dossiers de formation et les délégations, que "
        "le service permet maintenant ; l’article 1 les annonce.",
    ),
    Terms("1", date(2026, 11, 23), "première version."),
)
NEWEST = VERSIONS[0]
TERMS_VERSION = NEWEST.number
