"""The form of a draft: its addresses, and values for its fields."""

from __future__ import annotations

from uuid import UUID

NEW = "/espace/dossiers/nouveau"
TYPED = {
    "title": "Anglais professionnel",
    "trainer_name": "École des Quais",
    "trainer_siret": "732 829 320 00074",
    "starts_on": "01/03/2027",
    "ends_on": "18.6.2027",
    "duration": "40 h",
    "cost": "1 250,5",
    "on_working_time": "non",
    "situation": "salarie",
    "employer": "Ateliers du Lac",
    "confidential": "y",
}


def edit_url(dossier_id: UUID) -> str:
    return f"/espace/dossiers/{dossier_id}/modifier"
