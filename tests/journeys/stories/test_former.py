"""A closed account restored from another mailbox, without scripts, by the keyboard alone."""

from __future__ import annotations

import re

import pytest

from tests.journeys.acts.space_story import close
from tests.journeys.acts.story import activate, log_in, register
from tests.journeys.browsers.checks import Inspector
from tests.journeys.browsers.drivers import Keyboard
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.site import Site
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import draft, give_hours
from web.domain.submission import Draft

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FORMER = "/espace/ancien-compte"
LINK = re.compile(r"http://[^/\s]+(/espace/ancien-compte/[\w-]{43})")
TITLE = "Vitrail d’autrefois"


async def test_dossiers_of_a_closed_account_come_back_by_the_mail_to_its_address(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    """Nothing of the closed account is shown until the link is followed."""
    before = Person()
    account_id = await site.open_account(before)
    person_id = await site.sql("SELECT person_id FROM account WHERE id = $1", account_id)
    async with site.runtime() as runtime:
        await give_hours(runtime, person_id, dif=80)
        await draft(runtime, person_id, Draft(title=TITLE))
    driver = Keyboard(await new_page(scripts="off"), scripts=False)
    await driver.open("/connexion")
    await log_in(driver, before)
    await close(driver, before)

    after = Person(nir=before.nir, email=f"autre-{before.email}")
    await register(driver, site, after)
    await activate(driver, site, after)
    await log_in(driver, after)
    await driver.press("Mes dossiers de formation")
    await driver.reads("Un compte a déjà été ouvert avec votre numéro")
    assert TITLE not in await driver.page.content()
    await driver.press("Retrouver cet ancien compte")
    await driver.reads("Vos heures sont bien là")
    link = await site.link_mailed_to(before.email, link=LINK)
    seen = await new_page(storage_state=await driver.page.context.storage_state())
    for path, name in ((FORMER, "former"), (link, "former-link"), (f"{link[:-1]}_", "former-over")):
        await seen.goto(path)
        await inspector.look(seen, name)

    await driver.open(link)
    await driver.reads("seront affichés dans le compte ouvert en ce moment")
    await driver.press("Retrouver mes dossiers")
    await driver.reads("L’ancien compte est retrouvé")
    await driver.open("/espace/dossiers")
    await driver.reads(TITLE)
    await driver.open(link)
    await driver.reads("Votre ancien compte est déjà retrouvé")
