"""Error sentences of the forms of a dossier."""

from __future__ import annotations

from web.domain.dossier_values import FIRST_YEAR, LAST_YEAR, ValueProblem
from web.domain.submission import SubmissionProblem

TITLE_TOO_LONG = "Saisissez un intitulé de 200 caractères au plus."
NAME_TOO_LONG = "Saisissez un nom de 200 caractères au plus."
WORKING_TIME_SENTENCE = "Indiquez si la formation a lieu sur le temps de travail."
SITUATION_SENTENCE = "Choisissez l’une des trois situations."
DURATION_SENTENCES = {
    ValueProblem.NOT_A_NUMBER: "Saisissez la durée en heures, en chiffres, par exemple 35.",
    ValueProblem.NEGATIVE: "Saisissez une durée d’au moins 1 h.",
    ValueProblem.TOO_SMALL: "Saisissez une durée d’au moins 1 h.",
    ValueProblem.NOT_WHOLE: "Saisissez un nombre d’heures entier : arrondissez à l’heure "
    "supérieure.",
    ValueProblem.TOO_LARGE: "Cette durée dépasse 9 999 heures. Vérifiez-la : elle est en heures, "
    "pas en minutes.",
}
NEGATIVE_COST = "Le coût ne peut pas être négatif : corrigez-le, ou laissez le champ vide."
COST_SENTENCES = {
    ValueProblem.NOT_A_NUMBER: "Saisissez le coût en euros, par exemple 1 250,50, ou laissez le "
    "champ vide.",
    ValueProblem.NEGATIVE: NEGATIVE_COST,
    ValueProblem.TOO_PRECISE: "Saisissez un coût avec deux chiffres au plus après la virgule.",
    ValueProblem.TOO_LARGE: "Ce coût dépasse 10 millions d’euros : vérifiez-le.",
}
# {date} is the label of the field, in lower case.
DATE_SENTENCE = "Saisissez la {date} comme 15/09/2027 : le jour, le mois, l’année."
YEAR_SENTENCE = (
    f"Vérifiez l’année de la {{date}} : elle doit être entre {FIRST_YEAR} et {LAST_YEAR}."
)
EMPTY_SENTENCE = (
    "Choisissez une formation du catalogue, ou saisissez son intitulé : ce formulaire est vide. Le "
    "reste peut attendre."
)
ORGANISME_SENTENCE = "Choisissez un organisme de la liste."
FORMATION_SENTENCE = (
    "Cette formation n’est plus au catalogue : cherchez-la de nouveau, ou saisissez son intitulé."
)
CONSENT_SENTENCE = (
    "Pour soumettre ce dossier, cochez la case par laquelle vous donnez votre accord."
)
# The field of the form to go to, and how to correct it.
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
        "Saisissez le n° SIRET (14 chiffres) de l’organisme de formation.",
    ),
    SubmissionProblem.NO_START: ("starts_on", "Saisissez la date de début."),
    SubmissionProblem.NO_END: ("ends_on", "Saisissez la date de fin."),
    SubmissionProblem.ENDS_BEFORE_IT_STARTS: (
        "ends_on",
        "La date de fin précède la date de début : corrigez l’une des deux.",
    ),
    SubmissionProblem.NO_DURATION: ("duration", "Saisissez la durée en heures."),
    SubmissionProblem.NEGATIVE_COST: ("cost", NEGATIVE_COST),
    SubmissionProblem.NO_WORKING_TIME: (
        "on_working_time-0",
        WORKING_TIME_SENTENCE,
    ),
    SubmissionProblem.NO_SITUATION: ("situation-0", "Indiquez votre situation."),
    SubmissionProblem.NO_EMPLOYER: (
        "employer",
        "Saisissez le nom ou le n° SIRET de votre employeur.",
    ),
    SubmissionProblem.NO_ORGANISME: ("organisme", "Choisissez un organisme financeur."),
}
