"""The registration forms, except the identity form."""

from __future__ import annotations

from wtforms import PasswordField
from wtforms.validators import DataRequired, InputRequired, StopValidation

from web.auth.password.forms import PASSWORD_CAP
from web.core.http.forms.forms import Agreement, Form


class TermsForm(Form):
    """The form of the first step."""

    accepted = Agreement(
        "Je déclare avoir lu, compris et accepté les Conditions Générales d’Utilisation",
        [DataRequired("Pour continuer, acceptez les conditions en cochant la case.")],
    )


class PasswordForm(Form):
    """The form of the third step; the route checks the rules, which depend on the person."""

    password = PasswordField(
        "Mot de passe",
        [InputRequired("Choisissez un mot de passe.")],
        render_kw={"autocomplete": "new-password", "maxlength": PASSWORD_CAP},
    )
    password_confirmation = PasswordField(
        "Confirmation Mot de passe",
        [InputRequired("Saisissez une seconde fois le mot de passe.")],
        render_kw={"autocomplete": "new-password", "maxlength": PASSWORD_CAP},
    )

    def validate_password_confirmation(self, field: PasswordField) -> None:
        """Raise StopValidation if the two passwords differ."""
        if field.data != self.password.data:
            raise StopValidation("Saisissez deux fois le même mot de passe.")
