"""The day of an organisme's agent: invitation, second factor, decisions on dossiers, logout."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

import pyotp
from playwright.async_api import Page

from tests.journeys.site import INVITATION, Site
from tests.journeys.story import Hand
from tests.support import agents, dossiers
from tests.support.agents import InventedAgent, organisme_agent
from tests.support.people import Person, synthetic_siret
from web.professionals import invitations
from web.professionals.invitations import Invitation

CLOCK = "SELECT extract(epoch FROM now())::bigint"
CHOSEN = "Girafe-913-Mauve"
REASON = "Le programme ne dit pas combien d’heures durent les travaux pratiques."


class GraphicalHand(Hand, Protocol):
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
    await site.sql("UPDATE professional SET totp_last_step = 0 WHERE id = $1", agent.id)
    return pyotp.TOTP(agent.secret).at(await site.sql(CLOCK))


async def say_password(hand: Hand, agent: InventedAgent) -> None:
    """Log in with the password; the next page is that of the second factor, if any."""
    await hand.write("Adresse courriel professionnelle", agent.email)
    await hand.write("Mot de passe", agent.password)
    await hand.press("S’identifier")


async def invite(site: Site, agent: InventedAgent) -> str:
    """Invite with the administrator's command; return the path of the mailed link."""
    whom = ("--kind", agent.kind.value, "--siret", agent.siret, "--name", agent.organisation)
    await site.command("invite-professional", "--email", agent.email, *whom)
    return await site.link_mailed_to(agent.email, link=INVITATION)


async def invite_in_process(site: Site, agent: InventedAgent) -> str:
    """Send the same invitation in this process, without starting a program."""
    invitation = Invitation(agent.kind, agent.siret, agent.organisation, agent.email)
    async with site.runtime() as runtime:
        await invitations.invite(runtime, invitation)
    return await site.link_mailed_to(agent.email, link=INVITATION)


async def enter(hand: GraphicalHand, site: Site, agent: InventedAgent) -> None:
    """Follow the invitation to the first page of the space."""
    await hand.open(await invite(site, agent))
    await hand.reads("Choisir votre mot de passe")
    await hand.write("Nouveau mot de passe", "abc")
    await hand.write("Confirmation du nouveau mot de passe", "abc")
    await hand.press("Enregistrer ce mot de passe")
    await hand.is_told_of_errors()
    agent.password = CHOSEN
    await hand.write("Nouveau mot de passe", agent.password)
    await hand.write("Confirmation du nouveau mot de passe", agent.password)
    await hand.press("Enregistrer ce mot de passe")
    await hand.reads("Votre mot de passe est enregistré.")
    await say_password(hand, agent)
    await protect(hand, site, agent)
    await hand.press("J’ai conservé mes codes")
    await hand.reads("Un dossier apparaîtra ici")


async def protect(hand: GraphicalHand, site: Site, agent: InventedAgent) -> None:
    """Set up the second factor, up to the page of the recovery codes."""
    await hand.reads("Mettre en place votre second facteur")
    await hand.write("Code à 6\u00a0chiffres", "000000")
    await hand.press("Mettre en place")
    await hand.is_told_of_errors()
    await set_up(hand, site, agent)


async def set_up(hand: GraphicalHand, site: Site, agent: InventedAgent) -> None:
    """Read the key from the page, and enter the code computed from it."""
    agent.secret = (await hand.page.locator("code").inner_text()).replace(" ", "")
    await hand.write("Code à 6\u00a0chiffres", pyotp.TOTP(agent.secret).at(await site.sql(CLOCK)))
    await hand.press("Mettre en place")
    await hand.reads("Vos codes de secours")


async def decide(hand: Hand, site: Site, agent: InventedAgent) -> None:
    """Find one dossier by its number and send it back; validate another and close it."""
    first, second = await submit_many(site, agent, 2)
    number = await number_of(site, first)
    await hand.press("Dossiers de formation")
    await hand.reads("2 dossiers")
    await hand.write("Numéro de dossier, ou une partie", number.replace("-", " ").lower())
    await hand.press("Filtrer")
    await hand.reads("1 dossier")
    await hand.press(number)
    await hand.reads("15 h DIF + 20 h CPF ; il reste 5 h à financer autrement")
    await hand.reads("Madame Philomène Serin")
    await hand.press("Renvoyer pour correction")
    await hand.reads("La personne pourra le corriger")
    await hand.press("Renvoyer pour correction")
    await hand.is_told_of_errors()
    await hand.write("Motif", REASON)
    await hand.press("Renvoyer pour correction")
    await hand.reads("Le dossier est renvoyé")
    await hand.press(await number_of(site, second))
    await hand.press("Valider ce dossier")
    await hand.press("Valider et réserver les heures")
    await hand.reads("Le dossier est validé et les heures sont réservées.")
    await hand.press(await number_of(site, second))
    await hand.press("Clore ce dossier")
    await hand.choose("Terminée")
    await hand.press("Clore ce dossier")
    await hand.reads("Le dossier est clos.")


async def tell(hand: GraphicalHand, site: Site) -> None:
    """Run the whole day."""
    agent = organisme_agent(siret=synthetic_siret(), organisation="Opcalys")
    await enter(hand, site, agent)
    await know(site, agent)
    await decide(hand, site, agent)
    await hand.press("Se déconnecter")
    await hand.reads("Votre session est fermée.")
    await hand.open("/organisme")
    await hand.reads("Pour les agents des organismes et des employeurs")
    await say_password(hand, agent)
    await hand.write("Code", await code_of(site, agent))
    await hand.press("Continuer")
    await hand.reads("1 dossier")


async def know(site: Site, agent: InventedAgent) -> None:
    """Insert the rows of an agent who came by an invitation."""
    agent.organisation_id = await site.sql(
        "SELECT id FROM organisation WHERE kind = $1 AND siret = $2", agent.kind.value, agent.siret
    )
    agent.id = await site.sql(
        "SELECT id FROM professional WHERE organisation_id = $1", agent.organisation_id
    )
