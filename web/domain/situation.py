"""A titulaire's situation, and the organismes that finance a training in it.

Code du travail, articles L6323-20 to L6323-23, in their wording of 2015: the OPCA of the employer,
or the Opacif for an individual training leave, finance for an employee; Pôle emploi, the région or
the Agefiph for a jobseeker.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping


class Situation(enum.StrEnum):
    """The situation of the titulaire towards employment."""

    EMPLOYEE = "salarie"
    JOBSEEKER = "recherche"
    OTHER = "autre"

    @property
    def label(self) -> str:
        """The situation in French, to follow « être » but for « autre situation »."""
        return _SITUATION_LABELS[self]


class OrganismeCategory(enum.StrEnum):
    """The category of an organisme financeur, in the order of the choice of an organisme."""

    OPCA = "opca"
    OPACIF = "opacif"
    POLE_EMPLOI = "pole-emploi"
    REGION = "region"
    AGEFIPH = "agefiph"
    CAP_EMPLOI = "cap-emploi"
    APEC = "apec"
    MISSION_LOCALE = "mission-locale"

    @property
    def label(self) -> str:
        """The French name of the category, as the heading of its organismes."""
        return _CATEGORY_LABELS[self]


_SITUATION_LABELS = {
    Situation.EMPLOYEE: "en emploi salarié",
    Situation.JOBSEEKER: "à la recherche d’un emploi",
    Situation.OTHER: "autre situation",
}
_CATEGORY_LABELS = {
    OrganismeCategory.OPCA: "Organismes paritaires collecteurs agréés (OPCA)",
    OrganismeCategory.OPACIF: "Congé individuel de formation (Opacif, Fongecif)",
    OrganismeCategory.POLE_EMPLOI: "Pôle emploi",
    OrganismeCategory.REGION: "Régions",
    OrganismeCategory.AGEFIPH: "Insertion des personnes handicapées (Agefiph)",
    OrganismeCategory.CAP_EMPLOI: "Cap emploi",
    OrganismeCategory.APEC: "Emploi des cadres (Apec)",
    OrganismeCategory.MISSION_LOCALE: "Missions locales",
}
# An Opacif also finances the leave of people whose fixed-term contract has ended, and the Agefiph,
# Cap emploi and the Apec are for people with and without a job: none of these is ever a mistake.
_NOT_FOR: Mapping[Situation, frozenset[OrganismeCategory]] = {
    Situation.EMPLOYEE: frozenset(
        {
            OrganismeCategory.POLE_EMPLOI,
            OrganismeCategory.REGION,
            OrganismeCategory.MISSION_LOCALE,
        }
    ),
    Situation.JOBSEEKER: frozenset({OrganismeCategory.OPCA}),
}


def is_mismatch(situation: Situation | None, category: OrganismeCategory | None) -> bool:
    """Return whether such an organisme probably does not finance in this situation.

    Never for an organisme without a category, nor in a situation that is not known.
    """
    return situation is not None and category in _NOT_FOR.get(situation, frozenset())
