"""Every page of the agents' accounts and of the organisme's desk, in every state, inspected."""

from __future__ import annotations

from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Page

from tests.journeys.acts.agents import (
    CHOSEN,
    REASON,
    enter_password,
    invite_in_process,
    know,
    open_desk,
    protect,
    set_up,
    submit_many,
)
from tests.journeys.browsers.checks import Inspector
from tests.journeys.browsers.drivers import Pointer
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.paths import http_session, to_desk
from tests.journeys.site import INVITATION, Site
from tests.support.desks import agents
from tests.support.desks.agents import InventedAgent, organisme_agent
from tests.support.desks.organisme_desk import dossier_path
from tests.support.titulaires.people import synthetic_siret

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
ACCOUNT, SET_UP = "/professionnels/compte", "/professionnels/second-facteur"
WRONG = "Mauvais-123-mot"


class Looking:
    """A pointer and an inspector."""

    def __init__(self, page: Page, inspector: Inspector) -> None:
        self.page = page
        self.driver = Pointer(page)
        self._inspector = inspector

    async def at(self, path: str, name: str) -> None:
        """Open a page and inspect it."""
        await self.page.goto(path)
        await self.look(name)

    async def look(self, name: str) -> None:
        """Inspect the page as it is now."""
        await self._inspector.look(self.page, name)

    async def refused(self, button: str, name: str) -> None:
        """Press a button that must fail, and inspect the errors."""
        await self.driver.press(button)
        await self.driver.reads_error_summary()
        await self.look(name)


@pytest_asyncio.fixture(loop_scope="session")
async def looking(new_page: OpenPage, inspector: Inspector) -> Looking:
    """A driver that inspects every page on the way."""
    return Looking(await new_page(), inspector)


async def test_the_login_and_the_forgotten_password(looking: Looking, site: Site) -> None:
    agent = await open_desk(site)
    await looking.at("/professionnels", "agent-login")
    await looking.refused("S’identifier", "agent-login-empty")
    agent.password = WRONG
    async with http_session(looking.page, site) as client:
        for _ in range(9):
            await agents.enter_password(client, agent)
    await looking.driver.open("/professionnels")
    async with looking.page.expect_navigation():
        await enter_password(looking.driver, agent)
    await looking.look("agent-login-refused")
    async with looking.page.expect_navigation():
        await enter_password(looking.driver, agent)
    await looking.driver.reads("Trop d’essais")
    await looking.look("agent-login-too-many")
    await looking.at("/professionnels/mot-de-passe-oublie", "agent-forgotten")
    await looking.driver.write("Adresse courriel professionnelle", "agent")
    await looking.refused("Recevoir un lien", "agent-forgotten-error")
    await looking.driver.write("Adresse courriel professionnelle", agent.email)
    await looking.driver.press("Recevoir un lien")
    await looking.driver.reads("Votre demande est enregistrée")
    await looking.look("agent-forgotten-sent")
    link = await site.link_mailed_to(agent.email, link=INVITATION)
    await looking.at(link, "agent-new-password")
    await looking.refused("Enregistrer ce mot de passe", "agent-new-password-empty")
    for state in ("used", "replaced", "password changed"):
        await site.sql(
            "UPDATE password_link SET ended_as = $2 WHERE login_id = $1",
            agent.id,
            state,
        )
        await looking.at(link, f"agent-link-{state.replace(' ', '-')}")
    await looking.at(f"/professionnels/mot-de-passe/{'a' * 43}", "agent-link-unknown")


async def test_from_the_invitation_to_the_recovery_codes(looking: Looking, site: Site) -> None:
    agent = organisme_agent(siret=synthetic_siret(), organisation="Opcalys")
    link = await invite_in_process(site, agent)
    await looking.at(link, "agent-invited")
    for label in ("Nouveau mot de passe", "Confirmation du nouveau mot de passe"):
        await looking.driver.write(label, CHOSEN)
    await looking.driver.press("Enregistrer ce mot de passe")
    await looking.driver.reads("Votre mot de passe est enregistré.")
    await looking.look("agent-access-open")
    await know(site, agent)
    agent.password = CHOSEN
    await enter_password(looking.driver, agent)
    await looking.driver.reads("Mettre en place votre code de connexion")
    await looking.look("agent-second-factor")
    await looking.refused("Mettre en place", "agent-second-factor-empty")
    await protect(looking.driver, site, agent)
    await looking.look("agent-recovery-codes")
    await looking.driver.press("Se déconnecter")
    await enter_password(looking.driver, agent)
    await looking.driver.reads("Saisir le code de votre application")
    await looking.look("agent-code")
    await looking.driver.write("Code", "000000")
    await looking.refused("Continuer", "agent-code-refused")
    await looking.at("/professionnels/prolonger", "agent-extended")


