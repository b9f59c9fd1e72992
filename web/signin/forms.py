"""The forms of sign-in."""

from __future__ import annotations

from wtforms import PasswordField
from wtforms.validators import DataRequired, InputRequired

from web.auth.password.forms import PASSWORD_CAP
from web.core.http.forms.forms import Form, Parsed, TextField
from web.domain.nir import parse_nir

NIR_SENTENCE = (
    "Saisissez les 13 chiffres de votre numéro de Sécurité sociale (2A ou 2B pour la Corse), ou "
    "les 15 avec la clé. Ils figurent sur votre carte Vitale."
)


class LoginForm(Form):
    """The login form; its error does not tell which of the two values is wrong."""

    nir = TextField(
        "Identifiant",
        [DataRequired("Saisissez votre identifiant : c’est votre numéro de Sécurité sociale.")],
        description="Votre numéro de Sécurité sociale. Les espaces sont acceptés.",
        render_kw={"autocomplete": "username", "class": "width-20", "spellcheck": "false"},
    )
    password = PasswordField(
        "Mot de passe",
        [InputRequired("Saisissez votre mot de passe.")],
        render_kw={"autocomplete": "current-password", "maxlength": PASSWORD_CAP},
    )


class ForgottenForm(Form):
    """The form of « Mot de passe oublié ».

    It validates only the format of the NIR, which does not reveal whether it has an account.
    """

    nir = TextField(
        "Identifiant",
        [DataRequired(NIR_SENTENCE), Parsed(parse_nir, NIR_SENTENCE)],
        description="Votre numéro de Sécurité sociale. Les espaces sont acceptés.",
        render_kw={"autocomplete": "username", "class": "width-20", "spellcheck": "false"},
    )
