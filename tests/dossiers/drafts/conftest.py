"""Each desk on which drafts are prepared."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.dossiers.drafts.desks import DraftingDesk
from tests.support.desks.desk import Desk
from tests.support.desks.employer_desk import agent, desk
from tests.support.http.client import Client
from web.dossiers.access import Author

__all__ = ["agent", "desk"]


@pytest.fixture(params=["titulaire", "employer"])
async def drafting(
    request: pytest.FixtureRequest, space: Client, desk: Desk, person_id: UUID
) -> DraftingDesk:
    """The titulaire's desk, then that of an employer who has a délégation."""
    if request.param == "titulaire":
        root, employer = "/espace/dossiers", "Ateliers Démo"
        other = Author.employer(person_id, employer, may_modify=True)
        return DraftingDesk(space, root, root, other, f"l’employeur {employer}", "vous")
    home = f"/employeur/personnes/{await desk.granted()}"
    titulaire = Author.titulaire(person_id)
    return DraftingDesk(
        desk.browser, f"{home}/dossiers", home, titulaire, "la personne", "la personne"
    )
