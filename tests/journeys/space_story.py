"""The personal space, page by page, told once: every form with a mistake first, then right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.journeys.site import EMAIL_CHANGE, NEW_PASSWORD, Site
from tests.journeys.story import log_in
from tests.support.people import Person
from tests.support.settings import CAPTCHA_ANSWER

FIRST, SECOND = "Girafe-913-Mauve", "Autruche-779-Bleue"
MORE_EVENTS = """
    INSERT INTO event (person_id, kind, actor, device, detail)
    SELECT person_id, 'dif_corrected', 'service', '', n || ' h'
    FROM account, generate_series(1, 25) AS n WHERE account.id = $1
"""
MORE_SESSIONS = """
    INSERT INTO session (token_digest, account_id, device)
    SELECT sha256(($1 || name)::bytea), $1::uuid, name
    FROM (VALUES ('Safari sur iPhone'), ('Edge sur Windows')) AS other (name)
"""
SESSION_ENDS = """
    UPDATE session SET last_seen_at = now() - interval '31 minutes' WHERE account_id = $1
"""


async def look(hand: Any, name: str) -> None:
    """Have the page inspected as it is now, when this hand's owner does."""
    if inspector := getattr(hand, "inspector", None):
        await inspector.look(hand.page, f"story-{name}")


async def tell(hand: Any, site: Site, person: Person) -> None:
    """From the login to the closing of the account."""
    account_id = await site.open_account(person)
    await enter(hand, person)
    await declare_hours(hand)
    await change_information(hand)
    await change_address(hand, site, person)
    await come_back_to_what_was_typed(hand, site, person, account_id)
    await end_sessions(hand, site, account_id)
    await read_history(hand, site, account_id)
    await take_data_away(hand, person)
    await write_to_the_service(hand)
    await change_password(hand, person)
    await forget_password(hand, site, person)
    await close(hand, person)
    await write_from_outside(hand, person)


async def enter(hand: Any, person: Person) -> None:
    """A wrong password, then the right one."""
    await hand.open("/connexion")
    await hand.write("Identifiant", person.nir)
    await hand.write("Mot de passe", "Mauvais-123-mot")
    await hand.press("S’identifier")
    await hand.is_told_of_errors()
    await hand.write("Mot de passe", person.password)
    await hand.press("S’identifier")
    await hand.reads("Synthèse de votre compte")
    await hand.press("Mon compte d’heures")


async def declare_hours(hand: Any) -> None:
    """« Mon compte d’heures »: a mistake, a number to confirm, a correction, the filter."""
    await hand.reads("Aucun mouvement n’a été porté à la connaissance du compte d’heures CPF.")
    await hand.press("Enregistrer")
    await hand.is_told_of_errors()
    await hand.write("Saisissez le solde du DIF", "150")
    await hand.press("Enregistrer")
    await hand.reads("Je confirme ce nombre")
    await hand.choose("Je confirme ce nombre")
    await hand.press("Enregistrer")
    await hand.reads("enregistré")
    await hand.write("Saisissez le solde du DIF", "80")
    await hand.press("Enregistrer")
    await hand.reads("Correction du solde DIF")
    await hand.reads("2 mouvements")
    await hand.pick("Type de mouvement", "Correction du solde DIF")
    await hand.press("Filtrer")
    await hand.reads("1 mouvement sur 2")
    await hand.press("Tout afficher")
    await hand.reads("2 mouvements")


async def change_information(hand: Any) -> None:
    """« Mes informations personnelles »: half an address, then all of it."""
    await hand.press("Mes informations personnelles")
    await hand.reads("Votre identité")
    await hand.write("Téléphone portable", "07 56 78 90 12")
    await hand.write("Commune", "Angers")
    await hand.press("Enregistrer")
    await hand.is_told_of_errors()
    await look(hand, "information-errors")
    await hand.write("Numéro et voie", "12 rue de l’Orée")
    await hand.write("Code postal", "49000")
    await hand.press("Enregistrer")
    await hand.reads("Vos informations sont enregistrées.")
    await look(hand, "information-saved")


async def change_address(hand: Any, site: Site, person: Person) -> None:
    """Another e-mail address: asked for, cancelled, asked for again, confirmed."""
    for number in (1, 2):
        new = f"nouvelle{number}-{person.email}"
        await hand.open("/espace/informations/courriel")
        if number == 1:
            await hand.press("Envoyer le lien")
            await hand.is_told_of_errors()
            await look(hand, "address-errors")
        await hand.write("Nouvelle adresse courriel", new)
        await hand.write("Confirmation de la nouvelle adresse", new)
        await hand.write("Mot de passe actuel", person.password)
        await hand.press("Envoyer le lien")
        await hand.reads("Nouvelle adresse, à confirmer")
        if number == 1:
            await look(hand, "address-pending")
            await hand.press("Annuler ce changement")
            await hand.reads("Le changement est annulé")
    await hand.open(await site.link_mailed_to(new, link=EMAIL_CHANGE))
    await look(hand, "address-link")
    await hand.press("Confirmer cette adresse")
    await hand.reads("Votre adresse courriel a changé")
    await look(hand, "address-changed")
    person.email = new
    await hand.press("Voir mes informations")
    await hand.reads(new)


async def come_back_to_what_was_typed(
    hand: Any, site: Site, person: Person, account_id: UUID
) -> None:
    """A form sent after the session ended survives the login."""
    await hand.open("/espace/heures")
    await hand.write("Saisissez le solde du DIF", "75")
    await site.sql(SESSION_ENDS, account_id)
    await hand.press("Enregistrer")
    await hand.reads("ce que vous aviez saisi est conservé une heure")
    await hand.write("Identifiant", person.nir)
    await hand.write("Mot de passe", person.password)
    await hand.press("S’identifier")
    await hand.reads("Reprendre votre saisie")
    await look(hand, "resume")
    await hand.press("Enregistrer")
    await hand.reads("75 h")
    await hand.open("/espace/prolonger")
    await hand.reads("Votre session est prolongée")


