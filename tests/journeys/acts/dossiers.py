"""The titulaire's dossiers: created incomplete, corrected, submitted, cancelled."""

from __future__ import annotations

from typing import Any

from tests.journeys.acts.space_story import look
from tests.journeys.paths import to_space
from tests.journeys.site import Site
from tests.support.titulaires.people import Person
from tests.support.training.delegations import day

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


async def open_with_hours(driver: Any, site: Site, *, blocked_first: bool = False) -> None:
    """Log in, check the dossiers page without hours, then give hours."""
    await to_space(driver.page, site, Person())
    if blocked_first:
        for path, name in (("", "list"), ("/nouveau", "new")):
            await driver.open(f"/espace/dossiers{path}")
            await driver.reads("À faire d’abord : vos heures DIF")
            await look(driver, f"dossiers-blocked-{name}")
    await prepare(site, await newest_person(site))
    await driver.open("/espace")


async def create(driver: Any, title: str) -> None:
    """Create a draft with nothing but a title."""
    await driver.press("Mes dossiers de formation")
    await driver.press("Créer un dossier")
    await driver.write("Intitulé de la formation", title)
    await driver.press("Enregistrer")
    await driver.reads("Votre dossier est enregistré.")


async def create_incomplete(driver: Any) -> None:
    """Create a nearly empty draft, and check the list of missing values."""
    await create(driver, "Anglais professionnel")
    await driver.press("Vérifier et soumettre")
    await driver.reads("Il reste 8 points à compléter")
    await look(driver, "dossier-to-complete")


async def run_story(driver: Any) -> None:
    """Run the whole story, from the space to a closed dossier."""
    await look(driver, "dossiers-dashboard")
    await simulate(driver)
    await create_incomplete(driver)
    await complete(driver)
    await submit(driver)
    await cancel(driver)


async def simulate(driver: Any) -> None:
    """Simulate the hours used by a long training."""
    await driver.press("Mes dossiers de formation")
    await driver.reads("Vous n’avez pas encore de dossier de formation.")
    await look(driver, "dossiers-none")
    await driver.press("Simuler mes heures")
    await driver.write("Durée", "400")
    await driver.press("Simuler")
    await driver.reads("15 h DIF + 20 h CPF ; il reste 365 h à financer autrement")
    await look(driver, "dossiers-simulation")


async def complete(driver: Any) -> None:
    """Fill the missing values, with two mistakes first; choose the formation in the catalogue."""
    await driver.press("Compléter le dossier")
    await driver.write("Rechercher dans le catalogue", "anglais b2")
    await driver.press("Rechercher")
    await driver.reads("1 formation pour « anglais b2 »")
    await driver.choose("Anglais professionnel, niveau B2")
    await driver.write("Nom de l’organisme de formation", "École des Quais")
    await driver.write("N° SIRET de l’organisme de formation", "12")
    await driver.write("Date de début", day(120))
    await driver.write("Date de fin", "bientôt")
    await driver.press("Enregistrer")
    await driver.reads_error_summary()
    await look(driver, "dossier-errors")
    await driver.write("N° SIRET de l’organisme de formation", "732 829 320 00074")
    await driver.write("Date de fin", day(220))
    await driver.write("Durée", "40")
    await driver.write("Coût", "1250,50")
    await driver.choose("Non")
    await driver.choose("À la recherche d’un emploi")
    await driver.pick("Organisme financeur", ORGANISME)
    await driver.choose("Dossier confidentiel")
    await driver.press("Enregistrer")
    await driver.reads("Votre dossier est enregistré.")
    await driver.reads("Anglais professionnel, niveau B2")
    await driver.reads("15 h DIF + 20 h CPF ; il reste 5 h à financer autrement")
    await look(driver, "dossier-draft")


async def submit(driver: Any) -> None:
    """Submit without the consent, then with it."""
    await driver.press("Vérifier et soumettre")
    await driver.reads("Je suis d’accord pour que mes heures soient utilisées")
    await look(driver, "dossier-to-submit")
    await driver.press("Soumettre mon dossier")
    await driver.reads_error_summary()
    await look(driver, "dossier-without-consent")
    await driver.choose("Je suis d’accord pour que mes heures soient utilisées")
    await driver.press("Soumettre mon dossier")
    await driver.reads("Votre dossier est soumis.")
    await look(driver, "dossier-submitted")


async def cancel(driver: Any) -> None:
    """Cancel, with the confirmation."""
    await driver.press("Annuler ce dossier")
    await driver.reads("C’est définitif")
    await look(driver, "dossier-to-cancel")
    await driver.press("Annuler ce dossier")
    await driver.reads("Clos : annulé")
    await look(driver, "dossier-cancelled")
    await driver.press("Mes dossiers de formation")
    await driver.reads("1 dossier")
    await look(driver, "dossiers-one")
