"""The texts of the mails about the second factor."""

from __future__ import annotations

from web.auth.kinds import SecurityEvent

# The mail's title and explanation, by event.
_WORDS = {
    SecurityEvent.SECOND_FACTOR_SET: (
        "Un code de connexion protège votre compte",
        "Votre {account} demande désormais, après le mot de passe, un code de votre application.",
    ),
    SecurityEvent.SECOND_FACTOR_REPLACED: (
        "L’application de votre code de connexion a été remplacée",
        "Les codes de votre {account} viennent désormais d’une autre application ou d’un autre "
        "appareil. Les codes précédents, y compris les codes de secours, ne fonctionnent plus.",
    ),
    SecurityEvent.SECOND_FACTOR_REMOVED: (
        "Le code de connexion de votre compte est retiré",
        "Votre {account} s’ouvre désormais par le mot de passe seul.",
    ),
    SecurityEvent.SECOND_FACTOR_RESET: (
        "Le code de connexion de votre compte est retiré",
        "Le service a retiré le code de connexion de votre {account}, et fermé vos connexions. "
        "Vous pourrez en mettre un autre en place à la prochaine connexion.",
    ),
    SecurityEvent.RECOVERY_CODE_USED: (
        "Un code de secours a été utilisé",
        "Un code de secours a été utilisé pour ouvrir votre {account}. {left}",
    ),
    SecurityEvent.RECOVERY_CODES_RENEWED: (
        "Vos codes de secours sont remplacés",
        "De nouveaux codes de secours ont été demandés pour votre {account}. Les précédents ne "
        "fonctionnent plus.",
    ),
}
# For a login whose code was refused or missing: the title, and the end of the first sentence.
_NO_CODE_WORDS = {
    SecurityEvent.SECOND_FACTOR_REFUSED: (
        "Un code a été refusé lors d’une connexion à votre compte",
        "puis un code que nous avons refusé",
    ),
    SecurityEvent.SECOND_FACTOR_MISSING: (
        "Une connexion à votre compte s’est arrêtée avant le code",
        "et aucun code ne l’a suivi",
    ),
}


def no_code_words(event: SecurityEvent, account: str) -> dict[str, str]:
    """Return the title of the mail and its first sentence; `account` follows « votre »."""
    title, followed = _NO_CODE_WORDS[event]
    what = f"Votre mot de passe a été saisi pour ouvrir votre {account}, {followed}. "
    return {"title": title, "what": f"{what}Le compte est resté fermé."}


def factor_words(
    event: SecurityEvent, account: str, codes_left: int, setting: str
) -> dict[str, str]:
    """Return the title of the mail and the sentence that explains it.

    `account` names the account after « votre », `setting` the page where codes are renewed.
    """
    title, what = _WORDS[event]
    left = (
        f"Il vous en reste {codes_left}."
        if codes_left
        else f"C’était le dernier : demandez-en d’autres dans {setting}."
    )
    return {"title": title, "what": what.format(account=account, left=left)}
