"""Forms of the agents' accounts."""

from __future__ import annotations

from wtforms import PasswordField
from wtforms.validators import DataRequired, InputRequired

from web.auth.password.forms import PASSWORD_CAP
from web.auth.reset.forms import ForgottenForm
from web.core.http.forms.forms import Form, parsed
from web.people.email_field import EmailField


class LoginForm(Form):
    """Address and password; a refusal does not reveal which of the two is wrong."""

    email = EmailField(
        "Adresse courriel professionnelle",
        [DataRequired("Saisissez l’adresse courriel qui a reçu votre invitation.")],
        autocomplete="username",
    )
    password = PasswordField(
        "Mot de passe",
        [InputRequired("Saisissez votre mot de passe.")],
        render_kw={"autocomplete": "current-password", "maxlength": PASSWORD_CAP},
    )


class EmailForm(ForgottenForm):
    """The address of a forgotten password."""

    TOO_MANY = (
        "Trop de demandes pour cette adresse ou depuis cette connexion à Internet. Les liens déjà "
        "envoyés restent valables une heure : cherchez-les dans vos courriels, ou "
        "redemandez-en un {when}."
    )
    email = EmailField("Adresse courriel professionnelle", autocomplete="username")

    @property
    def identifier(self) -> str:
        """The address in its normal form."""
        email: str = parsed(self.email)
        return email
