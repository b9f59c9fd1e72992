"""Exceptional credits of CPF hours, which do not count toward the limit of 150 hours.

Code du travail in its wording of 2015: L6323-4 (abondements, and who may grant them), L6323-13 and
R6323-3 (corrective credit), and the 100 hours of a person looking for work.
"""

from __future__ import annotations

import enum
from datetime import date

from web.domain.hours.rules import DIF_LIMIT, FIRST_CPF_YEAR

FIRST_DAY = date(FIRST_CPF_YEAR, 1, 1)
# No text sets a limit to an abondement: this one detects typing errors, like that of the DIF.
ABONDEMENT_LIMIT = DIF_LIMIT
JOBSEEKER_LIMIT = 100
# For full-time and part-time work.
CORRECTIVE_HOURS = (100, 130)


class ExceptionalKind(enum.StrEnum):
    """The kind of an exceptional credit."""

    EMPLOYEUR = "abondement-employeur"
    TITULAIRE = "abondement-titulaire"
    OPCA = "abondement-opca"
    OPACIF = "abondement-opacif"
    PENIBILITE = "abondement-penibilite"
    ETAT = "abondement-etat"
    REGION = "abondement-region"
    POLE_EMPLOI = "abondement-pole-emploi"
    AGEFIPH = "abondement-agefiph"
    DEMANDEUR_EMPLOI = "demandeur-emploi"
    CORRECTIF = "correctif"

    @property
    def label(self) -> str:
        """A plain French label, which begins with a masculine noun."""
        return _LABELS[self]

    def allows(self, hours: int) -> bool:
        """Return whether a credit of this kind may be of so many hours; 0 withdraws it."""
        if self is ExceptionalKind.CORRECTIF:
            return hours in (0, *CORRECTIVE_HOURS)
        limit = JOBSEEKER_LIMIT if self is ExceptionalKind.DEMANDEUR_EMPLOI else ABONDEMENT_LIMIT
        return 0 <= hours <= limit


_LABELS = {
    ExceptionalKind.EMPLOYEUR: "Abondement de l’employeur",
    ExceptionalKind.TITULAIRE: "Abondement de la personne titulaire du compte",
    ExceptionalKind.OPCA: "Abondement de l’organisme paritaire collecteur agréé (OPCA)",
    ExceptionalKind.OPACIF: "Abondement de l’organisme paritaire agréé au titre du congé "
    "individuel de formation (Opacif)",
    ExceptionalKind.PENIBILITE: "Abondement du compte personnel de prévention de la pénibilité",
    ExceptionalKind.ETAT: "Abondement de l’État",
    ExceptionalKind.REGION: "Abondement de la région",
    ExceptionalKind.POLE_EMPLOI: "Abondement de Pôle emploi",
    ExceptionalKind.AGEFIPH: "Abondement de l’Association de gestion du fonds pour l’insertion "
    "professionnelle des personnes handicapées (Agefiph)",
    ExceptionalKind.DEMANDEUR_EMPLOI: "Complément pour une recherche d’emploi",
    ExceptionalKind.CORRECTIF: "Crédit correctif de l’employeur",
}