async def end_sessions(hand: Any, site: Site, account_id: UUID) -> None:
    """« Mes connexions »: one closed, then all the others."""
    await site.sql(MORE_SESSIONS, str(account_id))
    await hand.press("Mes connexions")
    await hand.reads("Safari sur iPhone")
    await look(hand, "sessions")
    await hand.press("Fermer cette connexion")
    await hand.reads("La connexion est fermée.")
    await hand.press("Fermer toutes les autres connexions")
    await hand.reads("Aucune autre connexion n’est ouverte.")


async def read_history(hand: Any, site: Site, account_id: UUID) -> None:
    """« Historique de vos actions »: a page further, then one kind only."""
    await site.sql(MORE_EVENTS, account_id)
    await hand.press("Historique de vos actions")
    await hand.reads("page 1 sur 2")
    await hand.press("Page 2")
    await hand.reads("page 2 sur 2")
    await hand.reads("Changement d’adresse courriel annulé")
    await look(hand, "history")
    await hand.pick("Type d’action", "Connexions")
    await hand.press("Filtrer")
    await hand.reads("Connexion refusée")


async def take_data_away(hand: Any, person: Person) -> None:
    """« Mes données », and their file."""
    await hand.open("/espace/mes-donnees")
    await hand.reads("12 rue de l’Orée")
    await look(hand, "data")
    async with hand.page.expect_download() as download:
        await hand.press("Télécharger mes données")
    document = json.loads(Path(await (await download.value).path()).read_text("utf-8"))
    assert document["identite"]["numero_de_securite_sociale"] == person.nir
    assert document["identite"]["courriel"] == person.email


async def write_to_the_service(hand: Any) -> None:
    """« Nous contacter », the address filled in, no security check."""
    await hand.press("Nous contacter")
    await hand.reads("Ce qu’il ne faut jamais écrire dans un message")
    await hand.press("Envoyer le message")
    await hand.is_told_of_errors()
    await look(hand, "contact-errors")
    await hand.write("Sujet", "Une question")
    await hand.write("Message", "Où trouver mon attestation ?")
    await hand.press("Envoyer le message")
    await hand.reads("Nous avons bien reçu votre message")
    await look(hand, "contact-received")
    await hand.press("Aller à mon espace")


async def change_password(hand: Any, person: Person) -> None:
    """« Modifier votre mot de passe »: the current one is asked for."""
    await hand.press("Modifier votre mot de passe")
    for current in ("Mauvais-123-mot", person.password):
        await hand.write("Mot de passe actuel", current)
        await hand.write("Nouveau mot de passe", FIRST)
        await hand.write("Confirmation du nouveau mot de passe", FIRST)
        await hand.press("Enregistrer ce mot de passe")
        if current != person.password:
            await hand.is_told_of_errors()
            await look(hand, "password-errors")
    await hand.reads("Votre mot de passe est modifié.")
    person.password = FIRST
    await hand.press("Se déconnecter")
    await hand.reads("Votre session est fermée.")


async def forget_password(hand: Any, site: Site, person: Person) -> None:
    """« Mot de passe oublié », from the login page back to it."""
    await hand.press("Mot de passe oublié")
    await hand.press("Recevoir un lien")
    await hand.is_told_of_errors()
    await look(hand, "forgotten-errors")
    await hand.write("Identifiant", person.nir)
    await hand.press("Recevoir un lien")
    await hand.reads("Votre demande est enregistrée")
    await look(hand, "forgotten-sent")
    await hand.open(await site.link_mailed_to(person.email, link=NEW_PASSWORD))
    await hand.write("Nouveau mot de passe", "court")
    await hand.press("Enregistrer ce mot de passe")
    await hand.is_told_of_errors()
    await look(hand, "reset-errors")
    await hand.write("Nouveau mot de passe", SECOND)
    await hand.write("Confirmation du nouveau mot de passe", SECOND)
    await hand.press("Enregistrer ce mot de passe")
    await hand.reads("Votre nouveau mot de passe est enregistré.")
    person.password = SECOND
    await log_in(hand, person)


async def close(hand: Any, person: Person) -> None:
    """« Fermer mon compte »: the password confirms; nothing opens it any more."""
    await hand.open("/espace/informations/fermeture")
    await hand.reads("Ce qui reste, et pourquoi")
    await hand.press("Fermer mon compte")
    await hand.is_told_of_errors()
    await look(hand, "closing-errors")
    await hand.write("Mot de passe actuel", person.password)
    await hand.press("Fermer mon compte")
    await hand.reads("Votre compte est fermé")
    await look(hand, "closed")
    await hand.open("/espace")
    await hand.reads("Entrez votre identifiant et votre mot de passe")


async def write_from_outside(hand: Any, person: Person) -> None:
    """« Nous contacter » for who is not logged in: an address and the security check are asked."""
    await hand.press("Nous contacter")
    await hand.write("Sujet", "Mon compte est fermé")
    await hand.write("Message", "Comment revenir ?")
    await hand.press("Envoyer le message")
    await hand.is_told_of_errors()
    await hand.write("Courriel", person.email)
    await hand.write("Caractères affichés ou entendus", CAPTCHA_ANSWER)
    await hand.press("Envoyer le message")
    await hand.reads("Nous avons bien reçu votre message")
