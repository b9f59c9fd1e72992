"""Forms of an organisme's decisions; the person reads the reasons."""

from __future__ import annotations

from typing import ClassVar

from wtforms import RadioField
from wtforms.validators import DataRequired, StopValidation

from web.core.http.forms.forms import (
    Agreement,
    AtMost,
    LongTextField,
    Parsed,
    SelectChoice,
    TextField,
    parsed,
)
from web.domain.dossier_values import parse_duration
from web.dossiers.forms import SeenForm

LONGEST_REASON = 2000
TOO_LONG = "Saisissez 2 000 caractères au plus : raccourcissez votre texte de {excess}."
READ_BY = (
    "La personne lira ce texte dans son dossier, ainsi que l’employeur à qui elle a donné "
    "délégation si le dossier n’est pas confidentiel. 2 000 caractères au plus."
)
ATTESTATION_MISSING = (
    "Cochez la case après avoir vu l’attestation ou le bulletin de paie : sans ce document, les "
    "heures du droit individuel à la formation (DIF) ne peuvent pas être réservées."
)
COMPLETED, ABANDONED = "termine", "abandonne"
FOLLOWED = "Saisissez le nombre d’heures suivies, en chiffres, par exemple 12, ou 0."


def parse_followed(text: str) -> int:
    """Parse whole hours, from 0. Raises InvalidValue."""
    return 0 if text.strip().strip("0") == "" else parse_duration(text)


class ValidationForm(SeenForm):
    """The form to validate; `attestation` is deleted from it when none is awaited."""

    attestation = Agreement(
        "J’ai vu l’attestation de l’employeur, ou le bulletin de paie, qui justifie les heures "
        "du droit individuel à la formation (DIF) de cette personne",
        [DataRequired(ATTESTATION_MISSING)],
        description="Le bulletin est celui de décembre 2014 ou de janvier 2015. Demandez ce "
        "document à la personne s’il vous manque. Une fois vu, il ne lui sera plus demandé : "
        "l’historique de la personne en garde la date et le nom de votre organisme.",
    )


class ReasonForm(SeenForm):
    """The form to send back or refuse, with a mandatory reason."""

    reason = LongTextField(
        "Motif",
        [
            DataRequired("Écrivez le motif : la personne doit pouvoir le comprendre."),
            AtMost(LONGEST_REASON, TOO_LONG),
        ],
        description=READ_BY,
        render_kw={"rows": 6},
    )


class CancelForm(SeenForm):
    """The form to cancel, with an optional reason."""

    reason = LongTextField(
        "Motif", [AtMost(LONGEST_REASON, TOO_LONG)], description=READ_BY, render_kw={"rows": 4}
    )


class ClosingForm(SeenForm):
    """The form to close a dossier; an abandoned training needs the hours followed."""

    short_names: ClassVar = {"followed": "Heures suivies"}

    ending = RadioField(
        "Fin de la formation",
        [DataRequired("Indiquez comment la formation s’est terminée.")],
        choices=[
            SelectChoice(COMPLETED, "Terminée : elle a été suivie jusqu’au bout"),
            SelectChoice(ABANDONED, "Abandonnée avant la fin"),
        ],
        validate_choice=False,
    )
    followed = TextField(
        "Heures suivies, si elle a été abandonnée",
        [Parsed(parse_followed, FOLLOWED)],
        description="En heures entières, 0 compris. Elles seront débitées, les autres "
        "redeviendront disponibles.",
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "width-4"},
    )
    reason = LongTextField(
        "Commentaire",
        [AtMost(LONGEST_REASON, TOO_LONG)],
        description=READ_BY,
        render_kw={"rows": 4},
    )

    @property
    def is_abandoned(self) -> bool:
        """Return whether the training was abandoned."""
        return bool(self.ending.data == ABANDONED)

    @property
    def hours(self) -> int | None:
        """The hours followed, if the training was abandoned."""
        hours: int | None = parsed(self.followed)
        return hours if self.is_abandoned else None

    def is_right_for(self, duration: int) -> bool:
        """Return whether the form is valid, with hours within the training's `duration`."""
        self.validate()
        if self.is_abandoned and not self.followed.errors:
            if self.hours is None:
                self.refuse("followed", FOLLOWED)
            elif self.hours > duration:
                self.refuse(
                    "followed",
                    f"La formation dure {duration} h : saisissez un nombre d’heures qui ne la "
                    "dépasse pas.",
                )
        return not self.errors

    def validate_ending(self, field: RadioField) -> None:
        """Check that the ending is one of the choices."""
        if field.data not in (COMPLETED, ABANDONED):
            raise StopValidation("Indiquez comment la formation s’est terminée.")
