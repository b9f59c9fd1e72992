"""The day of an organisme's agent: invitation, second factor, decisions on dossiers, logout."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

import pyotp
from playwright.async_api import Page

from tests.journeys.acts.story import Driver
from tests.journeys.site import INVITATION, Site
from tests.support.desks import agents
from tests.support.desks.agents import InventedAgent, organisme_agent
from tests.support.titulaires.people import Person, synthetic_siret
from tests.support.training import dossiers
from web.agents.invitations.service import Invitation
from web.agents.invitations.service import invite as send_invitation

CLOCK = "SELECT extract(epoch FROM now())::bigint"
CHOSEN = "Girafe-913-Mauve"
REASON = "Le programme ne dit pas combien d’heures durent les travaux pratiques."


class GraphicalDriver(Driver, Protocol):
    """A driver of a graphical browser."""

    page: Page


async def open_desk(site: Site, organisation: str = "Opcalys") -> InventedAgent:
    """A new organisme's agent, as if the invitation had been followed."""
    agent = organisme_agent(siret=synthetic_siret(), organisation=organisation)
    async with site.runtime() as runtime:
        return await agents.add(runtime, agent)


async def submit_many(site: Site, agent: InventedAgent, number: int) -> list[UUID]:
    """Submit dossiers of 40 hours to the organisme, from a titulaire with 15 + 20 hours."""
    assert agent.organisation_id
    account_id = await site.open_account(Person(first_name="Philomène", birth_name="Serin"))
    async with site.runtime() as runtime:
        person_id = await dossiers.person_of(runtime, account_id)
        await dossiers.give_hours(runtime, person_id, dif=15, cpf=20)
        contents = dossiers.complete(agent.organisation_id)
        return [await dossiers.submitted(runtime, person_id, contents) for _ in range(number)]


async def number_of(site: Site, dossier_id: UUID) -> str:
    """The number displayed to the titulaire."""
    return str(await site.sql("SELECT number FROM dossier WHERE id = $1", dossier_id))


async def code_of(site: Site, agent: InventedAgent) -> str:
    """The application's current code; forget that it has been used."""
    assert agent.secret
    await site.sql("UPDATE login SET totp_last_step = 0 WHERE id = $1", agent.id)
    return pyotp.TOTP(agent.secret).at(await site.sql(CLOCK))


async def enter_password(driver: Driver, agent: InventedAgent) -> None:
    """Log in with the password; the next page is that of the second factor, if any."""
    await driver.write("Adresse courriel professionnelle", agent.email)
    await driver.write("Mot de passe", agent.password)
    await driver.press("S’identifier")


async def invite(site: Site, agent: InventedAgent) -> str:
    """Invite with the administrator's command; return the path of the mailed link."""
    whom = ("--kind", agent.kind.value, "--siret", agent.siret, "--name", agent.organisation)
    await site.command("invite-professional", "--email", agent.email, *whom)
    return await site.link_mailed_to(agent.email, link=INVITATION)


async def invite_in_process(site: Site, agent: InventedAgent) -> str:
    """Send the same invitation in this process, without starting a program."""
    invitation = Invitation(agent.kind, agent.siret, agent.organisation, agent.email)
    async with site.runtime() as runtime:
        await send_invitation(runtime, invitation)
    return await site.link_mailed_to(agent.email, link=INVITATION)


async def enter(driver: GraphicalDriver, site: Site, agent: InventedAgent) -> None:
    """Follow the invitation to the first page of the space."""
    await driver.open(await invite(site, agent))
    await driver.reads("Choisir votre mot de passe")
    await driver.write("Nouveau mot de passe", "abc")
    await driver.write("Confirmation du nouveau mot de passe", "abc")
    await driver.press("Enregistrer ce mot de passe")
    await driver.reads_error_summary()
    agent.password = CHOSEN
    await driver.write("Nouveau mot de passe", agent.password)
    await driver.write("Confirmation du nouveau mot de passe", agent.password)
    await driver.press("Enregistrer ce mot de passe")
    await driver.reads("Votre mot de passe est enregistré.")
    await enter_password(driver, agent)
    await protect(driver, site, agent)
    await driver.press("J’ai conservé mes codes")
    await driver.reads("Un dossier apparaîtra ici")


async def protect(driver: GraphicalDriver, site: Site, agent: InventedAgent) -> None:
    """Set up the second factor, up to the page of the recovery codes."""
    await driver.reads("Mettre en place votre code de connexion")
    await driver.write("Code à 6\u00a0chiffres", "000000")
    await driver.press("Mettre en place")
    await driver.reads_error_summary()
    await set_up(driver, site, agent)


async def set_up(driver: GraphicalDriver, site: Site, agent: InventedAgent) -> None:
    """Read the key from the page, and enter the code computed from it."""
    agent.secret = (await driver.page.locator("code").inner_text()).replace(" ", "")
    await driver.write("Code à 6\u00a0chiffres", pyotp.TOTP(agent.secret).at(await site.sql(CLOCK)))
    await driver.press("Mettre en place")
    await driver.reads("Vos codes de secours")


async def decide(driver: Driver, site: Site, agent: InventedAgent) -> None:
    """Find one dossier by its number and send it back; validate another and close it."""
    first, second = await submit_many(site, agent, 2)
    number = await number_of(site, first)
    await driver.press("Dossiers de formation")
    await driver.reads("2 dossiers")
    await driver.write("Numéro de dossier, ou une partie", number.replace("-", " ").lower())
    await driver.press("Filtrer")
    await driver.reads("1 dossier")
    await driver.press("Anglais professionnel")
    await driver.reads("15 h DIF + 20 h CPF ; il reste 5 h à financer autrement")
    await driver.reads("Madame Philomène Serin")
    await driver.press("Renvoyer pour correction")
    await driver.reads("La personne pourra le corriger")
    await driver.press("Renvoyer pour correction")
    await driver.reads_error_summary()
    await driver.write("Motif", REASON)
    await driver.press("Renvoyer pour correction")
    await driver.reads(f"(n°\u00a0{number}) est renvoyé")
    await driver.press("Dossier suivant")
    await driver.reads(f"Dossier n°\u00a0{await number_of(site, second)}")
    await driver.press("Valider ce dossier")
    await driver.choose("J’ai vu l’attestation")
    await driver.press("Valider et réserver les heures")
    await driver.reads("est validé, et les heures sont réservées.")
    await driver.reads("Aucun autre dossier n’attend votre décision.")
    await driver.press("Anglais professionnel")
    await driver.press("Clore à la fin de la formation")
    await driver.choose("Terminée")
    await driver.press("Clore ce dossier")
    await driver.reads("est clos.")


async def run_story(driver: GraphicalDriver, site: Site) -> None:
    """Run the whole day."""
    agent = organisme_agent(siret=synthetic_siret(), organisation="Opcalys")
    await enter(driver, site, agent)
    await know(site, agent)
    await decide(driver, site, agent)
    await driver.press("Se déconnecter")
    await driver.reads("Votre session est fermée.")
    await driver.open("/organisme")
    await driver.reads("Pour les agents des organismes et des employeurs")
    await enter_password(driver, agent)
    await driver.write("Code", await code_of(site, agent))
    await driver.press("Continuer")
    await driver.reads("1 dossier")


async def know(site: Site, agent: InventedAgent) -> None:
    """Insert the rows of an agent who came by an invitation."""
    agent.organisation_id = await site.sql(
        "SELECT id FROM organisation WHERE kind = $1 AND siret = $2", agent.kind.value, agent.siret
    )
    agent.id = await site.sql(
        "SELECT id FROM professional WHERE organisation_id = $1", agent.organisation_id
    )
