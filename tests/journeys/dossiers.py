"""The titulaire's dossiers, told once: an incomplete one, what it lacks, completed, cancelled."""

from __future__ import annotations

from typing import Any

from tests.journeys.site import Site
from tests.journeys.story import Hand

ORGANISME = "Fongecif des Rives"


async def prepare(site: Site, person_id: Any) -> Any:
    """15 hours of DIF, 20 of CPF, and an organisme to choose; returns the organisme's id."""
    await site.sql(
        """
        INSERT INTO movement (person_id, balance, kind, hours, year)
        VALUES ($1, 'dif', 'dif_declared', 15, NULL), ($1, 'cpf', 'cpf_yearly_credit', 20, 2025)
        """,
        person_id,
    )
    return await site.sql(
        """
        INSERT INTO organisation (kind, siret, name) VALUES ('organisme', '55210055400013', $1)
        ON CONFLICT (kind, siret) DO UPDATE SET name = excluded.name RETURNING id
        """,
        ORGANISME,
    )


async def newest_person(site: Site) -> Any:
    """Who registered last."""
    return await site.sql("SELECT person_id FROM account ORDER BY created_at DESC LIMIT 1")


async def create(hand: Hand, title: str) -> None:
    """A draft that says its title, and nothing else."""
    await hand.press("Mes dossiers de formation")
    await hand.press("Créer un dossier")
    await hand.write("Intitulé de la formation", title)
    await hand.press("Enregistrer")
    await hand.reads("Votre dossier est enregistré.")


async def create_incomplete(hand: Hand) -> None:
    """From the space to a draft that says almost nothing, and all that it lacks."""
    await create(hand, "Anglais professionnel")
    await hand.press("Vérifier et soumettre")
    await hand.reads("Il reste 7 points à compléter")


async def complete(hand: Hand) -> None:
    """What was missing."""
    await hand.press("Compléter le dossier")
    await hand.write("Nom de l’organisme de formation", "École des Quais")
    await hand.write("N° SIRET de l’organisme de formation", "732 829 320 00074")
    await hand.write("Date de début", "01/03/2027")
    await hand.write("Date de fin", "18/06/2027")
    await hand.write("Durée", "40")
    await hand.write("Coût", "1250,50")
    await hand.choose("Non")
    await hand.pick("Organisme financeur", ORGANISME)
    await hand.press("Enregistrer")
    await hand.reads("15 h DIF + 20 h CPF, reste 5 h à financer autrement")


async def submit(hand: Hand) -> None:
    """The consent forgotten, then given."""
    await hand.press("Vérifier et soumettre")
    await hand.press("Soumettre mon dossier")
    await hand.is_told_of_errors()
    await hand.choose("Je suis d’accord pour que mes heures soient utilisées")
    await hand.press("Soumettre mon dossier")
    await hand.reads("Votre dossier est soumis.")


async def cancel(hand: Hand) -> None:
    """Asked, and confirmed."""
    await hand.press("Annuler ce dossier")
    await hand.reads("C’est définitif")
    await hand.press("Annuler ce dossier")
    await hand.reads("Clos : annulé")
