"""From registration to the end of a training, by all parties, one of them without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.acts import agents, dossiers, story
from tests.journeys.browsers.drivers import Pointer
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.site import Site
from tests.support.desks.agents import InventedAgent, add, organisme_agent
from tests.support.titulaires.people import Person, synthetic_siret
from tests.support.training.delegations import day

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TITLE = "Anglais professionnel"
REASON = "Le devis de l’organisme de formation manque : indiquez le coût."
YEAR_OF_ACTIVITY = 2025


class Cast:
    """A titulaire, an organisme's agent and an employer's agent, each with a browser."""

    def __init__(self, site: Site, hands: tuple[Pointer, Pointer, Pointer]) -> None:
        self.site = site
        self.titulaire, self.desk, self.employer = hands
        self.person = Person(first_name="Philomène", birth_name="Serin")
        self.organisme = organisme_agent(
            siret=synthetic_siret(), organisation=f"Opca {synthetic_siret()}"
        )
        self.company = InventedAgent(siret=synthetic_siret(), organisation="Verrerie Duval")
        self.number = ""


async def open_account_and_declare(cast: Cast, folder: Path) -> None:
    """Register, get 20 hours of CPF from the yearly feed, declare 15 of DIF."""
    driver = cast.titulaire
    await story.register(driver, cast.site, cast.person)
    await story.activate(driver, cast.site, cast.person)
    feed = folder / "hours.csv"
    feed.write_text(
        "nir,year,siret,hours_worked,reference_hours\n"
        f"{cast.person.nir},{YEAR_OF_ACTIVITY},{cast.company.siret},1300,1607\n"
    )
    await cast.site.command("credit-hours", str(feed))
    await story.log_in(driver, cast.person)
    await driver.press("Mon compte d’heures")
    await driver.write("Saisissez le solde du DIF", "15")
    await driver.press("Enregistrer")
    await driver.reads("Déclaration du solde DIF")


async def submit_dossier(cast: Cast) -> None:
    """Submit a dossier of 40 hours; keep a confidential draft."""
    driver = cast.titulaire
    await dossiers.create(driver, "Bilan de compétences")
    await driver.press("Compléter")
    await driver.choose("Dossier confidentiel")
    await driver.press("Enregistrer")
    await driver.reads("Votre dossier est enregistré.")
    await dossiers.create(driver, TITLE)
    await driver.press("Compléter")
    await driver.write("Nom de l’organisme de formation", "École des Quais")
    await driver.write("N° SIRET de l’organisme de formation", "732 829 320 00074")
    await driver.write("Date de début", day(120))
    await driver.write("Date de fin", day(220))
    await driver.write("Durée", "40")
    await driver.choose("Non")
    await driver.choose("En emploi salarié")
    await driver.write("Votre employeur", "Ateliers du Lac")
    await driver.pick("Organisme financeur", cast.organisme.organisation)
    await driver.press("Enregistrer")
    await driver.reads("15 h DIF + 20 h CPF ; il reste 5 h à financer autrement")
    cast.number = str(
        await cast.site.sql("SELECT number FROM dossier ORDER BY created_at DESC LIMIT 1")
    )
    await consent(driver)


async def consent(driver: Pointer) -> None:
    """Give the consent, which only the titulaire can do."""
    await driver.press("Vérifier et soumettre")
    await driver.choose("Je suis d’accord pour que mes heures soient utilisées")
    await driver.press("Soumettre mon dossier")
    await driver.reads("Votre dossier est soumis.")


async def grant(cast: Cast) -> None:
    """Grant a délégation to consult only."""
    driver = cast.titulaire
    await driver.press("Mes délégations")
    await driver.press("Accorder une délégation")
    await driver.write("Nom de l’employeur", cast.company.organisation)
    await driver.write("N° SIRET de l’employeur", cast.company.siret)
    await driver.choose("Consulter\u00a0: voir vos soldes")
    await driver.write("Date de fin", day(60))
    await driver.press("Voir ce que verra cet employeur")
    await driver.reads("jamais visible")
    await driver.press("Accorder la délégation")
    await driver.reads("La délégation est accordée")


async def open_dossier(driver: Pointer, cast: Cast) -> None:
    """Go from any page of a space to the dossier."""
    await driver.press(TITLE)
    await driver.reads(f"Dossier n° {cast.number}")


async def send_back_then_validate(cast: Cast) -> None:
    """Send back with a reason that the titulaire reads; correct, then validate."""
    desk, driver = cast.desk, cast.titulaire
    await open_dossier(desk, cast)
    await desk.press("Renvoyer pour correction")
    await desk.write("Motif", REASON)
    await desk.press("Renvoyer pour correction")
    await desk.reads("est renvoyé")

    await driver.press("Mes dossiers de formation")
    await open_dossier(driver, cast)
    await driver.reads(REASON)
    await driver.press("Corriger le dossier")
    await driver.write("Coût", "1250,50")
    await driver.press("Enregistrer")
    await driver.reads("Votre dossier est enregistré.")
    await consent(driver)

    await desk.press("Dossiers de formation")
    await open_dossier(desk, cast)
    await desk.press("Valider ce dossier")
    await desk.reads("15 h DIF + 20 h CPF ; il reste 5 h à financer autrement")
    await desk.choose("J’ai vu l’attestation")
    await desk.press("Valider et réserver les heures")
    await desk.reads("est validé, et les heures sont réservées.")


async def see_hours_held(cast: Cast) -> None:
    """Check that the DIF is locked, with the reason, and that the hours are reserved."""
    driver = cast.titulaire
    await driver.press("Mon compte d’heures")
    await driver.reads("Votre solde DIF n’est plus modifiable")
    await driver.reads(f"Votre dossier de formation n° {cast.number} a été validé")
    await driver.reads("Heures réservées pour un dossier")
    await driver.press("Accueil")
    await driver.reads("Dossiers en cours")
    balances = await cast.site.sql(
        "SELECT array_agg(hours ORDER BY balance) FROM movement "
        "WHERE reference = $1 AND kind = 'reserved'",
        cast.number,
    )
    assert balances == [-20, -15]


async def see_only_what_is_delegated(cast: Cast) -> None:
    """Check that the employer can read the hours and the dossier, and prepare nothing."""
    driver = cast.employer
    await driver.open("/professionnels")
    await agents.enter_password(driver, cast.company)
    await driver.press("Philomène Serin")
    await driver.reads(TITLE)
    text = await driver.page.locator("main").inner_text()
    assert "Bilan de compétences" not in text
    assert "Préparer un dossier" not in text
    assert cast.person.nir not in text
    await open_dossier(driver, cast)
    text = await driver.page.locator("main").inner_text()
    assert "École des Quais" in text
    assert "Modifier" not in text
    path = await cast.site.sql("SELECT id FROM dossier WHERE confidential LIMIT 1")
    hidden = driver.page.url.rsplit("/", 1)[0] + f"/{path}"
    answer = await driver.page.goto(hidden)
    assert answer is not None
    assert answer.status == 404


async def end_training(cast: Cast) -> None:
    """Close the dossier: the reserved hours are debited."""
    desk, driver = cast.desk, cast.titulaire
    await open_dossier(desk, cast)
    await desk.press("Clore à la fin de la formation")
    await desk.choose("Terminée")
    await desk.press("Clore ce dossier")
    await desk.reads("est clos.")
    await driver.press("Mon compte d’heures")
    await driver.reads("Heures débitées")
    await driver.press("Mes dossiers de formation")
    await driver.reads("Clos : terminé")


async def read_history(cast: Cast) -> None:
    """Check that the history shows every act and its actor."""
    driver = cast.titulaire
    await driver.press("Historique de vos actions")
    await driver.reads("Actions, de la plus récente à la plus ancienne")
    text = " ".join((await driver.page.locator("main").inner_text()).split())
    for words in (
        f"Dossier de formation clos : terminé ({cast.number})",
        f"Dossier de formation validé ({cast.number})",
        f"Dossier de formation renvoyé pour correction ({cast.number})",
        f"Dossier de formation soumis ({cast.number})",
        f"Organisme : {cast.organisme.organisation}",
        "Compte consulté par un employeur",
        f"Employeur : {cast.company.organisation}",
        "Délégation accordée",
        "Solde DIF déclaré (15 h)",
    ):
        assert words in text, words


async def test_a_training_from_the_registration_to_its_end(
    new_page: OpenPage, site: Site, tmp_path: Path
) -> None:
    titulaire, employer = Pointer(await new_page()), Pointer(await new_page())
    desk = Pointer(await new_page(scripts="off"), scripts=False)
    cast = Cast(site, (titulaire, desk, employer))
    async with site.runtime() as runtime:
        await add(runtime, cast.company)
    await agents.enter(cast.desk, site, cast.organisme)
    await open_account_and_declare(cast, tmp_path)
    await submit_dossier(cast)
    await grant(cast)
    await cast.desk.open("/organisme")
    await send_back_then_validate(cast)
    await see_hours_held(cast)
    await see_only_what_is_delegated(cast)
    await end_training(cast)
    await read_history(cast)
