"""A part of a page that fails, is late or cannot be reached: it is said, the form still works."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.journeys.conftest import OpenPage
from tests.journeys.hands import control, field
from tests.journeys.paths import to_identity, to_password, to_space
from tests.journeys.site import Site
from tests.journeys.watch import Watch
from tests.support.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
SENTENCE = "Cette partie de la page ne répond pas."
# A little more than the ten seconds after which the page stops waiting.
LATE = 10_500


async def answer_500(route: Route) -> None:
    await route.fulfill(status=500, content_type="text/html", body="<!doctype html><p>non")


async def cut(route: Route) -> None:
    await route.abort("connectionreset")


async def never_answer(route: Route) -> None:
    """Leave the request where it is."""


FAILURES = pytest.mark.parametrize("failure", [answer_500, cut, never_answer])


async def only_parts(page: Page, url: str, failure: Callable[[Route], Awaitable[None]]) -> None:
    """Break what htmx asks for; whole pages go through."""

    async def handle(route: Route) -> None:
        if await route.request.header_value("hx-request"):
            await failure(route)
        else:
            await route.continue_()

    await page.route(url, handle)


async def wait_for_the_sentence(page: Page, failure: Any, *, times: int = 1) -> None:
    if failure is never_answer:
        await page.clock.fast_forward(LATE)
    await expect(page.locator("[data-panne]")).to_have_count(times)
    await expect(page.locator("[data-panne]")).to_contain_text(SENTENCE)
    await expect(page.locator("[data-panne]")).to_be_in_viewport()
    await expect(page.locator("#alerte")).to_contain_text(SENTENCE)


@FAILURES
async def test_a_meter_that_fails_is_told_once_and_the_step_is_passed(
    new_page: OpenPage, watch: Watch, failure: Any
) -> None:
    watch.failures_are_wanted = True
    page, person = await new_page(), Person()
    await page.clock.install()
    hand = await to_password(page, person)
    await only_parts(page, "**/robustesse", failure)
    async with page.expect_request("**/robustesse"):
        await hand.write("Mot de passe", person.password)
    await wait_for_the_sentence(page, failure)
    await hand.write("Confirmation Mot de passe", person.password)
    await hand.press("Continuer")
    await hand.reads("Étape 4 sur 4")


@FAILURES
async def test_a_saving_that_fails_is_told_and_the_next_press_saves(
    new_page: OpenPage, site: Site, watch: Watch, failure: Any
) -> None:
    watch.failures_are_wanted = True
    page = await new_page()
    await page.clock.install()
    hand = await to_space(page, site, Person())
    await hand.open("/espace/heures")
    await only_parts(page, "**/espace/heures", failure)
    await hand.write("Saisissez le solde du DIF", "80")
    async with page.expect_request("**/espace/heures"):
        await hand.press("Enregistrer")
    await wait_for_the_sentence(page, failure)
    await expect(control(page, "Enregistrer")).to_be_focused()
    await expect(field(page, "Saisissez le solde du DIF")).to_have_value("80")
    await hand.press("Enregistrer")
    await hand.reads("Votre solde DIF est enregistré.")
    await hand.reads("Déclaration du solde DIF")


@FAILURES
async def test_a_renewal_that_fails_is_told_and_the_next_press_renews(
    new_page: OpenPage, watch: Watch, failure: Any
) -> None:
    watch.failures_are_wanted = True
    page = await new_page()
    await page.clock.install()
    hand = await to_identity(page)
    await only_parts(page, "**/captcha/nouveau*", failure)
    await hand.write("Prénom", "Zoé")
    async with page.expect_request("**/captcha/nouveau*"):
        await hand.press("Renouveler les caractères")
    await wait_for_the_sentence(page, failure)
    await hand.press("Renouveler les caractères")
    await hand.reads("De nouveaux caractères sont affichés.")
    await expect(field(page, "Prénom")).to_have_value("Zoé")


async def test_without_a_network_it_is_told_and_works_again_when_it_is_back(
    new_page: OpenPage, site: Site, watch: Watch
) -> None:
    watch.failures_are_wanted = True
    page = await new_page()
    hand = await to_space(page, site, Person())
    await hand.open("/espace/heures")
    await hand.write("Saisissez le solde du DIF", "80")
    await page.context.set_offline(True)
    await hand.press("Enregistrer")
    await wait_for_the_sentence(page, cut)
    await page.context.set_offline(False)
    await hand.press("Enregistrer")
    await hand.reads("Solde DIF enregistré")
    await expect(page.locator("[data-panne]")).to_have_count(0)
    await expect(page.locator("#alerte")).to_be_empty()


async def test_a_session_that_ended_leads_to_the_login_and_not_into_the_page(
    new_page: OpenPage, site: Site
) -> None:
    page, person = await new_page(), Person()
    hand = await to_space(page, site, person)
    await hand.open("/espace/heures")
    await site.sql("DELETE FROM session WHERE created_at > now() - interval '1 minute'")
    await hand.write("Saisissez le solde du DIF", "80")
    await hand.press("Enregistrer")
    await page.wait_for_url(re.compile("/connexion"))
    await hand.reads("Votre session est terminée")
    await expect(page.locator("h1")).to_have_count(1)
