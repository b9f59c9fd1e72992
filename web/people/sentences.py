"""Error messages of forms: names, SIRETs, phones, addresses, rate limits."""

from __future__ import annotations

from collections.abc import Callable

from web.domain.names import InvalidName, NameProblem
from web.domain.siret import InvalidSiret, SiretProblem
from web.people.phones import InvalidPhoneError, PhoneProblem

NAME_SENTENCES = {
    NameProblem.EMPTY: "Saisissez au moins une lettre.",
    NameProblem.TOO_LONG: "Saisissez 100 caractères au plus.",
    NameProblem.CHARACTERS: "Saisissez seulement des lettres, des espaces, des traits d’union "
    "et des apostrophes.",
}
PHONE_SENTENCES = {
    PhoneProblem.CHARACTERS: "Saisissez un numéro français à 10 chiffres, par exemple {example}, "
    "sans lettres ni numéro de poste, ou laissez le champ vide. Les espaces, les points, les "
    "tirets, le + et les parenthèses sont acceptés.",
    PhoneProblem.UNKNOWN: "Saisissez un numéro français à 10 chiffres, par exemple {example}, "
    "ou laissez le champ vide.",
    PhoneProblem.MOBILE_EXPECTED: "Ce numéro est celui d’un téléphone fixe : saisissez-le dans "
    "le champ « Téléphone fixe ».",
    PhoneProblem.LANDLINE_EXPECTED: "Ce numéro est celui d’un téléphone portable : saisissez-le "
    "dans le champ « Téléphone portable ».",
    PhoneProblem.SURCHARGED: "Les numéros spéciaux (08…) ne permettent pas de vous joindre : "
    "saisissez un autre numéro, ou laissez le champ vide.",
}
SIRET_SENTENCES = {
    SiretProblem.FORMAT: "Saisissez les 14 chiffres du numéro SIRET, sans lettres.",
    SiretProblem.KEY: "Ce numéro n’est pas un SIRET : un de ses 14 chiffres est faux, ou deux "
    "sont inversés. Vérifiez-les un par un.",
}
EMAIL_SENTENCE = (
    "Saisissez une adresse courriel complète, avec un @, par exemple prenom.nom@exemple.fr."
)
LONGEST_IN_HOURS = 18
NOT_THE_CURRENT = (
    "Ce n’est pas votre mot de passe actuel : saisissez-le de nouveau. Si vous ne le retrouvez "
    "pas, déconnectez-vous, puis suivez le lien « Mot de passe oublié »."
)

TOO_MANY_CONFIRMATIONS = (
    "Trop d’essais du mot de passe actuel dans cette session. Par sécurité, réessayez {when}, ou "
    "déconnectez-vous, puis identifiez-vous de nouveau."
)


def name_sentence(error: ValueError) -> str:
    """Return the reason for refusing a name."""
    assert isinstance(error, InvalidName)  # noqa: S101 - the parser's own
    return NAME_SENTENCES[error.problem]


def siret_sentence(error: ValueError) -> str:
    """Return the reason for refusing a SIRET."""
    assert isinstance(error, InvalidSiret)  # noqa: S101 - the parser's own
    return SIRET_SENTENCES[error.problem]


def phone_sentence(example: str) -> Callable[[ValueError], str]:
    """Return the function that gives the reason for refusing a phone number, with an example."""

    def sentence(error: ValueError) -> str:
        assert isinstance(error, InvalidPhoneError)  # noqa: S101 - the parser's own
        return PHONE_SENTENCES[error.problem].format(example=example)

    return sentence


def when_again(seconds: int) -> str:
    """Return when to try again: « dans 12 minutes », « dans une heure », « demain ».

    Rounded up, so that it is never too early.
    """
    minutes, hours, days = -(-seconds // 60), -(-seconds // 3600), -(-seconds // 86400)
    if minutes <= 1:
        return "dans une minute"
    if minutes < 60:
        return f"dans {minutes}\u00a0minutes"
    if hours <= 1:
        return "dans une heure"
    if hours <= LONGEST_IN_HOURS:
        return f"dans {hours}\u00a0heures"
    return "demain" if days <= 1 else f"dans {days}\u00a0jours"
