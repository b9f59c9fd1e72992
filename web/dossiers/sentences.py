"""What forms say of a dossier that is to be put right or completed."""

from __future__ import annotations

from web.domain.dossier_values import FIRST_YEAR, LAST_YEAR, ValueProblem
from web.domain.submission import SubmissionProblem

TOO_LONG = "Saisissez 200 caractères au plus."
WORKING_TIME_SENTENCE = "Choisissez oui ou non."
DURATION_SENTENCES = {
    ValueProblem.NOT_A_NUMBER: "Saisissez la durée en heures, en chiffres, par exemple 35.",
    ValueProblem.NEGATIVE: "Saisissez une durée d’au moins 1 h.",
    ValueProblem.TOO_SMALL: "Saisissez une durée d’au moins 1 h.",
    ValueProblem.NOT_WHOLE: "Saisissez un nombre d’heures entier : arrondissez à l’heure "
    "au-dessus.",
    ValueProblem.TOO_LARGE: "Cette durée dépasse 9 999 heures. Vérifiez-la : elle est en heures, "
    "pas en minutes.",
}
COST_SENTENCES = {
    ValueProblem.NOT_A_NUMBER: "Saisissez le coût en euros, par exemple 1 250,50, ou laissez vide.",
    ValueProblem.NEGATIVE: "Saisissez un coût à partir de 0, ou laissez vide.",
    ValueProblem.TOO_PRECISE: "Saisissez deux chiffres au plus après la virgule.",
    ValueProblem.TOO_LARGE: "Ce coût dépasse 10 millions d’euros : vérifiez-le.",
}
DATE_SENTENCE = "Saisissez une date comme 15/09/2027 : le jour, le mois, l’année."
YEAR_SENTENCE = f"Vérifiez l’année : elle doit être entre {FIRST_YEAR} et {LAST_YEAR}."
ORGANISME_SENTENCE = "Choisissez un organisme de la liste."
FORMATION_SENTENCE = (
    "Cette formation n’est plus au catalogue : cherchez-la de nouveau, ou saisissez son intitulé."
)
CONSENT_SENTENCE = "Pour soumettre ce dossier, cochez la case qui dit que vous êtes d’accord."
# The field of the form to go to, and how to put it right.
PROBLEMS = {
    SubmissionProblem.NO_TITLE: (
        "search",
        "Choisissez une formation du catalogue, ou saisissez son intitulé.",
    ),
    SubmissionProblem.NO_TRAINER_NAME: (
        "trainer_name",
        "Saisissez le nom de l’organisme de formation.",
    ),
    SubmissionProblem.NO_TRAINER_SIRET: (
        "trainer_siret",
        "Saisissez le n° SIRET de l’organisme de formation.",
    ),
    SubmissionProblem.NO_START: ("starts_on", "Saisissez la date de début."),
    SubmissionProblem.NO_END: ("ends_on", "Saisissez la date de fin."),
    SubmissionProblem.ENDS_BEFORE_IT_STARTS: (
        "ends_on",
        "La date de fin est avant la date de début : corrigez l’une des deux.",
    ),
    SubmissionProblem.NO_DURATION: ("duration", "Saisissez la durée en heures."),
    SubmissionProblem.NEGATIVE_COST: ("cost", "Saisissez un coût à partir de 0, ou laissez vide."),
    SubmissionProblem.NO_WORKING_TIME: (
        "on_working_time-0",
        "Dites si la formation est sur le temps de travail.",
    ),
    SubmissionProblem.NO_ORGANISME: ("organisme", "Choisissez un organisme financeur."),
}