async def test_the_account_with_and_without_a_second_factor(looking: Looking, site: Site) -> None:
    agent = InventedAgent(siret=synthetic_siret(), organisation="Verrerie Duval")
    async with site.runtime() as runtime:
        await agents.add(runtime, agent)
    await looking.page.goto(f"/professionnels?suite={ACCOUNT}")
    await enter_password(looking.driver, agent)
    await looking.driver.reads("Aucun : votre mot de passe suffit")
    await looking.look("agent-account-password-only")
    await looking.at(SET_UP, "agent-second-factor-offered")
    await looking.driver.write("Mot de passe actuel", agent.password)
    await set_up(looking.driver, site, agent)
    await looking.driver.press("J’ai conservé mes codes")
    await looking.driver.reads("Codes de secours restants")
    await looking.look("agent-account")
    await looking.at(f"{ACCOUNT}/mot-de-passe", "agent-password")
    await looking.refused("Enregistrer ce mot de passe", "agent-password-empty")
    await looking.at(f"{ACCOUNT}/connexions", "agent-sessions")
    await looking.at(SET_UP, "agent-second-factor-replaced")
    await looking.at("/professionnels/codes-de-secours", "agent-codes-renewal")
    await looking.driver.write("Mot de passe actuel", WRONG)
    await looking.refused("Afficher de nouveaux codes", "agent-codes-renewal-refused")
    await looking.at(f"{SET_UP}/retirer", "agent-second-factor-removal")
    await looking.driver.write("Mot de passe actuel", agent.password)
    await looking.driver.press("Retirer le code de connexion")
    await looking.driver.reads("Votre code de connexion est retiré.")
    await looking.look("agent-second-factor-removed")
    await looking.at("/organisme", "agent-of-the-other-kind")


async def test_the_queue_and_a_dossier_in_each_of_its_states(looking: Looking, site: Site) -> None:
    agent = await open_desk(site)
    await to_desk(looking.page, site, agent)
    await looking.look("desk-empty")
    ids = await submit_many(site, agent, 22)
    await looking.at("/organisme", "desk-queue")
    await looking.at("/organisme?numero=D99-999", "desk-nothing-found")
    await looking.at(dossier_path(ids[0]), "desk-dossier-submitted")
    await looking.at(dossier_path(ids[0], "valider"), "desk-validate")
    await looking.refused("Valider et réserver les heures", "desk-validate-unseen")
    await looking.at(dossier_path(ids[0], "renvoyer"), "desk-send-back")
    await looking.refused("Renvoyer pour correction", "desk-send-back-empty")
    await looking.at(dossier_path(ids[0], "refuser"), "desk-refuse")
    await _validate(looking, ids[0])
    await looking.look("desk-validated")
    await looking.at(dossier_path(ids[0]), "desk-dossier-validated")
    await looking.at(dossier_path(ids[0], "annuler"), "desk-cancel")
    await looking.at(dossier_path(ids[0], "clore"), "desk-close")
    await looking.driver.choose("Abandonnée")
    await looking.driver.write("Heures suivies", "41")
    await looking.refused("Clore ce dossier", "desk-close-refused")
    await looking.driver.write("Heures suivies", "12")
    await looking.driver.press("Clore ce dossier")
    await looking.driver.reads("est clos.")
    await looking.at(dossier_path(ids[0]), "desk-dossier-closed")
    await looking.at(dossier_path(UUID(int=0)), "desk-not-found")


async def test_a_dossier_that_changed_meanwhile(looking: Looking, site: Site) -> None:
    agent = await open_desk(site)
    first, second = await submit_many(site, agent, 2)
    await to_desk(looking.page, site, agent)
    again = "UPDATE dossier SET revision = revision + 1 WHERE id = $1"
    no_longer = "UPDATE dossier SET status = 'valide', revision = revision + 1 WHERE id = $1"
    for dossier_id, meanwhile in ((first, again), (second, no_longer)):
        await looking.page.goto(dossier_path(dossier_id, "refuser"))
        await site.sql(meanwhile, dossier_id)
        await looking.driver.write("Motif", REASON)
        await looking.driver.press("Refuser ce dossier")
        await looking.driver.reads("Ce dossier a changé entre-temps")
        await looking.look(f"desk-changed-{'again' if meanwhile is again else 'no-longer'}")
    await site.sql(
        "DELETE FROM account WHERE person_id = (SELECT person_id FROM dossier WHERE id = $1)", first
    )
    await looking.at(dossier_path(first), "desk-dossier-of-a-closed-account")


async def _validate(looking: Looking, dossier_id: UUID) -> None:
    await looking.page.goto(dossier_path(dossier_id, "valider"))
    await looking.driver.choose("J’ai vu l’attestation")
    await looking.driver.press("Valider et réserver les heures")
    await looking.driver.reads("est validé")
