"""The journeys that a screen reader reads: each error first, then the success."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from tests.journeys.acts import agents, dossiers, story
from tests.journeys.acts.agents import open_desk
from tests.journeys.orca.screen_reader import ScreenReader
from tests.journeys.paths import ASK, HEAR, http_client, open_and_log_in
from tests.journeys.site import Site
from tests.support.desks.agents import InventedAgent
from tests.support.programs.settings import CAPTCHA_ANSWER
from tests.support.titulaires.people import Person, synthetic_siret
from tests.support.training.delegations import day
from tests.support.training.dossiers import complete, give_hours, validated
from tests.support.training.feeding import feed_credits
from web.core.crypto.tokens import token_hash
from web.organismes.digest.queries import add_stop_token

QUESTION = "Votre réponse à la question"
EMPLOYER = "Verrerie Duval"
ORGANISME = "Fongecif des Rives"
# Kind, hours, day, who granted them, reference.
GRANTED = ("abondement-region", 20, "2016-05-02", "la région Bretagne", "AB-1")
UNREACHABLE = """
    INSERT INTO unreachable_address (email_digest) SELECT email_digest FROM account
    WHERE person_id = $1
"""
# That of a mail.
TOKEN = "a" * 42 + "A"


async def registration(driver: ScreenReader, site: Site) -> None:
    """Each step with its errors; the security check by sound, then by question."""
    person = Person(first_name="Zoé", birth_name="Orange")
    await driver.open("/")
    await driver.reads("Mon compte formation")
    await driver.press("Mon compte formation")
    await driver.reads("Entrez votre identifiant et votre mot de passe")
    await driver.press("S’inscrire")
    await driver.reads("Étape 1 sur 4")
    await driver.press("Continuer")
    await driver.reads_error_summary()
    await driver.choose("Je déclare avoir lu, compris et accepté")
    await driver.press("Continuer")
    await driver.reads("Étape 2 sur 4")
    await driver.press("Continuer")
    await driver.reads_error_summary()
    await story.fill_person(driver, person)
    await driver.press("Écouter")
    await driver.reach(HEAR)
    await driver.press(ASK)
    await driver.reads("Merci de répondre à cette question.")
    await driver.hide("#question", "<question>")
    await driver.write(QUESTION, CAPTCHA_ANSWER)
    await driver.press("Continuer")
    await driver.reads("Étape 3 sur 4")
    await driver.write("Mot de passe", "abc")
    await driver.write("Confirmation Mot de passe", "abc")
    await driver.press("Continuer")
    await driver.reads_error_summary()
    await driver.write("Mot de passe", person.password)
    await driver.write("Confirmation Mot de passe", person.password)
    await driver.press("Continuer")
    await driver.reads("Étape 4 sur 4")
    await driver.press("Valider mon inscription")
    await driver.reads("Courriel envoyé")
    await activate_and_log_in(driver, site, person)


async def activate_and_log_in(driver: ScreenReader, site: Site, person: Person) -> None:
    """The mailed link, a wrong password, then the right one."""
    await story.activate(driver, site, person)
    await driver.write("Identifiant", person.nir)
    await driver.write("Mot de passe", "Mauvais-123-mot")
    await driver.press("S’identifier")
    await driver.reads_error_summary()
    await driver.write("Mot de passe", person.password)
    await driver.press("S’identifier")
    await driver.reads("Synthèse de votre compte")


async def hours(driver: ScreenReader, site: Site) -> None:
    """The DIF refused, saved, then locked; hours granted beside; an address that refuses mails."""
    person = Person(first_name="Zoé", birth_name="Orange")
    person_id = await enter(driver, site, "/espace/heures", person)
    await driver.reads("Saisissez le solde du DIF")
    await driver.press("Enregistrer")
    await driver.reads_error_summary()
    await driver.write("Saisissez le solde du DIF", "80")
    await driver.press("Enregistrer")
    await driver.reads("Déclaration du solde DIF")
    agent = await open_desk(site, ORGANISME)
    assert agent.organisation_id
    async with site.runtime() as runtime:
        await validated(runtime, person_id, complete(agent.organisation_id))
        await feed_credits(runtime, [(person.nir, *GRANTED)])
    await driver.open("/espace/heures")
    await driver.reads("Votre solde DIF n’est plus modifiable")
    # The mail of the validation has been accepted meanwhile.
    await site.sql(UNREACHABLE, person_id)
    await driver.open("/espace")
    await driver.reads("Nous n’avons pas pu vous écrire")


async def dossier(driver: ScreenReader, site: Site) -> None:
    """A dossier created, refused as incomplete, completed and submitted."""
    person_id = await enter(driver, site, "/espace")
    await dossiers.prepare(site, person_id)
    await dossiers.create(driver, "Anglais professionnel")
    await driver.press("Vérifier et soumettre")
    await driver.reads("Il reste 8 points à compléter")
    await driver.press("Compléter le dossier")
    await driver.reads("Nom de l’organisme de formation")
    await driver.write("Nom de l’organisme de formation", "École des Quais")
    await driver.write("N° SIRET de l’organisme de formation", "12")
    await driver.write("Date de début", day(120))
    await driver.write("Date de fin", "bientôt")
    await driver.press("Enregistrer")
    await driver.reads_error_summary()
    await driver.write("N° SIRET de l’organisme de formation", "732 829 320 00074")
    await driver.write("Date de fin", day(220))
    await driver.write("Durée", "40")
    await driver.choose("Non")
    await driver.choose("À la recherche d’un emploi")
    await driver.pick("Organisme financeur", dossiers.ORGANISME)
    await driver.press("Enregistrer")
    await driver.reads("Votre dossier est enregistré.")
    await driver.press("Vérifier et soumettre")
    await driver.reads("Je suis d’accord pour que mes heures soient utilisées")
    await driver.press("Soumettre mon dossier")
    await driver.reads_error_summary()
    await driver.choose("Je suis d’accord pour que mes heures soient utilisées")
    await driver.press("Soumettre mon dossier")
    await driver.reads("Votre dossier est soumis.")


async def delegation(driver: ScreenReader, site: Site) -> None:
    """A délégation refused, granted, then revoked."""
    person_id = await enter(driver, site, "/espace/delegations")
    async with site.runtime() as runtime:
        await give_hours(runtime, person_id, dif=15, cpf=20)
    await driver.reads("Accorder une délégation")
    await driver.press("Accorder une délégation")
    await driver.reads("Étape 1 sur 2")
    await driver.press("Voir ce que verra cet employeur")
    await driver.reads_error_summary()
    await driver.write("Nom de l’employeur", EMPLOYER)
    await driver.write("N° SIRET de l’employeur", synthetic_siret())
    await driver.choose("Consulter et préparer")
    await driver.write("Date de fin", day(60))
    await driver.press("Voir ce que verra cet employeur")
    await driver.reads("Étape 2 sur 2")
    await driver.press("Accorder la délégation")
    await driver.reads("La délégation est accordée")
    await driver.press(f"Révoquer la délégation à {EMPLOYER}")
    await driver.reads("L’effet est immédiat")
    await driver.press("Révoquer la délégation")
    await driver.reads("elle ne donne plus accès à votre compte")


async def decision(driver: ScreenReader, site: Site) -> None:
    """An agent logs in, sends a dossier back, validates another and closes it."""
    agent = await open_desk(site)
    await driver.open("/professionnels")
    await driver.reads("Adresse courriel professionnelle")
    await agents.enter_password(driver, agent)
    if agent.secret:
        await driver.reads("Code")
        await driver.write("Code", await agents.code_of(site, agent))
        await driver.press("Continuer")
    await driver.reads("Un dossier apparaîtra ici")
    await agents.decide(driver, site, agent)
    await stop_digest(driver, site, agent)


async def stop_digest(driver: ScreenReader, site: Site, agent: InventedAgent) -> None:
    """The choice of the mails in the space, then the link of the mail of the morning."""
    await driver.open("/professionnels/compte/courriels")
    await driver.reads("Vos courriels")
    await driver.press("Enregistrer")
    await driver.reads("Votre choix est enregistré.")
    async with site.runtime() as runtime:
        await add_stop_token(runtime.db, token_hash(TOKEN), agent.id, days=1)
    await driver.open(f"/professionnels/resume-quotidien/{TOKEN}")
    await driver.reads("combien de dossiers de formation attendent votre décision")
    await driver.press("Ne plus recevoir ce courriel")
    await driver.reads("Vous ne recevrez plus le courriel du matin")


async def enter(driver: ScreenReader, site: Site, path: str, person: Person | None = None) -> UUID:
    """Open a page of the space of a new account; return the id of the person."""
    person = person or Person(first_name="Zoé", birth_name="Orange")
    async with http_client(site) as client:
        await open_and_log_in(client, site, person)
        await driver.become(client)
    await driver.open(path)
    person_id: UUID = await dossiers.newest_person(site)
    return person_id


JOURNEYS: dict[str, Callable[[ScreenReader, Site], Awaitable[None]]] = {
    "inscription": registration,
    "heures": hours,
    "dossier": dossier,
    "delegation": delegation,
    "decision": decision,
}
