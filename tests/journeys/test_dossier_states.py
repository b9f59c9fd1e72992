"""The pages of dossiers in each of their states, looked at."""

from __future__ import annotations

import pytest

from tests.journeys.checks import Inspector
from tests.journeys.conftest import OpenPage
from tests.journeys.dossiers import (
    cancel,
    complete,
    create_incomplete,
    newest_person,
    prepare,
    submit,
)
from tests.journeys.paths import to_space
from tests.journeys.site import Site
from tests.support.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_dossiers_of_a_titulaire(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    page = await new_page()
    hand = await to_space(page, site, Person())
    await hand.open("/espace/dossiers")
    await inspector.look(page, "dossiers-blocked")
    await hand.open("/espace/dossiers/nouveau")
    await inspector.look(page, "dossier-blocked")
    await prepare(site, await newest_person(site))
    await hand.open("/espace/dossiers")
    await inspector.look(page, "dossiers-none")
    await hand.open("/espace/dossiers/simulation?duration=400")
    await inspector.look(page, "dossier-simulation")
    await create_incomplete(hand)
    await inspector.look(page, "dossier-to-complete")
    await hand.press("Compléter le dossier")
    await hand.write("N° SIRET de l’organisme de formation", "12")
    await hand.write("Date de fin", "bientôt")
    await hand.press("Enregistrer")
    await hand.is_told_of_errors()
    await inspector.look(page, "dossier-errors")
    await hand.open("/espace/dossiers")
    await page.locator("main table a").click()
    await inspector.look(page, "dossier-draft")
    await hand.press("Vérifier et soumettre")
    await complete(hand)
    await hand.press("Vérifier et soumettre")
    await inspector.look(page, "dossier-to-submit")
    await hand.press("Plus tard")
    await submit(hand)
    await inspector.look(page, "dossier-submitted")
    await hand.press("Annuler ce dossier")
    await inspector.look(page, "dossier-to-cancel")
    await hand.press("Garder ce dossier")
    await cancel(hand)
    await inspector.look(page, "dossier-cancelled")
    await hand.open("/espace/dossiers")
    await inspector.look(page, "dossiers-one")
