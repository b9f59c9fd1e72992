"""The main journey: register, follow the mail, log in, declare DIF hours, log out."""

from __future__ import annotations

from typing import Protocol

from tests.journeys.site import Site
from tests.support.programs.settings import CAPTCHA_ANSWER
from tests.support.titulaires.people import Person

CHARACTERS = "Caractères affichés ou entendus"


class Driver(Protocol):
    """A user driving a browser; names and texts are those on the screen."""

    activates_by_itself: bool

    async def open(self, path: str) -> None:
        """Open an address."""

    async def press(self, name: str) -> None:
        """Use the link or the button with this name."""

    async def write(self, label: str, text: str) -> None:
        """Fill the field with this label."""

    async def choose(self, label: str) -> None:
        """Tick a box, or select a radio button."""

    async def reads(self, text: str) -> None:
        """Wait for the page to show this text, up to the maximum loading time."""

    async def reads_after(self, text: str, refresh: str) -> None:
        """Wait for this text to appear; without scripts, press `refresh` as needed."""

    async def reads_error_summary(self) -> None:
        """Check that the error summary has the focus, or comes first."""


async def register(driver: Driver, site: Site, person: Person) -> None:
    """Register, from the public site to the page that announces a mail."""
    await driver.open("/")
    await driver.press("Mon compte formation")
    await driver.reads("Entrez votre identifiant et votre mot de passe")
    await driver.press("S’inscrire")
    await driver.reads("Étape 1 sur 4")
    await driver.press("Continuer")
    await driver.reads_error_summary()
    await driver.choose("Je déclare avoir lu, compris et accepté")
    await driver.press("Continuer")
    await fill_identity(driver, person)
    await driver.press("Continuer")
    await driver.reads("Étape 3 sur 4")
    await driver.write("Mot de passe", "abc")
    await driver.write("Confirmation Mot de passe", "abc")
    await driver.press("Continuer")
    await driver.reads_error_summary()
    await driver.write("Mot de passe", person.password)
    await driver.write("Confirmation Mot de passe", person.password)
    await driver.press("Continuer")
    await driver.reads("Étape 4 sur 4")
    await driver.reads(person.email)
    await driver.press("Valider mon inscription")
    await driver.reads("Vous allez recevoir un courriel contenant un lien de confirmation.")


async def fill_identity(driver: Driver, person: Person) -> None:
    """Fill the second step, security check included."""
    await fill_person(driver, person)
    await driver.write(CHARACTERS, CAPTCHA_ANSWER)


async def fill_person(driver: Driver, person: Person) -> None:
    """Fill the second step, up to the security check."""
    await driver.reads("Étape 2 sur 4")
    await driver.write("N° de sécurité sociale", person.nir_with_key)
    await driver.choose("Madame")
    await driver.write("Prénom", person.first_name)
    await driver.write("Nom de naissance", person.birth_name)
    await driver.write("Téléphone portable", "06 12 34 56 78")
    await driver.write("Courriel", person.email)
    await driver.write("Confirmation courriel", person.email)


async def activate(driver: Driver, site: Site, person: Person) -> None:
    """Activate, from the waiting page to the login page, by the link of the mail."""
    link = await site.link_mailed_to(person.email)
    await driver.reads_after("Courriel envoyé", refresh="Actualiser l’état du courriel")
    await driver.open(link)
    if not driver.activates_by_itself:
        await driver.press("Activer mon compte")
    await driver.reads("Votre compte a bien été activé.")


async def log_in(driver: Driver, person: Person) -> None:
    """Log in, from the login page to the personal space."""
    await driver.write("Identifiant", person.nir)
    await driver.write("Mot de passe", person.password)
    await driver.press("S’identifier")
    await driver.reads("Synthèse de votre compte")


async def run_story(driver: Driver, site: Site, person: Person) -> None:
    """Run the whole story."""
    await register(driver, site, person)
    await activate(driver, site, person)
    await log_in(driver, person)
    await driver.reads("non renseignées")
    await driver.press("ici, sur la page de vos heures")
    await driver.reads("Aucun mouvement n’a été porté à la connaissance du compte d’heures CPF.")
    await driver.write("Saisissez le solde du DIF", "80")
    await driver.press("Enregistrer")
    await driver.reads("enregistré")
    await driver.reads("Déclaration du solde DIF")
    await driver.press("Se déconnecter")
    await driver.reads("Votre session est fermée.")
    await driver.open("/espace/heures")
    await driver.reads("Entrez votre identifiant et votre mot de passe")
    declared = await site.sql("SELECT count(*) FROM movement WHERE hours = 80 AND balance = 'dif'")
    assert declared >= 1
