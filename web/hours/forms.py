"""The form of the DIF balance."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from wtforms import HiddenField
from wtforms.validators import DataRequired

from web.core.http.forms.forms import Agreement, Form, Parsed, TextField, parsed
from web.domain.hours.rules import DifProblem, InvalidDif, dif_needs_confirmation, parse_dif

EMPTY = "Saisissez le nombre d’heures écrit sur votre attestation, ou 0 si vous n’en avez pas."
SENTENCES = {
    DifProblem.EMPTY: EMPTY,
    DifProblem.NOT_A_NUMBER: "Saisissez un nombre d’heures en chiffres, par exemple 80.",
    DifProblem.NEGATIVE: "Le nombre d’heures ne peut pas être négatif : saisissez 0 ou plus.",
    DifProblem.NOT_WHOLE: "Saisissez un nombre d’heures entier, sans virgule.",
    DifProblem.TOO_LARGE: "Ce nombre dépasse 1 000 heures. Vérifiez-le sur votre attestation : le "
    "solde est en heures, pas en jours ni en euros.",
}
ABOVE_LEGAL = (
    "Le droit individuel à la formation (DIF) est en général de 120 heures au plus. Rien n’est "
    "encore enregistré : si votre attestation indique davantage, cochez cette case, puis "
    "enregistrez."
)
UNCONFIRMED = "Cochez la case pour confirmer ce nombre, ou corrigez-le."


def _sentence(error: ValueError) -> str:
    assert isinstance(error, InvalidDif)  # noqa: S101 - the parser's own
    return SENTENCES[error.problem]


class DifForm(Form):
    """The form « Saisissez le solde du DIF »."""

    short_names: ClassVar = {"dif": "Solde du droit individuel à la formation (DIF)"}

    dif = TextField(
        "Saisissez le solde du DIF",
        [DataRequired(EMPTY), Parsed(parse_dif, _sentence)],
        description="En heures entières, 0 compris.",
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "width-4"},
    )
    confirmed = Agreement("Je confirme ce nombre, supérieur à 120 heures", description=ABOVE_LEGAL)
    # Whether the page showed the box: asking for a confirmation is no error, omitting it is one.
    asked = HiddenField()

    def find_errors(self, today: date) -> None:
        """Apply the rules of `hours`."""
        self.hours()

    def hours(self) -> int | None:
        """Return the hours to save; None with the error on its field, or to ask a confirmation."""
        self.validate()
        if self.errors:
            return None
        hours: int = parsed(self.dif)
        if self.asks_confirmation and not self.confirmed.data:
            if self.asked.data:
                self.add_error("confirmed", UNCONFIRMED)
            return None
        return hours

    @property
    def asks_confirmation(self) -> bool:
        """Return whether the hours entered exceed the legal 120 and need a confirmation."""
        hours = parsed(self.dif)
        return hours is not None and dif_needs_confirmation(hours)
