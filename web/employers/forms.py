"""The form of a dossier that an employer prepares."""

from __future__ import annotations

from typing import ClassVar

from web.dossiers.drafts.forms import (
    DossierForm,
    employer_field,
    situation_field,
    working_time_field,
)


class EmployerDossierForm(DossierForm):
    """The employer's form, without `confidential`: an employer never sees such dossiers."""

    short_names: ClassVar = {**DossierForm.short_names, "employer": "Son employeur"}

    on_working_time = working_time_field(
        "Sur le temps de travail, la personne vous demande votre accord au moins 60 jours avant le "
        "début, ou 120 jours si la formation dure six mois ou plus. Vous avez 30 jours pour "
        "répondre : votre silence vaut accord. En dehors, elle n’a aucun accord à demander."
    )
    situation = situation_field("Situation de la personne")
    employer = employer_field(
        "Son employeur, si la personne est en emploi salarié",
        "Son nom, ou son n° SIRET (14 chiffres).",
    )
    confidential = None  # type: ignore[assignment]
