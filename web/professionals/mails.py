"""Mails that notify an agent of changes to their account, whoever made them."""

from __future__ import annotations

from web.core.db.connection import Connection
from web.core.mail.kinds import notice
from web.core.mail.outgoing import Letter, Mail
from web.core.runtime import Runtime
from web.professionals.queries import EventKind, MailEvent, find_mail_event

# The subject of these mails is the event they announce.
PASSWORD_CHANGED_MAIL = notice("professional-password-changed")
SECOND_FACTOR_MAIL = notice("professional-second-factor")
NEW_DEVICE_MAIL = notice("professional-new-device")
UNBLOCKED_MAIL = notice("professional-unblocked")

# The mail's title and explanation, by event.
SECOND_FACTOR_WORDS = {
    EventKind.SECOND_FACTOR_SET: (
        "Un second facteur protège votre compte",
        "Votre compte d’agent de {organisation} demande désormais, après le mot de passe, un code "
        "de votre application.",
    ),
    EventKind.SECOND_FACTOR_REPLACED: (
        "Le second facteur de votre compte a été remplacé",
        "Les codes de votre compte d’agent de {organisation} viennent désormais d’une autre "
        "application ou d’un autre appareil. Les codes précédents, y compris les codes de "
        "secours, ne fonctionnent plus.",
    ),
    EventKind.SECOND_FACTOR_REMOVED: (
        "Le second facteur de votre compte est retiré",
        "Votre compte d’agent de {organisation} s’ouvre désormais par le mot de passe seul.",
    ),
    EventKind.SECOND_FACTOR_RESET: (
        "Le second facteur de votre compte est retiré",
        "Le service a retiré le second facteur de votre compte d’agent de "
        "{organisation}, et fermé vos connexions. Vous pourrez en mettre un autre en place à la "
        "prochaine connexion.",
    ),
    EventKind.RECOVERY_CODE_USED: (
        "Un code de secours a été utilisé",
        "Un code de secours a été utilisé pour ouvrir votre compte d’agent de {organisation}. "
        "{left}",
    ),
    EventKind.RECOVERY_CODES_RENEWED: (
        "Vos codes de secours sont remplacés",
        "De nouveaux codes de secours ont été demandés pour votre compte d’agent de "
        "{organisation}. Les précédents ne fonctionnent plus.",
    ),
}


async def compose_event(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail of an event; None once the account is deleted."""
    event = await find_mail_event(connection, mail.subject_id)
    if event is None:
        return None
    words = {
        "organisation": event.organisation_name,
        "was_forgotten": event.kind is EventKind.PASSWORD_RESET,
        "device": event.device,
        "occurred_at": event.occurred_at,
    }
    if mail.kind == SECOND_FACTOR_MAIL.name:
        words["title"], words["what"] = _second_factor_words(event)
    return Letter(mail.kind, words)


def _second_factor_words(event: MailEvent) -> tuple[str, str]:
    title, what = SECOND_FACTOR_WORDS[event.kind]
    left = (
        f"Il vous en reste {event.codes_left}."
        if event.codes_left
        else "C’était le dernier : demandez-en d’autres dans « Compte et sécurité »."
    )
    return title, what.format(organisation=event.organisation_name, left=left)
