"""Turns of phrase that are not French, or that this product expresses otherwise."""

from __future__ import annotations

import re

# Each with its reason, or with its replacement.
AVOIDED = {
    "a text does not speak: indique, précise, annonce, explique": re.compile(
        r"(?<!-)\b(?:dit|dits|dise|disent|dira|diront|dirait)\b"
        r"|\b(?:pour|sans) (?:vous )?(?:le |en )?dire\b"
    ),
    "one presses a button and follows a link": re.compile(r"\b[Cc]hoisi(?:ssez|r|ssant) «"),
    "a person has an account, not a number": re.compile(
        r"\b(?:numéro|adresse)\b[^.;:]{0,40}\ba (?:déjà )?(?:un|son) compte|compte a cette adresse"
    ),
    "ne fonctionne plus": re.compile(r"n’ouvr\w+ plus rien"),
    "a question ends with its mark": re.compile(r"\bUne question\s*:"),
    "disponibles, as in the source document": re.compile(r"\b[Hh]eures libres|redevien\w+ libres"),
    "s’identifier": re.compile(
        r"\b(?:se (?:re)?connecter|(?:re)?connectez-vous|vous (?:re)?connecter)\b", re.IGNORECASE
    ),
    "no masculine by default": re.compile(
        r"\bvous (?:êtes|serez|étiez|restez|avez été) (?:\w+ )?"
        r"(?:déconnecté|connecté|identifié|inscrit|invité|bloqué|prévenu|averti|redirigé|sûr|certain"
        r"|prêt|informé)\b|\bune fois (?:connecté|identifié|inscrit)\b|vous seul\b"
        r"|après vous être identifié\b",
        re.IGNORECASE,
    ),
    "type d’appareil": re.compile(r"\bsortes? d’appareil"),
    "n’est plus valable, or n’est pas reconnu": re.compile(
        r"lien (?:ne sert plus|n’existe pas|ne mène nulle part)"
    ),
    "conserver, of data": re.compile(
        r"\bnous (?:en |les |la |le |y )?gard(?:ons|erons)\b", re.IGNORECASE
    ),
    "a capital in prose, as in the source document; its label has none": re.compile(
        r"(?<!N° de )(?<!N°\u00a0de )(?<!N°\u00a0de\u00a0)\bsécurité sociale\b"
    ),
    "Consulter et préparer": re.compile(r"«\s*[Mm]odifier\s*» (?:ou|et)|portée « modifier"),
    "a project changes, not plans": re.compile(r"\b[Vv]os plans\b"),
}


def turns(text: str) -> list[str]:
    """List the turns to avoid in a text, each with its surroundings."""
    return [
        f"{reason}: {text[max(0, found.start() - 30) : found.end() + 20]!r}"
        for reason, pattern in AVOIDED.items()
        for found in pattern.finditer(text)
    ]
