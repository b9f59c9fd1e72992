"""From the registration to the end of a training, by all it takes, one of them without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.delegations.typing_in import day
from tests.journeys import agents, story
from tests.journeys.conftest import OpenPage
from tests.journeys.hands import Pointer
from tests.journeys.site import Site
from tests.support.agents import InventedAgent, add, organisme_agent
from tests.support.people import Person, synthetic_siret

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TITLE = "Anglais professionnel"
REASON = "Le devis de l’organisme de formation manque : indiquez le coût."
YEAR_OF_ACTIVITY = 2025


class Cast:
    """A titulaire, the agent of an organisme and the one of an employer, each at their browser."""

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
    """Registration, 20 hours of CPF from the yearly feed, 15 of DIF declared."""
    hand = cast.titulaire
    await story.register(hand, cast.site, cast.person)
    await story.activate(hand, cast.site, cast.person)
    feed = folder / "hours.csv"
    feed.write_text(
        "nir,year,siret,hours_worked,reference_hours\n"
        f"{cast.person.nir},{YEAR_OF_ACTIVITY},{cast.company.siret},1300,1607\n"
    )
    await cast.site.command("credit-hours", str(feed))
    await story.log_in(hand, cast.person)
    await hand.press("Mon compte d’heures")
    await hand.write("Saisissez le solde du DIF", "15")
    await hand.press("Enregistrer")
    await hand.reads("Déclaration du solde DIF")


async def submit_dossier(cast: Cast) -> None:
    """A dossier of 40 hours, and a confidential draft that stays one."""
    hand = cast.titulaire
    await start_dossier(hand, "Bilan de compétences")
    await hand.press("Modifier")
    await hand.choose("Dossier confidentiel")
    await hand.press("Enregistrer")
    await hand.reads("Votre dossier est enregistré.")
    await start_dossier(hand, TITLE)
    await hand.press("Modifier")
    await hand.write("Nom de l’organisme de formation", "École des Quais")
    await hand.write("N° SIRET de l’organisme de formation", "732 829 320 00074")
    await hand.write("Date de début", "01/03/2027")
    await hand.write("Date de fin", "18/06/2027")
    await hand.write("Durée", "40")
    await hand.choose("Non")
    await hand.pick("Organisme financeur", cast.organisme.organisation)
    await hand.press("Enregistrer")
    await hand.reads("15 h DIF + 20 h CPF ; il reste 5 h à financer autrement")
    cast.number = str(
        await cast.site.sql("SELECT number FROM dossier ORDER BY created_at DESC LIMIT 1")
    )
    await consent(hand)


async def start_dossier(hand: Pointer, title: str) -> None:
    """A draft that says its title, and nothing else."""
    await hand.press("Mes dossiers de formation")
    await hand.press("Créer un dossier")
    await hand.write("Intitulé de la formation", title)
    await hand.press("Enregistrer")
    await hand.reads("Votre dossier est enregistré.")


async def consent(hand: Pointer) -> None:
    """The titulaire alone can do this."""
    await hand.press("Vérifier et soumettre")
    await hand.choose("Je suis d’accord pour que mes heures soient utilisées")
    await hand.press("Soumettre mon dossier")
    await hand.reads("Votre dossier est soumis.")


async def grant(cast: Cast) -> None:
    """A délégation to read, no more."""
    hand = cast.titulaire
    await hand.press("Mes délégations")
    await hand.press("Accorder une délégation")
    await hand.write("Nom de l’employeur", cast.company.organisation)
    await hand.write("N° SIRET de l’employeur", cast.company.siret)
    await hand.choose("Consulter\u00a0: voir vos soldes")
    await hand.write("Date de fin", day(60))
    await hand.press("Voir ce que verra cet employeur")
    await hand.reads("jamais visible")
    await hand.press("Accorder la délégation")
    await hand.reads("La délégation est accordée")


async def open_dossier(hand: Pointer, cast: Cast) -> None:
    """From any page of a space to the dossier."""
    await hand.press(cast.number)
    await hand.reads(f"Dossier n° {cast.number}")


async def send_back_then_validate(cast: Cast) -> None:
    """Sent back with a reason that the titulaire reads; corrected, then validated."""
    desk, hand = cast.desk, cast.titulaire
    await open_dossier(desk, cast)
    await desk.press("Renvoyer pour correction")
    await desk.write("Motif", REASON)
    await desk.press("Renvoyer pour correction")
    await desk.reads("Le dossier est renvoyé")

    await hand.press("Mes dossiers de formation")
    await open_dossier(hand, cast)
    await hand.reads(REASON)
    await hand.press("Modifier")
    await hand.write("Coût", "1250,50")
    await hand.press("Enregistrer")
    await hand.reads("Votre dossier est enregistré.")
    await consent(hand)

    await desk.press("Dossiers de formation")
    await open_dossier(desk, cast)
    await desk.press("Valider ce dossier")
    await desk.reads("15 h DIF + 20 h CPF ; il reste 5 h à financer autrement")
    await desk.press("Valider et réserver les heures")
    await desk.reads("Le dossier est validé et les heures sont réservées.")


async def see_hours_held(cast: Cast) -> None:
    """DIF is locked and says why; the hours are reserved."""
    hand = cast.titulaire
    await hand.press("Mon compte d’heures")
    await hand.reads("Votre solde DIF n’est plus modifiable")
    await hand.reads(f"Votre dossier de formation n° {cast.number} a été validé")
    await hand.reads("Heures réservées pour un dossier")
    await hand.press("Accueil")
    await hand.reads("Dossiers en cours")
    balances = await cast.site.sql(
        "SELECT array_agg(hours ORDER BY balance) FROM movement "
        "WHERE reference = $1 AND kind = 'reserved'",
        cast.number,
    )
    assert balances == [-20, -15]


async def see_only_what_is_delegated(cast: Cast) -> None:
    """The employer reads the hours and the dossier, and can prepare nothing."""
    hand = cast.employer
    await hand.open("/professionnels")
    await agents.say_password(hand, cast.company)
    await hand.press("Philomène Serin")
    await hand.reads(TITLE)
    text = await hand.page.locator("main").inner_text()
    assert "Bilan de compétences" not in text
    assert "Préparer un dossier" not in text
    assert cast.person.nir not in text
    await open_dossier(hand, cast)
    text = await hand.page.locator("main").inner_text()
    assert "École des Quais" in text
    assert "Modifier" not in text
    path = await cast.site.sql("SELECT id FROM dossier WHERE confidential LIMIT 1")
    hidden = hand.page.url.rsplit("/", 1)[0] + f"/{path}"
    answer = await hand.page.goto(hidden)
    assert answer is not None
    assert answer.status == 404


async def end_training(cast: Cast) -> None:
    """Closed: the hours reserved are debited."""
    desk, hand = cast.desk, cast.titulaire
    await open_dossier(desk, cast)
    await desk.press("Clore ce dossier")
    await desk.choose("Terminée")
    await desk.press("Clore ce dossier")
    await desk.reads("Le dossier est clos.")
    await hand.press("Mon compte d’heures")
    await hand.reads("Heures débitées")
    await hand.press("Mes dossiers de formation")
    await hand.reads("Clos : terminé")


async def read_history(cast: Cast) -> None:
    """Everything, by whom."""
    hand = cast.titulaire
    await hand.press("Historique de vos actions")
    await hand.reads("Actions, de la plus récente à la plus ancienne")
    text = " ".join((await hand.page.locator("main").inner_text()).split())
    for told in (
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
        assert told in text, told


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
