"""The registration forms, except the identity form."""

from __future__ import annotations

from wtforms import PasswordField
from wtforms.validators import DataRequired, InputRequired

from web.auth.password.forms import PASSWORD_CAP, NewPasswordForm
from web.core.http.forms.forms import Agreement, Form


class TermsForm(Form):
    """The form of the first step."""

    accepted = Agreement(
        "Je déclare avoir lu, compris et accepté les Conditions Générales d’Utilisation",
        [DataRequired("Pour continuer, acceptez les conditions en cochant la case.")],
    )


class PasswordForm(NewPasswordForm):
    """The form of the third step."""

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
