"""The main journey: register, follow the mail, log in, declare DIF hours, log out."""

from __future__ import annotations

from typing import Protocol

from tests.journeys.site import Site
from tests.support.people import Person
from tests.support.settings import CAPTCHA_ANSWER

CHARACTERS = "Caractères affichés ou entendus"


class Hand(Protocol):
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

    async def pick(self, label: str, option: str) -> None:
        """Select an option of the list with this label."""

    async def reads(self, text: str) -> None:
        """Wait for the page to show this text, up to the maximum loading time."""

    async def reads_after(self, text: str, refresh: str) -> None:
        """Wait for this text to appear; without scripts, press `refresh` as needed."""

    async def is_told_of_errors(self) -> None:
        """Check that the error summary has the focus, or comes first."""


async def register(hand: Hand, site: Site, person: Person) -> None:
    """Register, from the public site to the page that announces a mail."""
    await hand.open("/")
    await hand.press("Mon compte formation")
    await hand.reads("Entrez votre identifiant et votre mot de passe")
    await hand.press("S’inscrire")
    await hand.reads("Étape 1 sur 4")
    await hand.press("Continuer")
    await hand.is_told_of_errors()
    await hand.choose("Je déclare avoir lu, compris et accepté")
    await hand.press("Continuer")
    await fill_identity(hand, person)
    await hand.press("Continuer")
    await hand.reads("Étape 3 sur 4")
    await hand.write("Mot de passe", "abc")
    await hand.write("Confirmation Mot de passe", "abc")
    await hand.press("Continuer")
    await hand.is_told_of_errors()
    await hand.write("Mot de passe", person.password)
    await hand.write("Confirmation Mot de passe", person.password)
    await hand.press("Continuer")
    await hand.reads("Étape 4 sur 4")
    await hand.reads(person.email)
    await hand.press("Valider mon inscription")
    await hand.reads("Vous allez recevoir un courriel contenant un lien de confirmation.")


async def fill_identity(hand: Hand, person: Person) -> None:
    """Fill the second step, security check included."""
    await fill_person(hand, person)
    await hand.write(CHARACTERS, CAPTCHA_ANSWER)


async def fill_person(hand: Hand, person: Person) -> None:
    """Fill the second step, up to the security check."""
    await hand.reads("Étape 2 sur 4")
    await hand.write("N° de sécurité sociale", person.nir_with_key)
    await hand.choose("Madame")
    await hand.write("Prénom", person.first_name)
    await hand.write("Nom de naissance", person.birth_name)
    await hand.write("Téléphone portable", "06 12 34 56 78")
    await hand.write("Courriel", person.email)
    await hand.write("Confirmation courriel", person.email)


async def activate(hand: Hand, site: Site, person: Person) -> None:
    """Activate, from the waiting page to the login page, by the link of the mail."""
    link = await site.link_mailed_to(person.email)
    await hand.reads_after("Courriel envoyé", refresh="Actualiser l’état du courriel")
    await hand.open(link)
    if not hand.activates_by_itself:
        await hand.press("Activer mon compte")
    await hand.reads("Votre compte a bien été activé.")


async def log_in(hand: Hand, person: Person) -> None:
    """Log in, from the login page to the personal space."""
    await hand.write("Identifiant", person.nir)
    await hand.write("Mot de passe", person.password)
    await hand.press("S’identifier")
    await hand.reads("Synthèse de votre compte")


async def tell(hand: Hand, site: Site, person: Person) -> None:
    """Run the whole story."""
    await register(hand, site, person)
    await activate(hand, site, person)
    await log_in(hand, person)
    await hand.reads("non renseignées")
    await hand.press("ici, sur la page de vos heures")
    await hand.reads("Aucun mouvement n’a été porté à la connaissance du compte d’heures CPF.")
    await hand.write("Saisissez le solde du DIF", "80")
    await hand.press("Enregistrer")
    await hand.reads("enregistré")
    await hand.reads("Déclaration du solde DIF")
    await hand.press("Se déconnecter")
    await hand.reads("Votre session est fermée.")
    await hand.open("/espace/heures")
    await hand.reads("Entrez votre identifiant et votre mot de passe")
    declared = await site.sql("SELECT count(*) FROM movement WHERE hours = 80 AND balance = 'dif'")
    assert declared >= 1
