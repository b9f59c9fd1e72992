"""The form of a délégation."""

from __future__ import annotations

import unicodedata
from datetime import date

from wtforms import RadioField
from wtforms.validators import DataRequired

from web.auth.password.forms import password_again
from web.core.http.forms.day_field import DayField
from web.core.http.forms.forms import (
    Agreement,
    AtMost,
    Form,
    Parsed,
    SelectChoice,
    TextField,
    parsed,
)
from web.domain.dates import parse_date, typed_date
from web.domain.delegation import DelegationRequest, Period, PeriodProblem, Scope
from web.domain.siret import parse_siret
from web.people.sentences import siret_sentence

LONGEST_NAME = 100
NAME_SENTENCE = "Saisissez le nom de votre employeur, comme sur votre bulletin de paie."
SCOPES = {
    Scope.CONSULT: "Consulter : voir vos soldes d’heures et vos dossiers non confidentiels",
    Scope.MODIFY: "Consulter et préparer : en plus, créer des dossiers, et modifier ou supprimer "
    "ceux qui ne sont pas encore soumis",
}
SCOPE_NEEDED = "Choisissez l’une des deux réponses."
START_SENTENCE = "Saisissez une date de début qui existe, comme 15/09/2027."
END_SENTENCE = "Saisissez une date de fin qui existe, comme 15/09/2027."
PERIOD_SENTENCES = {
    PeriodProblem.STARTED: (
        "starts_on",
        "Une délégation ne peut pas commencer dans le passé : saisissez comme date de début celle "
        "d’aujourd’hui, ou une date à venir.",
    ),
    PeriodProblem.TOO_FAR: (
        "starts_on",
        "La date de début est dans plus d’un an : vérifiez l’année. Une délégation peut être "
        "accordée un an à l’avance au plus.",
    ),
    PeriodProblem.ENDS_BEFORE: (
        "ends_on",
        "La date de fin précède la date de début : saisissez une date de fin égale ou postérieure.",
    ),
    PeriodProblem.ENDED: (
        "ends_on",
        "La date de fin est passée, à l’heure de Paris : saisissez une date à venir, ou laissez "
        "le champ vide.",
    ),
    PeriodProblem.TOO_LONG: (
        "ends_on",
        "La date de fin est à plus de dix ans du début : vérifiez l’année, ou laissez le champ "
        "vide pour ne pas fixer de fin.",
    ),
}
OVERLAP = (
    "Vous avez déjà accordé à cet employeur une délégation qui court sur ces dates. Cochez cette "
    "case pour la remplacer, ou choisissez d’autres dates."
)
TOO_MANY = (
    "Vous avez accordé beaucoup de délégations depuis hier. Par sécurité, attendez demain pour en "
    "accorder une autre."
)


def _parse_name(text: str) -> str:
    """Parse a company's name: any text with a letter or a digit in it. Raises ValueError."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not any(char.isalnum() for char in name):
        raise ValueError
    return name


class DelegationForm(Form):
    """The form of a délégation: the employer, its scope and its period."""

    employer_name = TextField(
        "Nom de l’employeur",
        [
            DataRequired(NAME_SENTENCE),
            AtMost(
                LONGEST_NAME, "Saisissez un nom de 100 caractères au plus : le nom usuel suffit."
            ),
            Parsed(_parse_name, NAME_SENTENCE),
        ],
        render_kw={"autocomplete": "organization", "spellcheck": "false"},
    )
    siret = TextField(
        "N° SIRET de l’employeur",
        [
            DataRequired(
                "Saisissez les 14 chiffres du numéro SIRET : il identifie l’établissement."
            ),
            Parsed(parse_siret, siret_sentence),
        ],
        description="Il identifie l’établissement : 14 chiffres, écrits sur votre bulletin de "
        "paie. Les espaces sont acceptés.",
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "width-20"},
    )
    scope = RadioField(
        "Ce que cet employeur pourra faire",
        [DataRequired(SCOPE_NEEDED), Parsed(Scope, SCOPE_NEEDED)],
        choices=[SelectChoice(scope.value, text) for scope, text in SCOPES.items()],
        validate_choice=False,
    )
    starts_on = DayField(
        "Date de début",
        [
            DataRequired("Saisissez la date de début, par exemple celle d’aujourd’hui."),
            Parsed(parse_date, START_SENTENCE),
        ],
    )
    ends_on = DayField(
        "Date de fin",
        [Parsed(parse_date, END_SENTENCE)],
        hint="Dernier jour de la délégation. Sans date de fin, elle court jusqu’à ce que vous la "
        "révoquiez.",
    )
    replaces = Agreement("Remplacer : révoquer l’ancienne et accorder celle-ci")

    @classmethod
    def blank(cls, today: date) -> DelegationForm:
        """Return an empty form that starts today."""
        return cls(data={"starts_on": typed_date(today)})

    def find_errors(self, today: date) -> None:
        """Apply the rules of `check`."""
        self.check(today)

    def check(self, today: date) -> DelegationRequest | None:
        """Return the délégation asked for, or None with each error on its field."""
        self.validate()
        period = self._period()
        problem = period.problem(today) if period else None
        if problem:
            self.add_error(*PERIOD_SENTENCES[problem])
        if self.errors or period is None:
            return None
        return DelegationRequest(
            parsed(self.employer_name),
            parsed(self.siret),
            parsed(self.scope),
            period,
            bool(self.replaces.data),
        )

    def _period(self) -> Period | None:
        starts_on = parsed(self.starts_on)
        # An invalid end has its own error; the start is still checked.
        return Period(starts_on, parsed(self.ends_on)) if starts_on else None


class GrantForm(DelegationForm):
    """The fields of both steps: the live checks of a refused grant may come from either page."""

    password = password_again()
