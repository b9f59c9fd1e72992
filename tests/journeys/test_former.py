"""A closed account found again from another mailbox, without scripts, by the keyboard alone."""

from __future__ import annotations

import re

import pytest

from tests.journeys.checks import Inspector
from tests.journeys.conftest import OpenPage
from tests.journeys.hands import Keyboard
from tests.journeys.site import Site
from tests.journeys.space_story import close
from tests.journeys.story import activate, log_in, register
from tests.support.dossiers import draft, give_hours
from tests.support.people import Person
from web.domain.submission import Draft

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FORMER = "/espace/ancien-compte"
LINK = re.compile(r"http://[^/\s]+(/espace/ancien-compte/[\w-]{43})")
TITLE = "Vitrail d’autrefois"


async def test_dossiers_of_a_closed_account_come_back_by_the_mail_to_its_address(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    """Nothing earlier is shown until the link is followed."""
    before = Person()
    account_id = await site.open_account(before)
    person_id = await site.sql("SELECT person_id FROM account WHERE id = $1", account_id)
    async with site.runtime() as runtime:
        await give_hours(runtime, person_id, dif=80)
        await draft(runtime, person_id, Draft(title=TITLE))
    hand = Keyboard(await new_page(scripts="off"), scripts=False)
    await hand.open("/connexion")
    await log_in(hand, before)
    await close(hand, before)

    after = Person(nir=before.nir, email=f"autre-{before.email}")
    await register(hand, site, after)
    await activate(hand, site, after)
    await log_in(hand, after)
    await hand.press("Mes dossiers de formation")
    await hand.reads("Un compte a déjà été ouvert avec votre numéro")
    assert TITLE not in await hand.page.content()
    await hand.press("Retrouver cet ancien compte")
    await hand.reads("Vos heures sont bien là")
    link = await site.link_mailed_to(before.email, link=LINK)
    seen = await new_page(storage_state=await hand.page.context.storage_state())
    for path, name in ((FORMER, "former"), (link, "former-link"), (f"{link[:-1]}_", "former-over")):
        await seen.goto(path)
        await inspector.look(seen, name)

    await hand.open(link)
    await hand.reads("seront affichés dans le compte ouvert en ce moment")
    await hand.press("Retrouver mes dossiers")
    await hand.reads("L’ancien compte est retrouvé")
    await hand.open("/espace/dossiers")
    await hand.reads(TITLE)
    await hand.open(link)
    await hand.reads("Votre ancien compte est déjà retrouvé")
