"""The desk of an employer with every driver, and each of its pages inspected."""

from __future__ import annotations

import pytest

from tests.journeys.acts.agents import GraphicalDriver
from tests.journeys.acts.employers import add_agent, add_titulaire
from tests.journeys.acts.story import Driver
from tests.journeys.browsers.checks import Inspector
from tests.journeys.browsers.drivers import Keyboard, Pointer
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.paths import to_desk
from tests.journeys.site import Site
from tests.support.desks.agents import InventedAgent
from tests.support.titulaires.people import Person, synthetic_siret

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
GRANT = """
    INSERT INTO delegation (id, person_id, siret, employer_name, scope, starts_on)
    VALUES (uuidv7(), $1, $2, 'Duval', 'modifier', current_date - 1)
"""
DECLARE = """
    INSERT INTO movement (person_id, balance, kind, hours) VALUES ($1, 'dif', 'dif_declared', 80)
"""


async def prepare(driver: Driver, name: str) -> None:
    """Create a draft from the list of people, correct it, then delete it."""
    await driver.press(name)
    await driver.reads("Heures DIF")
    await driver.press("Préparer un dossier")
    await driver.write("Intitulé de la formation", "Soudure à l’arc")
    await driver.write("Durée", "beaucoup")
    await driver.press("Enregistrer")
    await driver.reads_error_summary()
    await driver.write("Durée", "40")
    await driver.press("Enregistrer")
    await driver.reads("Le brouillon est enregistré.")
    await driver.reads("40 h DIF")
    await driver.press("Compléter")
    await driver.write("Nom de l’organisme de formation", "École des Quais")
    await driver.press("Enregistrer")
    await driver.reads("École des Quais")
    await driver.press("Supprimer ce brouillon")
    await driver.reads("C’est définitif")
    await driver.press("Supprimer ce brouillon")
    await driver.reads("Le brouillon est supprimé.")


async def test_the_desk_without_scripts(new_page: OpenPage, site: Site) -> None:
    page = await new_page(scripts="off")
    await prepare(*await at_desk(Pointer(page, scripts=False), site, synthetic_siret()))


async def test_the_desk_by_the_keyboard_alone(new_page: OpenPage, site: Site) -> None:
    page = await new_page()
    await prepare(*await at_desk(Keyboard(page), site, "41816609600051"))


async def test_every_page_of_the_desk(new_page: OpenPage, site: Site, inspector: Inspector) -> None:
    page = await new_page()
    agent = await add_agent(site, InventedAgent())
    driver = await to_desk(page, site, agent)
    await inspector.look(page, "employer-nobody")
    person = Person(first_name="Maximilienne", birth_name="Delatour-Grandchamp")
    person_id = await add_titulaire(site, person)
    await site.sql(GRANT, person_id, agent.siret)
    await driver.open("/employeur")
    await inspector.look(page, "employer-people")
    await driver.press("Maximilienne")
    await driver.reads("non renseignées")
    await inspector.look(page, "employer-person-undeclared")
    await driver.open(page.url + "/dossiers/nouveau")
    await inspector.look(page, "employer-blocked")
    await site.sql(DECLARE, person_id)
    await page.reload()
    await inspector.look(page, "employer-new")
    await driver.write("Intitulé de la formation", "Soudure à l’arc")
    await driver.write("Durée", "40")
    await driver.reads("Avec ses heures")
    await driver.press("Enregistrer")
    await driver.reads("Le brouillon est enregistré.")
    await inspector.look(page, "employer-draft")
    draft_url = page.url
    await driver.press("Compléter")
    await inspector.look(page, "employer-edit")
    await driver.open(draft_url + "/supprimer")
    await inspector.look(page, "employer-delete")
    await driver.open("/employeur")
    await driver.press("Maximilienne")
    await driver.reads("Soudure à l’arc")
    await inspector.look(page, "employer-person")
    await site.sql("UPDATE delegation SET revoked_at = now() WHERE person_id = $1", person_id)
    await page.reload()
    await driver.reads("Cette page ne vous est plus accessible")
    await inspector.look(page, "employer-gone")


async def at_desk(driver: GraphicalDriver, site: Site, siret: str) -> tuple[Driver, str]:
    """Log in an agent who has a délégation; return the driver and the titulaire's name."""
    agent = await add_agent(site, InventedAgent(siret=siret, organisation=f"Société {siret[:3]}"))
    person = Person(birth_name="Salariée")
    person_id = await add_titulaire(site, person)
    await site.sql(DECLARE, person_id)
    await site.sql(GRANT, person_id, siret)
    await to_desk(driver.page, site, agent)
    return driver, person.first_name
