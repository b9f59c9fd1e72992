"""The feedback on a password, while it is typed and when it is refused."""

from __future__ import annotations

from dataclasses import dataclass

from web.core.crypto.passwords import strength_score
from web.domain.passwords.policy import (
    Rule,
    Strength,
    personal_words,
    strength,
    unmet_rules,
)
from web.people.identity import Identity

# The tutorial's rules, always shown; the others show only when they are broken.
SHOWN_RULES = (
    (Rule.LETTERS, "au moins 5 lettres"),
    (Rule.DIGITS, "au moins 3 chiffres"),
    (
        Rule.CATEGORIES,
        "au moins 3 catégories parmi : majuscules, minuscules, caractères spéciaux, chiffres",
    ),
)
SENTENCES = {
    Rule.LETTERS: "Ajoutez des lettres : il en faut au moins 5.",
    Rule.DIGITS: "Ajoutez des chiffres : il en faut au moins 3.",
    Rule.CATEGORIES: "Utilisez au moins 3 catégories de caractères parmi les majuscules, les "
    "minuscules, les caractères spéciaux et les chiffres.",
    Rule.LENGTH: "Choisissez un mot de passe de 128 caractères au plus.",
    Rule.COMMON: "Ce mot de passe est trop courant : choisissez-en un que personne d’autre "
    "n’utiliserait.",
}
TITULAIRE_PERSONAL = (
    "Choisissez un mot de passe qui ne contient ni votre nom, ni votre adresse courriel, ni votre "
    "numéro de Sécurité sociale, ni le nom du service."
)
LEVELS = {Strength.FAIBLE: 1, Strength.MOYEN: 2, Strength.FORT: 3, Strength.TRES_FORT: 4}


@dataclass(frozen=True)
class PasswordOwner:
    """The future user of a password: the words it must not contain, and the error that says so.

    `identifier` is their login name, for the browser's password manager.
    """

    words: tuple[str, ...]
    personal_sentence: str
    identifier: str


@dataclass(frozen=True)
class PasswordView:
    """The strength (level 0 to 4, and its word) and rules; `sentence` is '' when all are met."""

    level: int
    word: str
    rules: tuple[tuple[bool, str], ...]
    warning: str
    sentence: str


def forbidden_words(identity: Identity) -> tuple[str, ...]:
    """Return the words that the person's password must not contain."""
    return personal_words(
        nir=identity.nir,
        first_name=identity.first_name,
        birth_name=identity.birth_name,
        usual_name=identity.usual_name or "",
        email=identity.email,
    )


def titulaire_owner(identity: Identity) -> PasswordOwner:
    """Return the titulaire as the owner of a password."""
    return PasswordOwner(forbidden_words(identity), TITULAIRE_PERSONAL, identity.nir)


def password_view(
    owner: PasswordOwner, password: str, *, with_strength: bool = True
) -> PasswordView:
    """Evaluate a password for its owner, in the same way live and on submission.

    The strength costs milliseconds to compute and is only shown: it never refuses a password.
    """
    unmet = unmet_rules(password, owner.words)
    word = None
    if password and with_strength:
        word = strength(strength_score(password, owner.words), unmet)
    shown = tuple(rule for rule, _ in SHOWN_RULES)
    sentences = {**SENTENCES, Rule.PERSONAL: owner.personal_sentence}
    # Do not report a password that is still too short as a common one.
    reported = [rule for rule in unmet if rule is not Rule.COMMON or not set(shown) & set(unmet)]
    warnings = [sentences[rule] for rule in reported if rule not in shown] if password else []
    return PasswordView(
        level=LEVELS[word] if word else 0,
        word=word.value if word else "",
        rules=tuple((bool(password) and rule not in unmet, text) for rule, text in SHOWN_RULES),
        warning=" ".join(warnings),
        sentence=" ".join(sentences[rule] for rule in reported),
    )
