"""The forms of the professionals' accounts."""

from __future__ import annotations

from wtforms import PasswordField

from web.accounts.password_form import PASSWORD_CAP
from web.core.forms import Form, Required, TextField

EMAIL_KEYS = {
    "autocomplete": "username",
    "inputmode": "email",
    "autocapitalize": "none",
    "spellcheck": "false",
}


class LoginForm(Form):
    """Address and password; whether they fit is one answer, whatever is wrong."""

    email = TextField(
        "Adresse courriel professionnelle",
        [Required("Saisissez l’adresse courriel à laquelle vous avez été invité.")],
        render_kw=EMAIL_KEYS,
    )
    password = PasswordField(
        "Mot de passe",
        [Required("Saisissez votre mot de passe.")],
        render_kw={"autocomplete": "current-password", "maxlength": PASSWORD_CAP},
    )
