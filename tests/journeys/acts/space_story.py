"""The personal space, page by page: every form with a mistake first, then right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.journeys.acts.story import log_in
from tests.journeys.site import EMAIL_CHANGE, NEW_PASSWORD, Site
from tests.support.programs.settings import CAPTCHA_ANSWER
from tests.support.titulaires.people import Person

FIRST, SECOND = "Girafe-913-Mauve", "Autruche-779-Bleue"
MORE_EVENTS = """
    INSERT INTO event (person_id, kind, actor, device, detail)
    SELECT person_id, 'dif_corrected', 'service', '', n || ' h'
    FROM account, generate_series(1, 25) AS n WHERE account.id = $1
"""
MORE_SESSIONS = """
    INSERT INTO session (token_digest, login_id, device)
    SELECT sha256(($1 || name)::bytea), $1::uuid, name
    FROM (VALUES ('Safari sur iPhone'), ('Edge sur Windows')) AS other (name)
"""
SESSION_ENDS = """
    UPDATE session SET last_seen_at = now() - interval '31 minutes' WHERE login_id = $1
"""


async def look(driver: Any, name: str) -> None:
    """Have the page inspected now, if the driver has an inspector."""
    if inspector := getattr(driver, "inspector", None):
        await inspector.look(driver.page, f"story-{name}")


async def run_story(driver: Any, site: Site, person: Person) -> None:
    """Run the whole story, from the login to the closing of the account."""
    account_id = await site.open_account(person)
    await enter(driver, person)
    await declare_hours(driver)
    await change_information(driver)
    await change_address(driver, site, person)
    await come_back_to_what_was_typed(driver, site, person, account_id)
    await end_sessions(driver, site, account_id)
    await read_history(driver, site, account_id)
    await take_data_away(driver, person)
    await write_to_the_service(driver)
    await change_password(driver, person)
    await forget_password(driver, site, person)
    await close(driver, person)
    await write_from_outside(driver, person)


async def enter(driver: Any, person: Person) -> None:
    """Log in with a wrong password, then the right one."""
    await driver.open("/connexion")
    await driver.write("Identifiant", person.nir)
    await driver.write("Mot de passe", "Mauvais-123-mot")
    await driver.press("S’identifier")
    await driver.reads_error_summary()
    await driver.write("Mot de passe", person.password)
    await driver.press("S’identifier")
    await driver.reads("Synthèse de votre compte")
    await driver.press("Mon compte d’heures")


async def declare_hours(driver: Any) -> None:
    """« Mon compte d’heures »: a mistake, a number to confirm, a correction, the filter."""
    await driver.reads("Aucun mouvement n’a été porté à la connaissance du compte d’heures CPF.")
    await driver.press("Enregistrer")
    await driver.reads_error_summary()
    await driver.write("Saisissez le solde du DIF", "150")
    await driver.press("Enregistrer")
    await driver.reads("Je confirme ce nombre")
    await driver.choose("Je confirme ce nombre")
    await driver.press("Enregistrer")
    await driver.reads("Déclaration du solde DIF")
    await driver.write("Saisissez le solde du DIF", "80")
    await driver.press("Enregistrer")
    await driver.reads("Correction du solde DIF")
    await driver.reads("2 mouvements")
    await driver.pick("Type de mouvement", "Correction du solde DIF")
    await driver.press("Filtrer")
    await driver.reads("1 mouvement sur 2")
    await driver.press("Tout afficher")
    await driver.reads("2 mouvements")


async def change_information(driver: Any) -> None:
    """« Mes informations personnelles »: half an address, then all of it."""
    await driver.press("Mes informations personnelles")
    await driver.reads("Votre identité")
    await driver.write("Téléphone portable", "07 56 78 90 12")
    await driver.write("Commune", "Angers")
    await driver.press("Enregistrer")
    await driver.reads_error_summary()
    await look(driver, "information-errors")
    await driver.write("Numéro et voie", "12 rue de l’Orée")
    await driver.write("Code postal", "49000")
    await driver.press("Enregistrer")
    await driver.reads("Vos informations sont enregistrées.")
    await look(driver, "information-saved")


async def change_address(driver: Any, site: Site, person: Person) -> None:
    """Another e-mail address: requested, cancelled, requested again, confirmed."""
    for number in (1, 2):
        new = f"nouvelle{number}-{person.email}"
        await driver.open("/espace/informations/courriel")
        if number == 1:
            await driver.press("Envoyer le lien")
            await driver.reads_error_summary()
            await look(driver, "address-errors")
        await driver.write("Nouvelle adresse courriel", new)
        await driver.write("Confirmation de la nouvelle adresse", new)
        await driver.write("Mot de passe actuel", person.password)
        await driver.press("Envoyer le lien")
        await driver.reads("Nouvelle adresse, à confirmer")
        if number == 1:
            await look(driver, "address-pending")
            await driver.press("Annuler ce changement")
            await driver.reads("Le changement est annulé")
    await driver.open(await site.link_mailed_to(new, link=EMAIL_CHANGE))
    await look(driver, "address-link")
    await driver.press("Confirmer cette adresse")
    await driver.reads("Votre adresse courriel a changé")
    await look(driver, "address-changed")
    person.email = new
    await driver.press("Voir mes informations")
    await driver.reads(new)


async def come_back_to_what_was_typed(
    driver: Any, site: Site, person: Person, account_id: UUID
) -> None:
    """Check that a form sent after the session ended survives the login."""
    await driver.open("/espace/heures")
    await driver.write("Saisissez le solde du DIF", "75")
    await site.sql(SESSION_ENDS, account_id)
    await driver.press("Enregistrer")
    await driver.reads("ce que vous aviez saisi est conservé une heure")
    await driver.write("Identifiant", person.nir)
    await driver.write("Mot de passe", person.password)
    await driver.press("S’identifier")
    await driver.reads("Reprendre votre saisie")
    await look(driver, "resume")
    await driver.press("Enregistrer")
    await driver.reads("75 h")
    await driver.open("/espace/prolonger")
    await driver.reads("Votre session est prolongée")


async def end_sessions(driver: Any, site: Site, account_id: UUID) -> None:
    """« Mes connexions »: one closed, then all the others."""
    await site.sql(MORE_SESSIONS, str(account_id))
    await driver.press("Mes connexions")
    await driver.reads("Safari sur iPhone")
    await look(driver, "sessions")
    await driver.press("Fermer cette connexion")
    await driver.reads("La connexion est fermée.")
    await driver.press("Fermer toutes les autres connexions")
    await driver.reads("Aucune autre connexion n’est ouverte.")


async def read_history(driver: Any, site: Site, account_id: UUID) -> None:
    """« Historique de vos actions »: the second page, then a filter by kind."""
    await site.sql(MORE_EVENTS, account_id)
    await driver.press("Historique de vos actions")
    await driver.reads("page 1 sur 2")
    await driver.press("Page 2")
    await driver.reads("page 2 sur 2")
    await driver.reads("Changement d’adresse courriel annulé")
    await look(driver, "history")
    await driver.pick("Type d’action", "Connexions")
    await driver.press("Filtrer")
    await driver.reads("Connexion refusée")


async def take_data_away(driver: Any, person: Person) -> None:
    """« Mes données », and their file."""
    await driver.open("/espace/mes-donnees")
    await driver.reads("12 rue de l’Orée")
    await look(driver, "data")
    async with driver.page.expect_download() as download:
        await driver.press("Télécharger mes données")
    document = json.loads(Path(await (await download.value).path()).read_text("utf-8"))
    assert document["identite"]["numero_de_securite_sociale"] == person.nir
    assert document["identite"]["courriel"] == person.email


async def write_to_the_service(driver: Any) -> None:
    """« Nous contacter », with a prefilled address and no security check."""
    await driver.press("Nous contacter")
    await driver.reads("Ce qu’il ne faut jamais écrire dans un message")
    await driver.press("Envoyer le message")
    await driver.reads_error_summary()
    await look(driver, "contact-errors")
    await driver.write("Sujet", "Une question")
    await driver.write("Message", "Où trouver mon attestation ?")
    await driver.press("Envoyer le message")
    await driver.reads("Nous avons bien reçu votre message")
    await look(driver, "contact-received")
    await driver.press("Aller à mon espace")


async def change_password(driver: Any, person: Person) -> None:
    """« Modifier votre mot de passe »: asks for the current one."""
    await driver.press("Modifier votre mot de passe")
    for current in ("Mauvais-123-mot", person.password):
        await driver.write("Mot de passe actuel", current)
        await driver.write("Nouveau mot de passe", FIRST)
        await driver.write("Confirmation du nouveau mot de passe", FIRST)
        await driver.press("Enregistrer ce mot de passe")
        if current != person.password:
            await driver.reads_error_summary()
            await look(driver, "password-errors")
    await driver.reads("Votre mot de passe est modifié.")
    person.password = FIRST
    await driver.press("Se déconnecter")
    await driver.reads("Votre session est fermée.")


async def forget_password(driver: Any, site: Site, person: Person) -> None:
    """« Mot de passe oublié », from the login page back to it."""
    await driver.press("Mot de passe oublié")
    await driver.press("Recevoir un lien")
    await driver.reads_error_summary()
    await look(driver, "forgotten-errors")
    await driver.write("Identifiant", person.nir)
    await driver.press("Recevoir un lien")
    await driver.reads("Votre demande est enregistrée")
    await look(driver, "forgotten-sent")
    await driver.open(await site.link_mailed_to(person.email, link=NEW_PASSWORD))
    await driver.write("Nouveau mot de passe", "court")
    await driver.press("Enregistrer ce mot de passe")
    await driver.reads_error_summary()
    await look(driver, "reset-errors")
    await driver.write("Nouveau mot de passe", SECOND)
    await driver.write("Confirmation du nouveau mot de passe", SECOND)
    await driver.press("Enregistrer ce mot de passe")
    await driver.reads("Votre nouveau mot de passe est enregistré.")
    person.password = SECOND
    await log_in(driver, person)


async def close(driver: Any, person: Person) -> None:
    """« Fermer mon compte »: confirmed by the password, after which the login fails."""
    await driver.open("/espace/informations/fermeture")
    await driver.reads("Ce qui reste, et pourquoi")
    await driver.press("Fermer mon compte")
    await driver.reads_error_summary()
    await look(driver, "closing-errors")
    await driver.write("Mot de passe actuel", person.password)
    await driver.press("Fermer mon compte")
    await driver.reads("Votre compte est fermé")
    await look(driver, "closed")
    await driver.open("/espace")
    await driver.reads("Entrez votre identifiant et votre mot de passe")


async def write_from_outside(driver: Any, person: Person) -> None:
    """« Nous contacter » when logged out: asks for an address and the security check."""
    await driver.press("Nous contacter")
    await driver.write("Sujet", "Mon compte est fermé")
    await driver.write("Message", "Comment revenir ?")
    await driver.press("Envoyer le message")
    await driver.reads_error_summary()
    await driver.write("Courriel", person.email)
    await driver.write("Caractères affichés ou entendus", CAPTCHA_ANSWER)
    await driver.press("Envoyer le message")
    await driver.reads("Nous avons bien reçu votre message")
