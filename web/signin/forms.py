"""The login form."""

from __future__ import annotations

from wtforms import PasswordField

from web.core.forms import Form, Required, TextField

PASSWORD_CAP = 1024


class LoginForm(Form):
    """Identifier and password; whether they fit is one answer, whatever is wrong."""

    nir = TextField(
        "Identifiant",
        [Required("Saisissez votre identifiant : votre numéro de sécurité sociale.")],
        description="Votre numéro de sécurité sociale. Les espaces sont acceptés.",
        render_kw={"autocomplete": "username", "class": "width-20", "spellcheck": "false"},
    )
    password = PasswordField(
        "Mot de passe",
        [Required("Saisissez votre mot de passe.")],
        render_kw={"autocomplete": "current-password", "maxlength": PASSWORD_CAP},
    )
