"""Acts of the service on an account, for someone who asked for help, and the words of their mails.

Each is recorded with its reason. The mails about a change of address have templates of their own.
"""

from __future__ import annotations

from web.auth.kinds import SecurityEvent

# Announced by the same mail, with the words of the event.
TOLD_ACTS = (
    SecurityEvent.ACCOUNT_BLOCKED,
    SecurityEvent.ACCOUNT_UNBLOCKED,
    SecurityEvent.IDENTITY_CORRECTED,
    SecurityEvent.NUMBER_CORRECTED,
    SecurityEvent.DATA_EXPORTED,
)
SERVICE_ACTS = (
    *TOLD_ACTS,
    SecurityEvent.EMAIL_CHANGE_ASKED,
    SecurityEvent.EMAIL_CHANGE_CANCELLED,
    SecurityEvent.EMAIL_CHANGED,
)
# The mail's title and explanation, by event; {account} follows « votre ».
_WORDS = {
    SecurityEvent.ACCOUNT_BLOCKED: (
        "Votre compte est bloqué",
        "Nous avons bloqué votre {account} : plus personne ne peut s’y identifier, et les "
        "connexions ouvertes sont fermées. Rien n’est effacé : vos données restent à vous.",
    ),
    SecurityEvent.ACCOUNT_UNBLOCKED: (
        "Votre compte est débloqué",
        "Nous avons débloqué votre {account} : vous pouvez de nouveau vous identifier. Si une "
        "autre personne a pu connaître votre mot de passe, choisissez-en d’abord un nouveau avec "
        "« Mot de passe oublié ».",
    ),
    SecurityEvent.IDENTITY_CORRECTED: (
        "Vos informations personnelles sont corrigées",
        "Nous avons corrigé des informations de votre {account}, indiquées ci-dessous.",
    ),
    SecurityEvent.NUMBER_CORRECTED: (
        "Votre numéro de Sécurité sociale est corrigé",
        "Nous avons corrigé des informations de votre {account}, indiquées ci-dessous. Votre "
        "compte utilise désormais le numéro corrigé. Vos connexions sont fermées, vos délégations "
        "révoquées et vos codes de secours supprimés. Déclarez de nouveau vos heures DIF (droit "
        "individuel à la formation) dans « Mon compte d’heures ».",
    ),
    SecurityEvent.DATA_EXPORTED: (
        "Nous avons préparé une copie de vos données",
        "Nous avons préparé une copie de tout ce que nous conservons sur votre {account}, à la "
        "suite d’une demande d’accès à vos données personnelles. Elle est remise à la personne qui "
        "l’a demandée, une fois son identité vérifiée.",
    ),
}


def act_words(event: SecurityEvent, account: str) -> dict[str, str]:
    """Return the title of the mail and its first sentences; `account` follows « votre »."""
    title, what = _WORDS[event]
    return {"title": title, "what": what.format(account=account)}
