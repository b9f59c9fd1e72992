"""The titulaire's dossiers: created incomplete, corrected, submitted, cancelled."""

from __future__ import annotations

from typing import Any

from tests.journeys.paths import to_space
from tests.journeys.site import Site
from tests.journeys.space_story import look
from tests.support.people import Person

ORGANISME = "Fongecif des Rives"


async def prepare(site: Site, person_id: Any) -> Any:
    """Give 15 hours of DIF and 20 of CPF, and add an organisme to choose; return its id."""
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
    """The id of the newest person."""
    return await site.sql("SELECT person_id FROM account ORDER BY created_at DESC LIMIT 1")


async def open_with_hours(hand: Any, site: Site, *, blocked_first: bool = False) -> None:
    """Log in, check the dossiers page without hours, then give hours."""
    await to_space(hand.page, site, Person())
    if blocked_first:
        for path, name in (("", "list"), ("/nouveau", "new")):
            await hand.open(f"/espace/dossiers{path}")
            await hand.reads("À faire d’abord : vos heures DIF")
            await look(hand, f"dossiers-blocked-{name}")
    await prepare(site, await newest_person(site))
    await hand.open("/espace")


async def create(hand: Any, title: str) -> None:
    """Create a draft with nothing but a title."""
    await hand.press("Mes dossiers de formation")
    await hand.press("Créer un dossier")
    await hand.write("Intitulé de la formation", title)
    await hand.press("Enregistrer")
    await hand.reads("Votre dossier est enregistré.")


async def create_incomplete(hand: Any) -> None:
    """Create a nearly empty draft, and check the list of missing values."""
    await create(hand, "Anglais professionnel")
    await hand.press("Vérifier et soumettre")
    await hand.reads("Il reste 7 points à compléter")
    await look(hand, "dossier-to-complete")


async def tell(hand: Any) -> None:
    """Run the whole story, from the space to a closed dossier."""
    await look(hand, "dossiers-dashboard")
    await simulate(hand)
    await create_incomplete(hand)
    await complete(hand)
    await submit(hand)
    await cancel(hand)


async def simulate(hand: Any) -> None:
    """Simulate the hours used by a long training."""
    await hand.press("Mes dossiers de formation")
    await hand.reads("Vous n’avez pas encore de dossier de formation.")
    await look(hand, "dossiers-none")
    await hand.press("Simuler mes heures")
    await hand.write("Durée", "400")
    await hand.press("Simuler")
    await hand.reads("15 h DIF + 20 h CPF ; il reste 365 h à financer autrement")
    await look(hand, "dossiers-simulation")


async def complete(hand: Any) -> None:
    """Fill the missing values, with two mistakes first; choose the formation in the catalogue."""
    await hand.press("Compléter le dossier")
    await hand.write("Rechercher dans le catalogue", "anglais b2")
    await hand.press("Rechercher")
    await hand.reads("1 formation pour « anglais b2 »")
    await hand.choose("Anglais professionnel, niveau B2")
    await hand.write("Nom de l’organisme de formation", "École des Quais")
    await hand.write("N° SIRET de l’organisme de formation", "12")
    await hand.write("Date de début", "01/03/2027")
    await hand.write("Date de fin", "bientôt")
    await hand.press("Enregistrer")
    await hand.is_told_of_errors()
    await look(hand, "dossier-errors")
    await hand.write("N° SIRET de l’organisme de formation", "732 829 320 00074")
    await hand.write("Date de fin", "18/06/2027")
    await hand.write("Durée", "40")
    await hand.write("Coût", "1250,50")
    await hand.choose("Non")
    await hand.pick("Organisme financeur", ORGANISME)
    await hand.choose("Dossier confidentiel")
    await hand.press("Enregistrer")
    await hand.reads("Votre dossier est enregistré.")
    await hand.reads("Anglais professionnel, niveau B2")
    await hand.reads("15 h DIF + 20 h CPF ; il reste 5 h à financer autrement")
    await look(hand, "dossier-draft")


async def submit(hand: Any) -> None:
    """Submit without the consent, then with it."""
    await hand.press("Vérifier et soumettre")
    await hand.reads("Je suis d’accord pour que mes heures soient utilisées")
    await look(hand, "dossier-to-submit")
    await hand.press("Soumettre mon dossier")
    await hand.is_told_of_errors()
    await look(hand, "dossier-without-consent")
    await hand.choose("Je suis d’accord pour que mes heures soient utilisées")
    await hand.press("Soumettre mon dossier")
    await hand.reads("Votre dossier est soumis.")
    await look(hand, "dossier-submitted")


async def cancel(hand: Any) -> None:
    """Cancel, with the confirmation."""
    await hand.press("Annuler ce dossier")
    await hand.reads("C’est définitif")
    await look(hand, "dossier-to-cancel")
    await hand.press("Annuler ce dossier")
    await hand.reads("Clos : annulé")
    await look(hand, "dossier-cancelled")
    await hand.press("Mes dossiers de formation")
    await hand.reads("1 dossier")
    await look(hand, "dossiers-one")
