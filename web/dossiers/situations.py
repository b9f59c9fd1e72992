"""The titulaire's situation as the pages of a dossier show it, and the organisme it calls for."""

from __future__ import annotations

import re

from web.core.text import NBSP
from web.domain.dossier import Status
from web.domain.siret import parse_siret, shown_siret
from web.domain.situation import Situation, is_mismatch
from web.dossiers.records import Dossier
from web.people.history.events import Actor

NOT_GIVEN = "non renseignée"
_SIRET = re.compile(r"[0-9]{14}")
_LETTER = re.compile(r"[^\W\d_]")
_FUNDERS = {
    Situation.EMPLOYEE: (
        "l’OPCA de {his} employeur ou, pour un congé individuel de formation, à un Opacif"
    ),
    Situation.JOBSEEKER: "Pôle emploi, à {his} région ou, en situation de handicap, à l’Agefiph",
}
_TO_CHOOSE = "Dans {his} situation ({situation}), ce dossier s’adresse à {funders}."
_MISMATCHES = {
    Actor.TITULAIRE: (
        "Vous indiquez être {situation}, et vous avez choisi {organisme}. Dans cette situation, "
        "un dossier s’adresse plutôt à {funders}. Vérifiez votre choix avant de soumettre ce "
        "dossier."
    ),
    Actor.EMPLOYER: (
        "Selon ce brouillon, la personne est {situation}, et l’organisme choisi est {organisme}. "
        "Dans cette situation, un dossier s’adresse plutôt à {funders}. Vérifiez les deux réponses."
    ),
    Actor.ORGANISME: (
        "La personne indique être {situation}. Dans cette situation, un dossier s’adresse plutôt "
        "à {funders}. S’il ne relève pas de {organisme}, renvoyez-le en indiquant à qui le "
        "soumettre."
    ),
}
_OPEN_TO = {
    Actor.TITULAIRE: Status.DRAFT,
    Actor.EMPLOYER: Status.DRAFT,
    Actor.ORGANISME: Status.SUBMITTED,
}


def parse_employer(text: str) -> str:
    """Return the name of an employer as typed, or the 14 digits of its SIRET.

    A text without letters is a SIRET. Raises InvalidSiret.
    """
    return text if _LETTER.search(text) else parse_siret(text)


def shown_employer(employer: str) -> str:
    """Format an employer for reading or typing: its SIRET in groups, or its name."""
    return shown_siret(employer) if _SIRET.fullmatch(employer) else employer


def employer_label(employer: str) -> str:
    """Label an employer for reading: « n° SIRET 732 829 320 00074 », « Verrerie Duval »."""
    shown = shown_employer(employer)
    return shown if shown == employer else f"n°{NBSP}SIRET{NBSP}{shown}"


def funding_sentence(dossier: Dossier, viewer: Actor) -> str:
    """Say which organisme the situation calls for; '' if the choice raises no question.

    The authors of a draft read it until they choose an organisme, then whenever it does not fit
    the situation; an organisme, before its decision, when the dossier may not be for it.
    """
    situation = dossier.contents.situation
    if situation not in _FUNDERS or dossier.status is not _OPEN_TO.get(viewer):
        return ""
    is_own = viewer is Actor.TITULAIRE
    words = {
        "his": ("votre" if is_own else "sa" if situation is Situation.JOBSEEKER else "son"),
        "situation": situation.label,
        "organisme": dossier.organisme_name,
    }
    words["funders"] = _FUNDERS[situation].format(**words)
    if dossier.organisme_id is None:
        return _TO_CHOOSE.format(**{**words, "his": "votre" if is_own else "sa"})
    if is_mismatch(situation, dossier.organisme_category):
        return _MISMATCHES[viewer].format(**words)
    return ""
