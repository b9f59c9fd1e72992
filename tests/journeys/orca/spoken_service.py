"""The journeys of someone who needs the service, and of an access manager."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from tests.journeys.acts import agents as agent_acts
from tests.journeys.orca.screen_reader import ScreenReader
from tests.journeys.paths import http_client, open_and_log_in
from tests.journeys.site import Site
from tests.support.desks import agents
from tests.support.desks.agents import InventedAgent
from tests.support.titulaires.people import Person, synthetic_siret
from tests.support.titulaires.service_change import ask_for
from web.people.terms import OUTDATED

CONFIRM = re.compile(r"https?://[^\s/]+(/changement-d-adresse/[A-Za-z0-9_-]{43})")
REFUSE = re.compile(r"https?://[^\s/]+(/changement-d-adresse/refus/[A-Za-z0-9_-]{43})")
FOUND_AGAIN = "zoe.retrouvee@exemple.fr"
OLD_PASSWORDS = "UPDATE session SET password_at = now() - interval '11 minutes'"
EARLIER_TERMS = "UPDATE account SET terms_version = $1 WHERE person_id = $2"
BLOCKED = "UPDATE login SET blocked_at = now() WHERE id = $1"
NEWEST_ACCOUNT = "SELECT id FROM account ORDER BY created_at DESC LIMIT 1"
NEWEST_PERSON = "SELECT person_id FROM account ORDER BY created_at DESC LIMIT 1"


async def service(driver: ScreenReader, site: Site) -> None:
    """A message; the password asked for again; new terms; a lost mailbox; a blocked account."""
    person = Person(first_name="Zoé", birth_name="Orange")
    async with http_client(site) as client:
        await open_and_log_in(client, site, person)
        await driver.become(client)
    await driver.open("/mentions-legales")
    await driver.reads("Mentions légales")
    await driver.open("/contact")
    await driver.reads("Ce qu’il ne faut jamais écrire dans un message")
    await driver.hide(".unbroken", "<référence>")
    await driver.press("Envoyer le message")
    await driver.reads_error_summary()
    await driver.write("Sujet", "Mes heures")
    await driver.write("Message", "Comment les demander ?")
    await driver.press("Envoyer le message")
    await driver.reads("Nous avons bien reçu votre message")
    await driver.hide("main strong", "<référence>")
    await site.sql(OLD_PASSWORDS)
    await driver.open("/espace/mes-donnees")
    await driver.reads("Voici les données que nous conservons sur vous")
    await driver.press("Télécharger mes données")
    await driver.reads_error_summary()
    await accept_new_terms(driver, site)
    await change_address(driver, site, person)
    await site.sql(BLOCKED, await site.sql(NEWEST_ACCOUNT))
    await site.sql("DELETE FROM session")
    await driver.open("/connexion")
    await driver.write("Identifiant", person.nir)
    await driver.write("Mot de passe", person.password)
    await driver.press("S’identifier")
    await driver.reads("Ce compte est bloqué")


async def accept_new_terms(driver: ScreenReader, site: Site) -> None:
    """The space is closed until the terms in force are accepted."""
    await site.sql(EARLIER_TERMS, OUTDATED[0], await site.sql(NEWEST_PERSON))
    await driver.open("/espace")
    await driver.reads("Ce qui a changé")
    await driver.press("Accepter et continuer")
    await driver.reads_error_summary()
    await driver.choose("Je déclare avoir lu, compris et accepté")
    await driver.press("Accepter et continuer")
    await driver.reads("Synthèse de votre compte")


async def change_address(driver: ScreenReader, site: Site, person: Person) -> None:
    """The new address confirms, the old one refuses."""
    async with site.runtime() as runtime:
        await ask_for(runtime, person, FOUND_AGAIN)
    await driver.open(await site.link_mailed_to(FOUND_AGAIN, link=CONFIRM))
    await driver.reads("Il ne reste qu’à confirmer")
    await driver.press("Confirmer cette adresse")
    await driver.reads("Votre nouvelle adresse est confirmée")
    await driver.open(await site.link_mailed_to(person.email, link=REFUSE))
    await driver.reads("on nous a demandé de changer l’adresse courriel")
    await driver.press("Refuser ce changement")
    await driver.reads("Le changement d’adresse est refusé")


async def access(driver: ScreenReader, site: Site) -> None:
    """An access manager invites, shares the task, takes it back, withdraws an access."""
    siret = synthetic_siret()
    manager = InventedAgent(email="alice@verrerie.example", siret=siret, is_manager=True)
    colleague = InventedAgent(email="bruno@verrerie.example", siret=siret)
    async with site.runtime() as runtime:
        for agent in (manager, colleague):
            await agents.add(runtime, agent)
    await driver.open("/professionnels")
    await agent_acts.enter_password(driver, manager)
    await driver.press("Accès de votre organisation")
    await driver.reads("Vous gérez les accès à l’espace professionnel")
    await driver.press("Inviter une personne")
    await driver.reads("Elle agira au nom de")
    await driver.press("Envoyer l’invitation")
    await driver.reads_error_summary()
    await driver.write("Adresse courriel professionnelle", "claire@verrerie.example")
    await driver.press("Envoyer l’invitation")
    await driver.reads("claire@verrerie.example")
    for act, button in (
        ("Confier la gestion des accès", "Confier la gestion"),
        ("Retirer la gestion des accès", "Retirer la gestion"),
        ("Retirer l’accès", "Retirer l’accès"),
    ):
        await driver.open("/professionnels/compte/acces")
        await driver.press(colleague.email)
        await driver.reads("Accès d’une personne")
        await driver.press(act)
        await driver.reads(colleague.email)
        await driver.press(button)
        await driver.reads("Accès de votre organisation")


JOURNEYS: dict[str, Callable[[ScreenReader, Site], Awaitable[None]]] = {
    "service": service,
    "acces": access,
}
