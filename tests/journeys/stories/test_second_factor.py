"""The second factor of a titulaire, from the setting to its removal, with every driver."""

from __future__ import annotations

import re

import pyotp
import pytest

from tests.journeys.acts.agents import CLOCK, GraphicalDriver
from tests.journeys.acts.space_story import look
from tests.journeys.browsers.checks import InspectingKeyboard, Inspector
from tests.journeys.browsers.drivers import Pointer
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.site import Site
from tests.support.titulaires.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
CODE = "Code à 6 chiffres"


async def code_of(site: Site, secret: str) -> str:
    """The application's current code; forget that it has been used."""
    await site.sql("UPDATE login SET totp_last_step = 0 WHERE totp_secret IS NOT NULL")
    return pyotp.TOTP(secret).at(await site.sql(CLOCK))


async def enter_password(driver: GraphicalDriver, person: Person) -> None:
    """Log in with the password; the next page may ask for the code."""
    await driver.write("Identifiant", person.nir)
    await driver.write("Mot de passe", person.password)
    await driver.press("S’identifier")


async def set_up(driver: GraphicalDriver, site: Site, person: Person) -> str:
    """Set it up from the account, after a mistake; return the secret."""
    await driver.press("Mes informations personnelles")
    await driver.press("Mettre en place un second facteur")
    await driver.reads("Ouvrez une application de codes")
    await look(driver, "second-factor")
    await driver.write(CODE, "000000")
    await driver.write("Mot de passe actuel", "Mauvais-123-mot")
    await driver.press("Mettre en place")
    await driver.reads_error_summary()
    await look(driver, "second-factor-refused")
    secret = (await driver.page.locator("code").inner_text()).replace(" ", "")
    await driver.write(CODE, await code_of(site, secret))
    await driver.write("Mot de passe actuel", person.password)
    await driver.press("Mettre en place")
    await driver.reads("Vos codes de secours")
    await look(driver, "second-factor-codes")
    await driver.press("J’ai conservé mes codes")
    await driver.reads("Codes de secours restants")
    await look(driver, "second-factor-in-place")
    return secret


async def run_story(driver: GraphicalDriver, site: Site) -> None:
    """Set it up, log in with it, renew the codes, remove it."""
    person = Person()
    await site.open_account(person)
    await driver.open("/connexion")
    await enter_password(driver, person)
    await driver.reads("Synthèse de votre compte")
    secret = await set_up(driver, site, person)
    await driver.press("Se déconnecter")
    await driver.reads("Votre session est fermée.")
    await enter_password(driver, person)
    await driver.reads("Saisir le code de votre application")
    await look(driver, "second-factor-code")
    await driver.write("Code", "000000")
    await driver.press("Continuer")
    await driver.reads_error_summary()
    await look(driver, "second-factor-code-refused")
    await driver.write("Code", await code_of(site, secret))
    await driver.press("Continuer")
    await driver.reads("Synthèse de votre compte")
    await driver.press("Mes informations personnelles")
    await driver.press("Renouveler vos codes de secours")
    await driver.reads("Dix nouveaux codes seront affichés")
    await look(driver, "second-factor-renewal")
    await driver.write("Mot de passe actuel", person.password)
    await driver.press("Afficher de nouveaux codes")
    await driver.reads("Vos codes de secours")
    codes = await driver.page.locator("code").all_inner_texts()
    assert [code for code in codes if re.fullmatch(r"[\d ]{14}", code)] == codes
    await driver.press("J’ai conservé mes codes")
    await driver.press("Changer d’application ou d’appareil")
    await driver.reads("Remplacer votre second facteur")
    await look(driver, "second-factor-replaced")
    await driver.press("Annuler")
    await driver.press("Retirer le second facteur")
    await driver.reads("Vos codes de secours ne fonctionneront plus")
    await look(driver, "second-factor-removal")
    await driver.write("Mot de passe actuel", person.password)
    await driver.press("Retirer le second facteur")
    await driver.reads("Votre second facteur est retiré.")
    await driver.open("/espace/historique")
    await driver.reads("Second facteur retiré")


async def test_a_titulaire_s_second_factor_by_the_keyboard_alone(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    await run_story(InspectingKeyboard(await new_page(), inspector), site)


async def test_a_titulaire_s_second_factor_without_scripts(new_page: OpenPage, site: Site) -> None:
    await run_story(Pointer(await new_page(scripts="off"), scripts=False), site)
