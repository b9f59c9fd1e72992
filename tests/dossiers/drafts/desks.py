"""The two desks on which drafts are prepared: what a test of both needs of each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tests.support.http.client import Client
from web.dossiers.access import Author


@dataclass(frozen=True)
class DraftingDesk:
    """A browser logged in, the paths of its drafts, and the other author of the same drafts.

    `home` is the page after a deletion. `other_named` and `titulaire_named` are the names of that
    author and of the titulaire in this desk's sentences.
    """

    browser: Client
    root: str
    home: str
    other: Author
    other_named: str
    titulaire_named: str

    @property
    def new(self) -> str:
        """The path of a new draft."""
        return f"{self.root}/nouveau"

    def path(self, dossier_id: UUID, action: str = "") -> str:
        """The path of a dossier, or of an action on it."""
        return f"{self.root}/{dossier_id}" + (f"/{action}" if action else "")
