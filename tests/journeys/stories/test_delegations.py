"""Délégations with every driver, and each of their pages inspected."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.acts.story import Driver
from tests.journeys.browsers.checks import Inspector
from tests.journeys.browsers.drivers import Keyboard, Pointer
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.paths import to_space
from tests.journeys.site import Site
from tests.support.titulaires.people import Person, synthetic_siret
from tests.support.training.delegations import day

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def fill(driver: Driver, name: str, siret: str) -> None:
    """Fill the first step, except its dates."""
    await driver.write("Nom de l’employeur", name)
    await driver.write("N° SIRET de l’employeur", siret)
    await driver.choose("Consulter et préparer")


async def run_story(driver: Driver, name: str, siret: str) -> None:
    """Make a mistake, grant a délégation, then revoke it."""
    await driver.open("/espace")
    await driver.press("Mes délégations")
    await driver.press("Accorder une délégation")
    await driver.reads("Étape 1 sur 2")
    await driver.press("Voir ce que verra cet employeur")
    await driver.reads_error_summary()
    await fill(driver, name, siret)
    await driver.write("Date de fin", day(30))
    await driver.press("Voir ce que verra cet employeur")
    await driver.reads(f"Ce que verra {name}")
    await driver.press("Corriger")
    await driver.reads("Étape 1 sur 2")
    await driver.write("Date de fin", day(60))
    await driver.press("Voir ce que verra cet employeur")
    await driver.reads("Étape 2 sur 2")
    await driver.press("Accorder la délégation")
    await driver.reads("La délégation est accordée")
    await driver.press(f"Révoquer la délégation à {name}")
    await driver.reads("L’effet est immédiat")
    await driver.press("Révoquer la délégation")
    await driver.reads("elle ne donne plus accès à votre compte")


async def test_granting_and_revoking_without_scripts(new_page: OpenPage, member: Any) -> None:
    page = await new_page(scripts="off", storage_state=member)
    # One employer per driver: they share the member's account.
    await run_story(Pointer(page, scripts=False), "Brasserie du Port", synthetic_siret())


async def test_granting_and_revoking_by_the_keyboard_alone(new_page: OpenPage, member: Any) -> None:
    page = await new_page(storage_state=member)
    await run_story(Keyboard(page), "Comptoir des Sables", synthetic_siret())


async def test_every_page_of_delegations(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    page, person = await new_page(), Person()
    driver = await to_space(page, site, person)
    await driver.open("/espace/delegations")
    await inspector.look(page, "delegations-none")
    await driver.press("Accorder une délégation")
    await inspector.look(page, "delegations-form")
    await driver.press("Voir ce que verra cet employeur")
    await driver.reads_error_summary()
    await inspector.look(page, "delegations-errors")
    await fill(driver, "Établissements Grandjean et Compagnie de l’Ouest", "73282932000074")
    await driver.press("Voir ce que verra cet employeur")
    await driver.reads("Étape 2 sur 2")
    await inspector.look(page, "delegations-preview-empty")
    newest = await site.sql("SELECT person_id FROM account ORDER BY created_at DESC LIMIT 1")
    for number, title, confidential in (
        ("D26-100-200", "Anglais professionnel, niveau intermédiaire", False),
        ("D26-500-600", "", True),
    ):
        await site.sql(
            "INSERT INTO dossier (id, person_id, number, title, confidential) "
            "VALUES (uuidv7(), $1, $2, $3, $4)",
            newest,
            number,
            title,
            confidential,
        )
    await page.reload()
    await driver.reads("jamais visible")
    await inspector.look(page, "delegations-preview")
    await driver.press("Accorder la délégation")
    await driver.reads("La délégation est accordée")
    await inspector.look(page, "delegations-granted")
    await driver.press("Accorder une délégation")
    await fill(driver, "Grandjean", "73282932000074")
    await driver.press("Voir ce que verra cet employeur")
    await driver.reads_error_summary()
    await inspector.look(page, "delegations-overlap")
    await driver.choose("Remplacer")
    await driver.press("Voir ce que verra cet employeur")
    await driver.reads("Une délégation sera remplacée")
    await inspector.look(page, "delegations-replacing")
    await driver.press("Accorder la délégation")
    await driver.reads("Passées")
    for starts, ends in ((-30, -10), (10, 20)):
        await site.sql(
            "INSERT INTO delegation "
            "(id, person_id, siret, employer_name, scope, starts_on, ends_on, used_on) "
            "VALUES (uuidv7(), $1, '55210055400013', 'Brasserie du Port', 'consulter', "
            "current_date + $2::int, current_date + $3::int, current_date + $2::int)",
            newest,
            starts,
            ends,
        )
    await page.reload()
    await driver.reads("arrivée à échéance")
    await inspector.look(page, "delegations-list")
    await driver.press("Révoquer la délégation à Grandjean")
    await inspector.look(page, "delegations-revoke")
    await driver.press("Révoquer la délégation")
    await driver.reads("elle ne donne plus accès")
    await page.go_back()
    await page.reload()
    await driver.reads("Cette délégation est terminée")
    await inspector.look(page, "delegations-over")
