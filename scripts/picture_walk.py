"""The journey of the pictures: registration, a dossier and a délégation of a fictitious person.

All numbers are fictitious: a NIR of an unassigned country, SIRETs of no company.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date

from playwright.sync_api import Page

from scripts.picture_album import Album

PASSWORD = "Chevaux-482-Rouges"
TRAINER, EMPLOYER = "999 999 998 00019", "999 999 980 00017"
NEXT_YEAR = date.today().year + 1


@dataclass(frozen=True)
class FictitiousPerson:
    """A fictitious person."""

    nir: str = field(
        default_factory=lambda: f"2850599{random.randrange(980, 999)}{random.randrange(1, 999):03}"
    )

    @property
    def email(self) -> str:
        """A unique address, so that the journey can be repeated."""
        return f"touria.orange{self.nir[-3:]}@courriel.example"


def register(page: Page, site: str, person: FictitiousPerson, album: Album) -> None:
    """Register, from the login page to the one that awaits the mail."""
    page.goto(f"{site}/connexion")
    album.take("login", page)
    page.goto(f"{site}/inscription/conditions")
    page.get_by_label("Je déclare").check()
    album.take("terms", page, last=page.locator("main .actions"))
    page.get_by_role("button", name="Continuer").click()
    fill_identity(page, person)
    album.take("identity", page, last=page.get_by_label("Confirmation courriel"))
    check = page.locator("#controle")
    album.take("check", page, first=check, last=check)
    page.locator("#answer").fill("robot")
    page.locator("#answer").press("Enter")
    page.get_by_label("Mot de passe *", exact=True).press_sequentially(PASSWORD)
    page.get_by_label("Confirmation Mot de passe *", exact=True).fill(PASSWORD)
    page.get_by_text("Très fort", exact=True).wait_for()
    album.take("password", page, last=page.locator("main .actions"))
    page.get_by_role("button", name="Continuer").last.click()
    page.get_by_role("button", name="Valider mon inscription").wait_for()
    album.take("validation", page, last=page.locator("main .actions"))
    page.get_by_role("button", name="Valider mon inscription").click()
    page.get_by_text("Courriel envoyé").wait_for()
    album.take("waiting", page)


def fill_identity(page: Page, person: FictitiousPerson) -> None:
    """Fill in the second step, except for the security check."""
    page.get_by_label("N° de sécurité sociale").fill(person.nir)
    page.get_by_label("Madame").check()
    page.get_by_label("Prénom").fill("Touria")
    page.get_by_label("Nom de naissance").fill("Orange")
    page.get_by_label("Téléphone portable").fill("06 12 34 56 78")
    page.get_by_label("Courriel *", exact=True).fill(person.email)
    page.get_by_label("Confirmation courriel").fill(person.email)


def enter(page: Page, site: str, person: FictitiousPerson) -> None:
    """Follow the mailed link, and log in."""
    page.goto(f"{site}/demo/courriels")
    page.get_by_role("link", name="Activez votre compte formation").first.click()
    page.locator(".letter a").first.click()
    page.get_by_label("Identifiant").fill(person.nir)
    page.get_by_label("Mot de passe *", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="S’identifier").click()
    page.get_by_role("heading", name="Synthèse de votre compte").wait_for()


def declare_hours(page: Page, site: str, album: Album) -> None:
    """Declare DIF hours in « Mon compte d'heures »."""
    page.goto(f"{site}/espace/heures")
    page.get_by_label("Saisissez le solde du DIF").fill("80")
    save = page.get_by_role("button", name="Enregistrer")
    album.take("hours", page, last=save)
    save.click()
    page.get_by_text("Solde DIF enregistré").first.wait_for()


def make_dossier(page: Page, site: str, album: Album) -> None:
    """Create and submit a dossier, from the catalogue search on."""
    page.goto(f"{site}/espace/dossiers/nouveau")
    page.get_by_label("Rechercher dans le catalogue").press_sequentially("couvreur")
    page.get_by_label("Provence-Alpes-Côte d’Azur").check()
    album.take("dossier-formation", page, last=page.locator("#formations"))
    page.get_by_label("Nom de l’organisme de formation").fill("Atelier des Toits")
    page.get_by_label("SIRET de l’organisme de formation").fill(TRAINER)
    page.get_by_label("Date de début").fill(f"01/03/{NEXT_YEAR}")
    page.get_by_label("Date de fin").fill(f"19/03/{NEXT_YEAR}")
    page.get_by_label("Durée").press_sequentially("105")
    page.locator("#simulation-dit").wait_for()
    page.get_by_label("Oui").check()
    dates = page.get_by_role("heading", name="Dates, durée et coût")
    album.take("dossier-hours", page, first=dates, last=page.locator("#simulation"))
    page.get_by_label("En emploi salarié", exact=True).check()
    page.get_by_label("Votre employeur").fill("Ateliers du Lac")
    page.get_by_label("Organisme financeur").select_option("Opcalys")
    page.get_by_role("button", name="Enregistrer et vérifier").click()
    page.get_by_label("Je suis d’accord").check()
    page.get_by_role("button", name="Soumettre mon dossier").click()
    page.get_by_text("examine votre dossier").first.wait_for()
    page.reload()
    album.take("dossier", page, last=page.locator(".timeline"))


def prepare_delegation(page: Page, site: str, album: Album) -> None:
    """Fill in the first of the two steps of a délégation, without granting it."""
    page.goto(f"{site}/espace/delegations/nouvelle")
    page.get_by_label("Nom de l’employeur").fill("Verrerie Duval")
    page.get_by_label("SIRET de l’employeur").fill(EMPLOYER)
    page.get_by_label("Consulter : voir").check()
    page.get_by_label("Date de début").fill(f"01/02/{NEXT_YEAR}")
    page.get_by_label("Date de fin").fill(f"31/12/{NEXT_YEAR}")
    first = page.locator("form .required-note")
    album.take("delegation", page, first=first, last=page.locator("main .actions"))
