"""The form of the third step of a registration."""

from __future__ import annotations

from wtforms import PasswordField
from wtforms.validators import InputRequired

from web.auth.password.forms import PASSWORD_CAP, NewPasswordForm


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
